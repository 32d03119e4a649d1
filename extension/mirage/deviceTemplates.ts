import { compareVersions } from "./version.ts";
import { t } from "../protocol/l10n.ts";

/** A device that can be added to a unikernel. */
export interface DeviceTemplate {
  readonly title: string;
  readonly detail: string;
  /** Its type in config.ml, which determines the functor parameter. */
  readonly type: string;
  /** The name that config.ml binds it to. */
  readonly binding: string;
  /** The expression that creates it; `STACK` and `NET` stand for config.ml's network stack and interface. */
  readonly expression: string;
  /** The first version of mirage that has it, if later than 4.9. */
  readonly since?: string;
  /** The folder next to config.ml that contains its files; the build fails without it. */
  readonly folder?: string;
}

const template = (
  title: string,
  type: string,
  binding: string,
  expression: string,
  detail: string,
  since?: string,
): DeviceTemplate => ({ title, type, binding, expression, detail, ...(since !== undefined && { since }) });

/** The devices that `MirageOS: Add Device…` lists, from the interfaces of mirage 4.9 to 4.11 (`lib/mirage.mli`). */
export const deviceTemplates: readonly DeviceTemplate[] = [
  template(t("Network Stack"), "stackv4v6", "stack", "STACK", t("TCP and UDP over IPv4 and IPv6.")),
  template(
    "TCP",
    "tcpv4v6",
    "tcp",
    "tcpv4v6_of_stackv4v6 STACK",
    t("Only the TCP layer of a network stack."),
  ),
  template(t("Network Interface"), "network", "net", "NET", t("Sends and receives raw Ethernet frames.")),
  template("Ethernet", "ethernet", "eth", "ethif NET", t("The Ethernet layer of the network interface.")),
  template("IPv6", "ipv6", "ip", "create_ipv6 NET (ethif NET)", t("The IPv6 layer over Ethernet.")),
  template(
    t("Disk"),
    "block",
    "disk",
    'block_of_file "disk"',
    t("A disk with read and write access to its sectors."),
  ),
  {
    ...template(
      t("Files"),
      "kv_ro",
      "files",
      'generic_kv_ro "files"',
      t("Read-only access to the folder files; --kv_ro selects how they are stored."),
    ),
    folder: "files",
  },
  template(
    t("Key-Value Store in Memory"),
    "kv_rw",
    "store",
    "kv_rw_mem ()",
    t("A store with read and write access; its content is lost when the unikernel stops."),
  ),
  template(
    t("DNS Client"),
    "dns_client",
    "dns",
    "generic_dns_client STACK (generic_happy_eyeballs STACK)",
    t("Looks up the addresses of host names."),
  ),
  template(
    "Happy Eyeballs",
    "happy_eyeballs",
    "happy_eyeballs",
    "generic_happy_eyeballs STACK",
    t("Connects to host names over IPv4 or IPv6, whichever responds first."),
  ),
  template(
    t("Conduit"),
    "conduit",
    "conduit",
    "conduit_direct STACK",
    t("Connections over TCP for libraries such as cohttp."),
  ),
  template(
    t("HTTP Server"),
    "http",
    "http",
    "cohttp_server (conduit_direct STACK)",
    t("An HTTP server based on cohttp."),
  ),
  template(
    t("HTTP Client"),
    "http_client",
    "client",
    "cohttp_client (resolver_dns STACK) (conduit_direct ~tls:true STACK)",
    t("An HTTP and HTTPS client based on cohttp."),
  ),
];

/** The devices that the installed mirage has; all of them if its version is unknown. */
export function templatesFor(mirage: string | undefined): readonly DeviceTemplate[] {
  return deviceTemplates.filter(
    ({ since }) => since === undefined || mirage === undefined || compareVersions(mirage, since) >= 0,
  );
}
