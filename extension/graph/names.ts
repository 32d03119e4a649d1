import { t } from "../platform/l10n.ts";

/**
 * What modules that mirage's combinators bring are called among people. Paths are those of
 * `lib/devices/*.ml` in mirage 4.4 to 4.11.
 */
const plainNames: Readonly<Record<string, string>> = {
  Netif: t("network interface"),
  "Ethernet.Make": "Ethernet",
  "Arp.Make": "ARP",
  "Static_ipv4.Make": "IPv4",
  "Dhcp_ipv4.Make": t("DHCP client"),
  "Dhcp_ipv4.Proj_net": t("network of the DHCP client"),
  "Dhcp_ipv4.Proj_ipv4": t("IPv4 of the DHCP client"),
  "Dhcp_ipv4.Proj_lease": t("DHCP lease"),
  "Qubesdb_ipv4.Make": t("IPv4 from QubesDB"),
  "Qubes.DB": "QubesDB",
  "Ipv6.Make": "IPv6",
  "Icmpv4.Make": "ICMP",
  "Udp.Make": "UDP",
  "Tcp.Flow.Make": "TCP",
  "Utcp_mirage.Make": "µTCP",
  "Tcpip_stack_direct.IPV4V6": t("IPv4 and IPv6 together"),
  "Tcpip_stack_direct.MakeV4V6": t("TCP/IP stack"),
  "Tcpip_stack_direct.TCPV4V6": t("TCP of the stack"),
  "Tcpip_stack_socket.V4V6": t("TCP/IP stack of host sockets"),
  Tcpv4v6_socket: t("TCP sockets of the host"),
  Udpv4v6_socket: t("UDP sockets of the host"),
  "Conduit_mirage.TCP": t("Conduit over TCP"),
  "Conduit_mirage.TLS": t("Conduit over TLS"),
  "Cohttp_mirage.Server.Make": t("HTTP server (Cohttp)"),
  "Cohttp_mirage.Client.Make": t("HTTP client (Cohttp)"),
  "Httpaf_mirage.Server_with_conduit": t("HTTP server (http/af)"),
  "Paf_mirage.Make": t("HTTP server (Paf)"),
  "Http_mirage_client.Make": t("HTTP client"),
  "Resolver_mirage.Make": t("resolver over DNS"),
  Resolver_lwt: t("resolver of the host"),
  "Dns_client_mirage.Make": t("DNS client"),
  "Happy_eyeballs_mirage.Make": "Happy Eyeballs",
  "Mimic_happy_eyeballs.Make": t("Mimic over Happy Eyeballs"),
  "Mimic.Merge": t("merged Git clients"),
  "Git_net.TCP.Make": t("Git over TCP"),
  "Git_net.SSH.Make": t("Git over SSH"),
  "Git_net.HTTP.Make": t("Git over HTTP"),
  Block: t("block device"),
  Ramdisk: t("disk in memory"),
  "Block_ccm.Make": t("encrypted block device"),
  "Tar_mirage.Make_KV_RO": t("tar archive, read-only"),
  "Tar_mirage.Make_KV_RW": t("tar archive"),
  "Fat.KV_RO": t("FAT file system, read-only"),
  "Kv.Make": t("LittleFS (Chamelon)"),
  Mirage_kv_unix: t("folder of the host"),
  Mirage_kv_mem: t("store in memory"),
  "Docteur_unix.Fast": t("Docteur image"),
  "Docteur_unix.Light": t("Docteur image"),
  "Docteur_solo5.Fast": t("Docteur image"),
  "Docteur_solo5.Light": t("Docteur image"),
  "Logs_syslog_mirage.Udp": t("syslog over UDP"),
  "Logs_syslog_mirage.Tcp": t("syslog over TCP"),
  "Logs_syslog_mirage_tls.Tls": t("syslog over TLS"),
  "Mirage_monitoring.Make": t("monitoring"),
  Mirage_runtime: t("runtime"),
  "struct end": t("command line"),
  Cmdliner_stdlib: t("settings of the OCaml runtime"),
  Mirage_bootvar: t("boot arguments"),
  Mirage_logs: t("logging"),
  Mirage_sleep: t("sleeping"),
  Mirage_ptime: t("clock of the day"),
  Mirage_mtime: t("monotonic clock"),
  Mirage_crypto_rng_mirage: t("random numbers"),
  Lwt: t("nothing (Lwt)"),
  Unit: t("unit"),
};

/** Last parts of a path that say how a module is made and not what it is. */
const makers: ReadonlySet<string> = new Set(["Make", "Main", "KV_RO", "Make_KV_RO", "Make_KV_RW"]);

/**
 * What to call a module in a sentence: `Ethernet.Make` is Ethernet. Modules that are not known keep
 * their path without a `Make` at the end; what `crunch` makes is files of its folder.
 */
export function plainName(path: string): string {
  if (Object.hasOwn(plainNames, path)) return plainNames[path] ?? path;
  const crunched = /^Static_(\w+)$/.exec(path)?.[1];
  if (crunched !== undefined) return t("files of {0}", crunched);
  const parts = path.split(".");
  const last = parts.at(-1) ?? "";
  return parts.length > 1 && makers.has(last) ? parts.slice(0, -1).join(".") : path;
}

/** `1 module`, `3 modules`. */
export function countedModules(count: number): string {
  return count === 1 ? t("1 module") : t("{0} modules", count);
}

/** `a`, `a and b`, `a, b and c`; beyond `longest` the rest is counted. Equal items are said once. */
export function listed(items: readonly string[], longest = 16): string {
  const different = [...new Set(items)];
  const shown = different.length > longest ? different.slice(0, longest - 1) : different;
  const rest = different.length - shown.length;
  const all = rest > 0 ? [...shown, t("{0} more", rest)] : shown;
  const last = all.at(-1) ?? "";
  return all.length < 2 ? last : t("{0} and {1}", all.slice(0, -1).join(", "), last);
}
