import { t } from "../extension/platform/l10n.ts";

/** What a type of the Mirage DSL asks of the functor parameter that takes its device. */
export interface DeviceType {
  /** The module type to write in unikernel.ml. */
  readonly signature: string;
  /** Other module types that its devices have as well. */
  readonly also: readonly string[];
  /** The name a parameter is given when one is added. */
  readonly parameter: string;
  /** A device of the type that needs nothing more; undefined where there is none. */
  readonly device: string | undefined;
  readonly documentation: string;
}

const type = (
  signature: string,
  parameter: string,
  documentation: string,
  device?: string,
  ...also: readonly string[]
): DeviceType => ({ signature, also, parameter, device, documentation });

/**
 * The types of the DSL whose devices have one known module type, from `lib/mirage.mli` and the devices
 * of mirage 4.11, and at the end those that mirage 4.9 took away.
 */
export const deviceTypes: Readonly<Record<string, DeviceType>> = {
  network: type(
    "Mirage_net.S",
    "N",
    t("A network interface that sends and receives frames."),
    "default_network",
  ),
  ethernet: type("Ethernet.S", "E", t("Ethernet on a network interface."), "(ethif default_network)"),
  arpv4: type("Arp.S", "A", t("Address resolution for IPv4 on Ethernet."), "(arp (ethif default_network))"),
  ipv4: type("Tcpip.Ip.S with type ipaddr = Ipaddr.V4.t", "I", t("The IPv4 layer.")),
  ipv6: type("Tcpip.Ip.S with type ipaddr = Ipaddr.V6.t", "I", t("The IPv6 layer.")),
  ipv4v6: type("Tcpip.Ip.S with type ipaddr = Ipaddr.t", "I", t("IPv4 and IPv6 together.")),
  udpv4v6: type("Tcpip.Udp.S with type ipaddr = Ipaddr.t", "U", t("UDP on IPv4 and IPv6.")),
  tcpv4v6: type(
    "Tcpip.Tcp.S with type ipaddr = Ipaddr.t",
    "T",
    t("TCP on IPv4 and IPv6."),
    "(tcpv4v6_of_stackv4v6 (generic_stackv4v6 default_network))",
  ),
  stackv4v6: type(
    "Tcpip.Stack.V4V6",
    "S",
    t("A whole network stack: IPv4 and IPv6, UDP and TCP."),
    "(generic_stackv4v6 default_network)",
  ),
  block: type(
    "Mirage_block.S",
    "B",
    t("A disk that is read and written by sectors."),
    '(block_of_file "disk")',
  ),
  kv_ro: type("Mirage_kv.RO", "KV", t("Read-only values by key, such as files."), '(generic_kv_ro "data")'),
  kv_rw: type("Mirage_kv.RW", "KV", t("Values by key, read and written."), "(kv_rw_mem ())", "Mirage_kv.RO"),
  conduit: type("Conduit_mirage.S", "Con", t("Connections over TCP or TLS, as cohttp uses them.")),
  resolver: type("Resolver_lwt.S", "Resolver", t("Resolution of service names for conduit.")),
  happy_eyeballs: type(
    "Happy_eyeballs_mirage.S",
    "HE",
    t("Connections to hosts, the quicker of IPv4 and IPv6 (RFC 8305)."),
  ),
  dns_client: type("Dns_client_mirage.S", "Dns", t("A client of the domain name system.")),
  http: type("Cohttp_mirage.Server.S", "Http", t("An HTTP server on a conduit.")),
  http_client: type("Cohttp_lwt.S.Client", "Client", t("An HTTP client of cohttp.")),
  http_server: type("Paf_mirage.S", "Http_server", t("A server for HTTP/1.1 and HTTP/2, with TLS.")),
  alpn_client: type("Http_mirage_client.S", "Http_client", t("A client for HTTP/1.1 and HTTP/2.")),
  time: type(
    "Mirage_time.S",
    "Time",
    t("Sleeping. Gone since mirage 4.9: use Mirage_sleep."),
    "default_time",
  ),
  pclock: type(
    "Mirage_clock.PCLOCK",
    "Pclock",
    t("The time of day. Gone since mirage 4.9: use Mirage_ptime."),
    "default_posix_clock",
  ),
  mclock: type(
    "Mirage_clock.MCLOCK",
    "Mclock",
    t("Monotonic time. Gone since mirage 4.9: use Mirage_mtime."),
    "default_monotonic_clock",
  ),
};

/** Types of the DSL that say nothing sure of a module type; here for their documentation. */
export const otherTypes: Readonly<Record<string, string>> = {
  job: t("A task of the unikernel: what `main` and `register` deal in."),
  mimic: t("Connections whose protocol is chosen when they are opened; the base of Git and HTTP clients."),
  git_client: t("What Git and Irmin need to reach a remote repository."),
  random: t("Random numbers. Since mirage 4.9 they come from Mirage_crypto_rng without an argument."),
  syslog: t("Log messages that are sent to a syslog server."),
  reporter: t("Where log messages go."),
  argv: t("Where boot arguments come from."),
  sleep: t("Sleeping, by the module Mirage_sleep; an argument of `register` alone."),
  ptime: t("The time of day, by the module Mirage_ptime; an argument of `register` alone."),
  mtime: t("Monotonic time, by the module Mirage_mtime; an argument of `register` alone."),
  qubesdb: t("The configuration database of Qubes OS."),
  lease: t("What a DHCP server has said, where there is one."),
  dhcp_ipv4: t("An interface that DHCP configures."),
};

/** The module type without its constraints, `Stdlib.` and blanks: what two can be compared by. */
function head(signature: string): string | undefined {
  return /^([A-Z][\w']*(?:\.[A-Z][\w']*)+)(?: with .*)?$/.exec(
    signature.replace(/\(\*.*?\*\)/g, "").trim(),
  )?.[1];
}

const known: ReadonlySet<string> = new Set(
  Object.values(deviceTypes).flatMap(({ signature, also }) =>
    [signature, ...also].flatMap((each) => head(each) ?? []),
  ),
);

/**
 * Whether a device of the DSL's type surely lacks the module type of the parameter. An unknown type, an
 * unknown module type and one of the file's own are never sure.
 */
export function surelyDiffers(typeName: string, signature: string): boolean {
  const device = Object.hasOwn(deviceTypes, typeName) ? deviceTypes[typeName] : undefined;
  const wanted = head(signature);
  if (!device || wanted === undefined || !known.has(wanted)) return false;
  return ![device.signature, ...device.also].some((each) => head(each) === wanted);
}

/** The DSL's type whose devices have this module type; undefined where it is not one alone. */
export function typeOfSignature(signature: string): string | undefined {
  const plain = signature.trim();
  const exact = Object.keys(deviceTypes).find((name) => deviceTypes[name]?.signature === plain);
  if (exact !== undefined) return exact;
  const wanted = head(plain);
  const named = Object.keys(deviceTypes).filter(
    (name) => head(deviceTypes[name]?.signature ?? "") === wanted,
  );
  return wanted !== undefined && named.length === 1 ? named[0] : undefined;
}
