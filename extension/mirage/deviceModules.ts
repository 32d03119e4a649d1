/** The module paths of the nodes that a combinator of mirage creates; a path that ends in `*` matches a prefix. */
export interface DeviceCombinator {
  /** The possible modules of the device itself. */
  readonly roots: readonly string[];
  /** The modules of the nodes that it adds below the device, except its arguments. */
  readonly inner: readonly string[];
  /** Whether its arguments are those of the functor, in the same order. */
  readonly direct: boolean;
}

const stackInner = [
  "Tcpip_stack_direct.IPV4V6",
  "Ethernet.Make",
  "Arp.Make",
  "Dhcp_ipv4.*",
  "Static_ipv4.Make",
  "Qubesdb_ipv4.Make",
  "Qubes.DB",
  "Ipv6.Make",
  "Icmpv4.Make",
  "Udp.Make",
  "Tcp.Flow.Make",
  "Utcp_mirage.Make",
  "Tcpv4v6_socket",
  "Udpv4v6_socket",
];

const functor = (...roots: string[]): DeviceCombinator => ({ roots, inner: [], direct: true });
const device = (...roots: string[]): DeviceCombinator => ({ roots, inner: [], direct: false });
const stack: DeviceCombinator = {
  roots: [
    "Tcpip_stack_direct.MakeV4V6",
    "Tcpip_stack_socket.V4V6",
    "Tcpip_stack_direct.MakeV4",
    "Tcpip_stack_socket.V4",
  ],
  inner: stackInner,
  direct: false,
};
const files = device("Static_*", "Mirage_kv_unix", "Mirage_kv_mem");
const clock = device("Mirage_ptime", "Mirage_mtime", "Pclock", "Mclock", "Mirage_runtime");
const docteur = device("Docteur_unix.*", "Docteur_solo5.*");

/**
 * The combinators of `lib/mirage.mli`, mirage 4.4 to 4.11, with the modules that `lib/devices/*.ml` creates
 * for them, for all targets and keys.
 */
const deviceCombinators: Readonly<Record<string, DeviceCombinator>> = {
  noop: device("Unit"),
  default_network: device("Netif"),
  netif: device("Netif"),
  ethif: functor("Ethernet.Make"),
  etif: functor("Ethernet.Make"),
  arp: functor("Arp.Make"),
  create_ipv4: functor("Static_ipv4.Make"),
  create_ipv6: functor("Ipv6.Make"),
  create_ipv4v6: functor("Tcpip_stack_direct.IPV4V6"),
  ipv4_of_dhcp: functor("Dhcp_ipv4.Make"),
  ipv4_qubes: functor("Qubesdb_ipv4.Make"),
  dhcp_proj_net: functor("Dhcp_ipv4.Proj_net"),
  dhcp_proj_ipv4: functor("Dhcp_ipv4.Proj_ipv4"),
  dhcp_proj_lease: functor("Dhcp_ipv4.Proj_lease"),
  no_lease: device("Lwt"),
  default_qubesdb: device("Qubes.DB"),
  direct_udp: functor("Udp.Make"),
  direct_tcp: functor("Tcp.Flow.Make", "Utcp_mirage.Make"),
  direct_stackv4v6: { ...stack, direct: false },
  generic_stackv4v6: stack,
  generic_stackv4v6_with_lease: stack,
  // The lease, the second component of the pair that it returns.
  "generic_stackv4v6_with_lease#1": device("Dhcp_ipv4.Proj_lease", "Lwt"),
  generic_stackv4: stack,
  socket_stackv4v6: stack,
  static_ipv4v6_stack: stack,
  dhcp_ipv4v6_stack: stack,
  qubes_ipv4v6_stack: stack,
  tcpv4v6_of_stackv4v6: functor("Tcpip_stack_direct.TCPV4V6"),
  conduit_direct: {
    roots: ["Conduit_mirage.TLS", "Conduit_mirage.TCP", "Conduit_mirage.Endpoint"],
    inner: ["Conduit_mirage.TCP"],
    direct: false,
  },
  resolver_unix_system: device("Resolver_lwt"),
  resolver_dns: functor("Resolver_mirage.Make"),
  generic_happy_eyeballs: functor("Happy_eyeballs_mirage.Make"),
  generic_dns_client: functor("Dns_client_mirage.Make"),
  mimic_happy_eyeballs: functor("Mimic_happy_eyeballs.Make"),
  merge_git_clients: functor("Mimic.Merge"),
  git_tcp: functor("Git_net.TCP.Make", "Git_mirage_tcp.Make"),
  git_ssh: functor("Git_net.SSH.Make", "Git_mirage_ssh.Make"),
  git_http: functor("Git_net.HTTP.Make", "Git_mirage_http.Make"),
  cohttp_server: functor("Cohttp_mirage.Server.Make"),
  cohttp_client: functor("Cohttp_mirage.Client.Make"),
  httpaf_server: device("Httpaf_mirage.Server_with_conduit"),
  paf_server: functor("Paf_mirage.Make"),
  paf_client: functor("Http_mirage_client.Make"),
  syslog_udp: functor("Logs_syslog_mirage.Udp"),
  syslog_tcp: functor("Logs_syslog_mirage.Tcp"),
  syslog_tls: functor("Logs_syslog_mirage_tls.Tls"),
  monitoring: functor("Mirage_monitoring.Make"),
  block_of_file: device("Block"),
  block_of_xenstore_id: device("Block"),
  ramdisk: device("Ramdisk"),
  generic_block: device("Block", "Ramdisk"),
  ccm_block: functor("Block_ccm.Make"),
  chamelon: functor("Kv.Make"),
  tar_kv_ro: functor("Tar_mirage.Make_KV_RO"),
  tar_kv_rw: functor("Tar_mirage.Make_KV_RW"),
  fat_ro: functor("Fat.KV_RO"),
  crunch: device("Static_*"),
  direct_kv_ro: files,
  direct_kv_rw: files,
  generic_kv_ro: files,
  kv_rw_mem: device("Mirage_kv_mem"),
  docteur,
  default_random: device("Mirage_crypto_rng_mirage", "Mirage_crypto_rng_mirage.Make"),
  default_time: device("Unix_os.Time", "Solo5_os.Time", "Xen_os.Time", "OS.Time"),
  default_posix_clock: clock,
  default_monotonic_clock: clock,
  default_ptime: clock,
  default_mtime: clock,
  mock_ptime: clock,
  mock_mtime: clock,
  default_sleep: device("Mirage_sleep"),
  default_reporter: device("Mirage_logs", "Mirage_logs.Make"),
  default_argv: device("Mirage_bootvar", "Bootvar"),
};

/** The combinator with this name; undefined for names that mirage does not define. */
export function deviceCombinator(name: string): DeviceCombinator | undefined {
  return Object.hasOwn(deviceCombinators, name) ? deviceCombinators[name] : undefined;
}

/** Whether a module path matches one of the patterns. */
export function isOneOf(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path,
  );
}
