/**
 * The opam packages of mirage's devices for all targets, by module path, from `lib/devices/*.ml` of mirage
 * 4.4 to 4.11.
 */
const byPath: Readonly<Record<string, readonly string[]>> = {
  Netif: [
    "mirage-net-unix",
    "mirage-net-macosx",
    "mirage-net-xen",
    "mirage-net-solo5",
    "mirage-net-unikraft",
  ],
  "Ethernet.Make": ["ethernet"],
  "Arp.Make": ["arp"],
  "Qubesdb_ipv4.Make": ["mirage-qubes-ipv4"],
  "Qubes.DB": ["mirage-qubes"],
  "Utcp_mirage.Make": ["utcp"],
  "Cohttp_mirage.Server.Make": ["cohttp-mirage"],
  "Cohttp_mirage.Client.Make": ["cohttp-mirage"],
  "Httpaf_mirage.Server_with_conduit": ["httpaf-mirage"],
  "Paf_mirage.Make": ["paf"],
  "Http_mirage_client.Make": ["http-mirage-client"],
  "Conduit_mirage.TCP": ["conduit-mirage"],
  "Conduit_mirage.TLS": ["conduit-mirage", "tls-mirage"],
  "Resolver_mirage.Make": ["conduit-mirage"],
  Resolver_lwt: ["conduit-mirage", "conduit-lwt"],
  "Dns_client_mirage.Make": ["dns-client-mirage", "dns-client"],
  "Happy_eyeballs_mirage.Make": ["happy-eyeballs-mirage"],
  "Mimic_happy_eyeballs.Make": ["mimic-happy-eyeballs"],
  "Mimic.Merge": ["mimic"],
  "Git_net.TCP.Make": ["git-net", "git-mirage"],
  "Git_net.SSH.Make": ["git-net", "git-mirage"],
  "Git_net.HTTP.Make": ["git-net", "git-mirage"],
  Block: ["mirage-block-unix", "mirage-block-xen", "mirage-block-solo5", "mirage-block-unikraft"],
  Ramdisk: ["mirage-block-ramdisk"],
  "Block_ccm.Make": ["mirage-block-ccm"],
  "Tar_mirage.Make_KV_RO": ["tar-mirage"],
  "Tar_mirage.Make_KV_RW": ["tar-mirage"],
  "Fat.KV_RO": ["fat-filesystem"],
  "Kv.Make": ["chamelon"],
  Mirage_kv_unix: ["mirage-kv-unix"],
  Mirage_kv_mem: ["mirage-kv-mem"],
  "Mirage_monitoring.Make": ["mirage-monitoring"],
  "struct end": ["mirage-runtime"],
  Mirage_runtime: ["mirage-runtime"],
};

/** Packages by the prefix of a module path. */
const byPrefix: readonly (readonly [string, readonly string[]])[] = [
  ["Static_ipv4.", ["tcpip"]],
  ["Static_", ["mirage-kv-mem", "crunch"]],
  ["Dhcp_ipv4.", ["charrua-client"]],
  ["Tcpip_stack_", ["tcpip"]],
  ["Tcp.", ["tcpip"]],
  ["Udp.", ["tcpip"]],
  ["Ipv6.", ["tcpip"]],
  ["Icmpv4.", ["tcpip"]],
  ["Tcpv4v6_socket", ["tcpip"]],
  ["Udpv4v6_socket", ["tcpip"]],
  ["Docteur_unix.", ["docteur-unix"]],
  ["Docteur_solo5.", ["docteur-solo5"]],
  ["Logs_syslog_mirage", ["logs-syslog"]],
];

/** Names of the packages that a module may come from; for an unknown module, a package of the same name. */
export function packagesOf(path: string): readonly string[] {
  if (Object.hasOwn(byPath, path)) return byPath[path] ?? [];
  const prefix = byPrefix.find(([start]) => path.startsWith(start));
  const own = (path.split(".")[0] ?? "").toLowerCase().replaceAll("_", "-");
  return prefix?.[1] ?? [own];
}

/** The packages that an opam file depends on, in its order; `bounds` are the version constraints without quotes. */
export function opamDepends(opamText: string): readonly { readonly name: string; readonly bounds: string }[] {
  const start = /^depends:\s*\[/m.exec(opamText);
  if (!start) return [];
  const from = start.index + start[0].length;
  const end = opamText.indexOf("\n]", from);
  const lines = opamText.slice(from, end < 0 ? undefined : end).split("\n");
  return lines.flatMap((line) => {
    const entry = /^\s*"([^"]+)"\s*(?:\{([^}]*)\})?/.exec(line);
    if (!entry) return [];
    const bounds = [...(entry[2] ?? "").matchAll(/([<>=!]+)\s*"([^"]*)"/g)];
    return [
      { name: entry[1] ?? "", bounds: bounds.map(([, sign, version]) => `${sign} ${version}`).join(" & ") },
    ];
  });
}
