import { t } from "../protocol/l10n.ts";

/** A type of the Mirage DSL and the functor parameters that accept its devices. */
export interface DeviceType {
  /** The module type to write in unikernel.ml. */
  readonly signature: string;
  /** Other module types that its devices satisfy. */
  readonly also: readonly string[];
  /** The name of a parameter that a fix adds. */
  readonly parameter: string;
  /** An expression for a device of the type without free names; undefined if there is none. */
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
 * The types of the DSL whose devices have one known module type, from `lib/mirage.mli` and the devices of
 * mirage 4.11, followed by those that mirage 4.9 removed.
 */
export const deviceTypes: Readonly<Record<string, DeviceType>> = {
  network: type(
    "Mirage_net.S",
    "N",
    t("A network interface that sends and receives frames."),
    "default_network",
  ),
  ethernet: type(
    "Ethernet.S",
    "E",
    t("The Ethernet layer of a network interface."),
    "(ethif default_network)",
  ),
  arpv4: type(
    "Arp.S",
    "A",
    t("Address resolution (ARP) for IPv4 on Ethernet."),
    "(arp (ethif default_network))",
  ),
  ipv4: type("Tcpip.Ip.S with type ipaddr = Ipaddr.V4.t", "I", t("The IPv4 layer.")),
  ipv6: type("Tcpip.Ip.S with type ipaddr = Ipaddr.V6.t", "I", t("The IPv6 layer.")),
  ipv4v6: type("Tcpip.Ip.S with type ipaddr = Ipaddr.t", "I", t("IPv4 and IPv6 combined.")),
  udpv4v6: type("Tcpip.Udp.S with type ipaddr = Ipaddr.t", "U", t("UDP over IPv4 and IPv6.")),
  tcpv4v6: type(
    "Tcpip.Tcp.S with type ipaddr = Ipaddr.t",
    "T",
    t("TCP over IPv4 and IPv6."),
    "(tcpv4v6_of_stackv4v6 (generic_stackv4v6 default_network))",
  ),
  stackv4v6: type(
    "Tcpip.Stack.V4V6",
    "S",
    t("A complete network stack: IPv4 and IPv6, UDP and TCP."),
    "(generic_stackv4v6 default_network)",
  ),
  block: type(
    "Mirage_block.S",
    "B",
    t("A disk with read and write access to its sectors."),
    '(block_of_file "disk")',
  ),
  kv_ro: type(
    "Mirage_kv.RO",
    "KV",
    t("A read-only key-value store, such as a set of files."),
    '(generic_kv_ro "data")',
  ),
  kv_rw: type(
    "Mirage_kv.RW",
    "KV",
    t("A key-value store with read and write access."),
    "(kv_rw_mem ())",
    "Mirage_kv.RO",
  ),
  conduit: type("Conduit_mirage.S", "Con", t("Connections over TCP or TLS for libraries such as cohttp.")),
  resolver: type("Resolver_lwt.S", "Resolver", t("Resolves service names for conduit.")),
  happy_eyeballs: type(
    "Happy_eyeballs_mirage.S",
    "HE",
    t("Connects to hosts over IPv4 or IPv6, whichever is faster (RFC 8305)."),
  ),
  dns_client: type("Dns_client_mirage.S", "Dns", t("A DNS client.")),
  http: type("Cohttp_mirage.Server.S", "Http", t("An HTTP server over conduit.")),
  http_client: type("Cohttp_lwt.S.Client", "Client", t("The HTTP client of cohttp.")),
  http_server: type("Paf_mirage.S", "Http_server", t("A server for HTTP/1.1 and HTTP/2, with TLS.")),
  alpn_client: type("Http_mirage_client.S", "Http_client", t("A client for HTTP/1.1 and HTTP/2.")),
  time: type(
    "Mirage_time.S",
    "Time",
    t("Sleeping. Removed in mirage 4.9: use Mirage_sleep instead."),
    "default_time",
  ),
  pclock: type(
    "Mirage_clock.PCLOCK",
    "Pclock",
    t("The wall clock. Removed in mirage 4.9: use Mirage_ptime instead."),
    "default_posix_clock",
  ),
  mclock: type(
    "Mirage_clock.MCLOCK",
    "Mclock",
    t("The monotonic clock. Removed in mirage 4.9: use Mirage_mtime instead."),
    "default_monotonic_clock",
  ),
};

/** Documentation of the types of the DSL whose module type is not determined. */
export const otherTypes: Readonly<Record<string, string>> = {
  job: t("A task of the unikernel: `main` creates it and `register` runs it."),
  mimic: t("Connections whose protocol is selected when they are opened, used by Git and HTTP clients."),
  git_client: t("A connection to a remote repository for Git and Irmin."),
  random: t(
    "The random number generator. Since mirage 4.9, code uses Mirage_crypto_rng directly instead of a functor argument.",
  ),
  syslog: t("Sends log messages to a syslog server."),
  reporter: t("The destination of log messages."),
  argv: t("The source of boot arguments."),
  sleep: t("The implementation of Mirage_sleep; only an argument of `register`."),
  ptime: t("The implementation of the wall clock, Mirage_ptime; only an argument of `register`."),
  mtime: t("The implementation of the monotonic clock, Mirage_mtime; only an argument of `register`."),
  qubesdb: t("The configuration database of Qubes OS."),
  lease: t("A DHCP lease, if there is one."),
  dhcp_ipv4: t("A network interface that is configured with DHCP."),
};

/** The path of a module type without its constraints, for comparisons; undefined for anything but a qualified path. */
function signaturePath(signature: string): string | undefined {
  return /^([A-Z][\w']*(?:\.[A-Z][\w']*)+)(?: with .*)?$/.exec(
    signature.replace(/\(\*.*?\*\)/g, "").trim(),
  )?.[1];
}

const knownSignatures: ReadonlySet<string> = new Set(
  Object.values(deviceTypes).flatMap(({ signature, also }) =>
    [signature, ...also].flatMap((each) => signaturePath(each) ?? []),
  ),
);

/**
 * Whether the devices of a type of the DSL certainly do not satisfy the module type of a parameter. False
 * for unknown types and module types, and for those that the file defines itself.
 */
export function isKnownMismatch(typeName: string, signature: string): boolean {
  const device = Object.hasOwn(deviceTypes, typeName) ? deviceTypes[typeName] : undefined;
  const required = signaturePath(signature);
  if (!device || required === undefined || !knownSignatures.has(required)) return false;
  return ![device.signature, ...device.also].some((each) => signaturePath(each) === required);
}

/** The type of the DSL whose devices have this module type; undefined unless there is exactly one. */
export function typeOfSignature(signature: string): string | undefined {
  const plain = signature.trim();
  const exact = Object.keys(deviceTypes).find((name) => deviceTypes[name]?.signature === plain);
  if (exact !== undefined) return exact;
  const required = signaturePath(plain);
  const named = Object.keys(deviceTypes).filter(
    (name) => signaturePath(deviceTypes[name]?.signature ?? "") === required,
  );
  return required !== undefined && named.length === 1 ? named[0] : undefined;
}
