/**
 * What modules that mirage's combinators bring are called among people. Paths are those of
 * `lib/devices/*.ml` in mirage 4.4 to 4.11.
 */
const plainNames: Readonly<Record<string, string>> = {
  Netif: "network interface",
  "Ethernet.Make": "Ethernet",
  "Arp.Make": "ARP",
  "Static_ipv4.Make": "IPv4",
  "Dhcp_ipv4.Make": "DHCP client",
  "Dhcp_ipv4.Proj_net": "network of the DHCP client",
  "Dhcp_ipv4.Proj_ipv4": "IPv4 of the DHCP client",
  "Dhcp_ipv4.Proj_lease": "DHCP lease",
  "Qubesdb_ipv4.Make": "IPv4 from QubesDB",
  "Qubes.DB": "QubesDB",
  "Ipv6.Make": "IPv6",
  "Icmpv4.Make": "ICMP",
  "Udp.Make": "UDP",
  "Tcp.Flow.Make": "TCP",
  "Utcp_mirage.Make": "µTCP",
  "Tcpip_stack_direct.IPV4V6": "IPv4 and IPv6 together",
  "Tcpip_stack_direct.MakeV4V6": "TCP/IP stack",
  "Tcpip_stack_direct.TCPV4V6": "TCP of the stack",
  "Tcpip_stack_socket.V4V6": "TCP/IP stack of host sockets",
  Tcpv4v6_socket: "TCP sockets of the host",
  Udpv4v6_socket: "UDP sockets of the host",
  "Conduit_mirage.TCP": "Conduit over TCP",
  "Conduit_mirage.TLS": "Conduit over TLS",
  "Cohttp_mirage.Server.Make": "HTTP server (Cohttp)",
  "Cohttp_mirage.Client.Make": "HTTP client (Cohttp)",
  "Httpaf_mirage.Server_with_conduit": "HTTP server (http/af)",
  "Paf_mirage.Make": "HTTP server (Paf)",
  "Http_mirage_client.Make": "HTTP client",
  "Resolver_mirage.Make": "resolver over DNS",
  Resolver_lwt: "resolver of the host",
  "Dns_client_mirage.Make": "DNS client",
  "Happy_eyeballs_mirage.Make": "Happy Eyeballs",
  "Mimic_happy_eyeballs.Make": "Mimic over Happy Eyeballs",
  "Mimic.Merge": "merged Git clients",
  "Git_net.TCP.Make": "Git over TCP",
  "Git_net.SSH.Make": "Git over SSH",
  "Git_net.HTTP.Make": "Git over HTTP",
  Block: "block device",
  Ramdisk: "disk in memory",
  "Block_ccm.Make": "encrypted block device",
  "Tar_mirage.Make_KV_RO": "tar archive, read-only",
  "Tar_mirage.Make_KV_RW": "tar archive",
  "Fat.KV_RO": "FAT file system, read-only",
  "Kv.Make": "LittleFS (Chamelon)",
  Mirage_kv_unix: "folder of the host",
  Mirage_kv_mem: "store in memory",
  "Docteur_unix.Fast": "Docteur image",
  "Docteur_unix.Light": "Docteur image",
  "Docteur_solo5.Fast": "Docteur image",
  "Docteur_solo5.Light": "Docteur image",
  "Logs_syslog_mirage.Udp": "syslog over UDP",
  "Logs_syslog_mirage.Tcp": "syslog over TCP",
  "Logs_syslog_mirage_tls.Tls": "syslog over TLS",
  "Mirage_monitoring.Make": "monitoring",
  Mirage_runtime: "runtime",
  "struct end": "command line",
  Cmdliner_stdlib: "settings of the OCaml runtime",
  Mirage_bootvar: "boot arguments",
  Mirage_logs: "logging",
  Mirage_sleep: "sleeping",
  Mirage_ptime: "clock of the day",
  Mirage_mtime: "monotonic clock",
  Mirage_crypto_rng_mirage: "random numbers",
  Lwt: "nothing (Lwt)",
  Unit: "unit",
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
  if (crunched !== undefined) return `files of ${crunched}`;
  const parts = path.split(".");
  const last = parts.at(-1) ?? "";
  return parts.length > 1 && makers.has(last) ? parts.slice(0, -1).join(".") : path;
}

/** `1 module`, `3 modules`; the plural is the noun with an s where none is given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`; beyond `longest` the rest is counted. Equal items are said once. */
export function listed(items: readonly string[], longest = 16): string {
  const different = [...new Set(items)];
  const shown = different.length > longest ? different.slice(0, longest - 1) : different;
  const rest = different.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  const last = all.at(-1) ?? "";
  return all.length < 2 ? last : `${all.slice(0, -1).join(", ")} and ${last}`;
}
