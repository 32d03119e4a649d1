import { compareVersions } from "../project/version.ts";
import { t } from "../platform/l10n.ts";

/** A device that can be added to a unikernel. */
export interface DeviceOffer {
  readonly title: string;
  readonly detail: string;
  /** Its type, as config.ml calls it; the functor parameter follows from that. */
  readonly type: string;
  /** The name it is bound to in config.ml. */
  readonly binding: string;
  /** What it is made of; `STACK` and `NET` stand for the network stack and interface of config.ml. */
  readonly expression: string;
  /** The first mirage that has it, where that is not 4.9. */
  readonly since?: string;
  /** The folder beside config.ml whose files it reads: without one nothing is built. */
  readonly folder?: string;
}

const offer = (
  title: string,
  type: string,
  binding: string,
  expression: string,
  detail: string,
  since?: string,
): DeviceOffer => ({ title, type, binding, expression, detail, ...(since !== undefined && { since }) });

/** What `MirageOS: Add Device…` offers, by the interfaces of mirage 4.9 to 4.11 (`lib/mirage.mli`). */
export const deviceOffers: readonly DeviceOffer[] = [
  offer(t("Network Stack"), "stackv4v6", "stack", "STACK", t("TCP and UDP over IPv4 and IPv6.")),
  offer("TCP", "tcpv4v6", "tcp", "tcpv4v6_of_stackv4v6 STACK", t("Only the TCP of a network stack.")),
  offer(t("Network Interface"), "network", "net", "NET", t("Frames, sent and received as they are.")),
  offer("Ethernet", "ethernet", "eth", "ethif NET", t("Ethernet on the network interface.")),
  offer("IPv6", "ipv6", "ip", "create_ipv6 NET (ethif NET)", t("The IPv6 layer on Ethernet.")),
  offer(t("Disk"), "block", "disk", 'block_of_file "disk"', t("A disk that is read and written by sectors.")),
  {
    ...offer(
      t("Files"),
      "kv_ro",
      "files",
      'generic_kv_ro "files"',
      t("The files of the folder files, to read; --kv_ro says how they are stored."),
    ),
    folder: "files",
  },
  offer(
    t("Key-Value Store in Memory"),
    "kv_rw",
    "store",
    "kv_rw_mem ()",
    t("Values by key, to read and write; gone after the boot."),
  ),
  offer(
    t("DNS Client"),
    "dns_client",
    "dns",
    "generic_dns_client STACK (generic_happy_eyeballs STACK)",
    t("Looks up the addresses of names."),
  ),
  offer(
    "Happy Eyeballs",
    "happy_eyeballs",
    "happy_eyeballs",
    "generic_happy_eyeballs STACK",
    t("Connects to hosts by name, over IPv4 or IPv6, whichever answers first."),
  ),
  offer(
    t("Conduit"),
    "conduit",
    "conduit",
    "conduit_direct STACK",
    t("Connections over TCP, as cohttp uses them."),
  ),
  offer(
    t("HTTP Server"),
    "http",
    "http",
    "cohttp_server (conduit_direct STACK)",
    t("Serves HTTP, with cohttp."),
  ),
  offer(
    t("HTTP Client"),
    "http_client",
    "client",
    "cohttp_client (resolver_dns STACK) (conduit_direct ~tls:true STACK)",
    t("Fetches over HTTP and HTTPS, with cohttp."),
  ),
];

/** What the installed mirage has; all of it where the version is not known. */
export function offersFor(mirage: string | undefined): readonly DeviceOffer[] {
  return deviceOffers.filter(
    ({ since }) => since === undefined || mirage === undefined || compareVersions(mirage, since) >= 0,
  );
}
