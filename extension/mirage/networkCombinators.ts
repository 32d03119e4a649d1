import { combinatorEntry, sameOnAllTargets, type Combinator } from "./combinator.ts";
import { t } from "../protocol/l10n.ts";

const tcpip = ["tcpip"];
const stackKeys = ["--net", "--no-dhcp", "--utcp", "--ipv4", "--ipv4-gateway", "--ipv6", "--ipv6-gateway"];
const stackBecomes: Combinator["becomes"] = [
  [t("unix, macosx with --net=host, or with --no-dhcp and no --net"), "Tcpip_stack_socket.V4V6"],
  [t("otherwise"), "Tcpip_stack_direct.MakeV4V6"],
];

/** The network devices, from the interface to HTTP and Git (`lib/devices` of mirage 4.11). */
export const networkCombinators: Readonly<Record<string, Combinator>> = {
  default_network: combinatorEntry("network impl", t("The default network interface of the target."), {
    becomes: [
      [t("all targets: a tap interface on unix, the tender's or hypervisor's device elsewhere"), "Netif"],
    ],
    keys: ["--interface"],
    packages: [
      "mirage-net-unix",
      "mirage-net-macosx",
      "mirage-net-solo5",
      "mirage-net-xen",
      "mirage-net-unikraft",
    ],
  }),
  netif: combinatorEntry(
    "?group:string -> string -> network impl",
    t("A network interface with a name; on Solo5 this is the device's name."),
    {
      becomes: sameOnAllTargets("Netif"),
      keys: ["--interface"],
      snippet: 'netif "${1:service}"',
    },
  ),
  ethif: combinatorEntry("network impl -> ethernet impl", t("Ethernet on a network interface."), {
    becomes: sameOnAllTargets("Ethernet.Make"),
    packages: ["ethernet"],
    snippet: "ethif ${1:default_network}",
  }),
  arp: combinatorEntry("ethernet impl -> arpv4 impl", t("Address resolution (ARP) for IPv4."), {
    becomes: sameOnAllTargets("Arp.Make"),
    packages: ["arp"],
    snippet: "arp ${1:ethernet}",
  }),
  create_ipv4: combinatorEntry(
    "?group:string -> ethernet impl -> arpv4 impl -> ipv4 impl",
    t("IPv4 with a static address."),
    {
      becomes: sameOnAllTargets("Static_ipv4.Make"),
      keys: ["--ipv4", "--ipv4-gateway"],
      packages: tcpip,
    },
  ),
  create_ipv6: combinatorEntry(
    "?group:string -> network impl -> ethernet impl -> ipv6 impl",
    t("IPv6 with a static address or one from router advertisements."),
    {
      becomes: sameOnAllTargets("Ipv6.Make"),
      keys: ["--ipv6", "--ipv6-gateway", "--accept-router-advertisements"],
      packages: tcpip,
    },
  ),
  create_ipv4v6: combinatorEntry(
    "?group:string -> ipv4 impl -> ipv6 impl -> ipv4v6 impl",
    t("IPv4 and IPv6 combined."),
    {
      becomes: sameOnAllTargets("Tcpip_stack_direct.IPV4V6"),
      packages: tcpip,
    },
  ),
  ipv4_of_dhcp: combinatorEntry(
    "?group:string -> ?dhcp_requests:dhcp_requests -> ?gateway:Ipaddr.V4.t -> network impl -> ethernet impl -> arpv4 impl -> dhcp_ipv4 impl",
    t("IPv4 with an address from a DHCP server."),
    {
      becomes: sameOnAllTargets("Dhcp_ipv4.Make"),
      packages: ["charrua-client"],
    },
  ),
  dhcp_proj_net: projection("net", "network", t("The network interface of a DHCP client.")),
  dhcp_proj_ipv4: projection("ipv4", "ipv4", t("IPv4 with the address from a DHCP lease.")),
  dhcp_proj_lease: projection("lease", "lease", t("The DHCP lease, with the options that the server sent.")),
  make_dhcp_requests: combinatorEntry(
    "unit -> dhcp_requests",
    t(
      "Collects the DHCP options that devices request. Pass it to the network stack and, together with the lease, to the devices that use the options.",
    ),
    { snippet: "make_dhcp_requests ()" },
  ),
  add_dhcp_request: combinatorEntry(
    "dhcp_requests -> int -> unit",
    t("Requests an additional DHCP option by its number."),
  ),
  no_lease: combinatorEntry("lease impl", t("An empty lease, for networks without DHCP.")),
  direct_udp: combinatorEntry("'a ip impl -> 'a udp impl", t("The UDP implementation in OCaml."), {
    becomes: sameOnAllTargets("Udp.Make"),
    packages: tcpip,
  }),
  direct_tcp: combinatorEntry(
    "?group:string -> 'a ip impl -> 'a tcp impl",
    t("The TCP implementation in OCaml."),
    {
      becomes: [
        [t("all targets"), "Tcp.Flow.Make"],
        [t("with --utcp"), "Utcp_mirage.Make"],
      ],
      keys: ["--utcp"],
      packages: tcpip,
    },
  ),
  direct_stackv4v6: combinatorEntry(
    "?group:string -> network impl -> ethernet impl -> arpv4 impl -> ipv4 impl -> ipv6 impl -> stackv4v6 impl",
    t("A network stack composed of the given layers."),
    {
      becomes: sameOnAllTargets("Tcpip_stack_direct.MakeV4V6"),
      packages: tcpip,
    },
  ),
  generic_stackv4v6: combinatorEntry(
    "?group:string -> ?ipv4_network:Ipaddr.V4.Prefix.t -> ?ipv4_gateway:Ipaddr.V4.t -> ?ipv6_network:Ipaddr.V6.Prefix.t -> ?ipv6_gateway:Ipaddr.V6.t -> network impl -> stackv4v6 impl",
    t(
      "A network stack that is selected with options of `mirage configure`: sockets of the host, DHCP or static addresses.",
    ),
    {
      becomes: stackBecomes,
      keys: stackKeys,
      packages: ["tcpip", "ethernet", "arp", "charrua-client"],
      snippet: "generic_stackv4v6 ${1:default_network}",
    },
  ),
  generic_stackv4v6_with_lease: combinatorEntry(
    "?group:string -> ?dhcp_requests:dhcp_requests -> ?ipv4_network:Ipaddr.V4.Prefix.t -> ?ipv4_gateway:Ipaddr.V4.t -> ?ipv6_network:Ipaddr.V6.Prefix.t -> ?ipv6_gateway:Ipaddr.V6.t -> network impl -> stackv4v6 impl * lease impl",
    t("Like `generic_stackv4v6`, and also returns the DHCP lease."),
    {
      becomes: stackBecomes,
      keys: stackKeys,
      packages: ["tcpip", "charrua-client"],
    },
  ),
  tcpv4v6_of_stackv4v6: combinatorEntry(
    "stackv4v6 impl -> tcpv4v6 impl",
    t("The TCP layer of a network stack."),
    {
      becomes: sameOnAllTargets("Tcpip_stack_direct.TCPV4V6"),
      snippet: "tcpv4v6_of_stackv4v6 ${1:stack}",
    },
  ),
  resolver_dns: combinatorEntry(
    "?dhcp:dhcp_requests * lease impl -> ?ns:string list -> stackv4v6 impl -> resolver impl",
    t("Resolves names for conduit with DNS."),
    {
      becomes: sameOnAllTargets("Resolver_mirage.Make"),
      packages: ["conduit-mirage"],
      snippet: "resolver_dns ${1:stack}",
    },
  ),
  resolver_unix_system: combinatorEntry(
    "resolver impl",
    t("Resolves names with the host's resolver (unix and macosx only)."),
    {
      becomes: [["unix, macosx", "Resolver_lwt"]],
      packages: ["conduit-lwt-unix"],
    },
  ),
  generic_happy_eyeballs: combinatorEntry(
    "?group:string -> ?aaaa_timeout:int64 -> ?connect_delay:int64 -> ?connect_timeout:int64 -> ?resolve_timeout:int64 -> ?resolve_retries:int -> ?timer_interval:int64 -> stackv4v6 impl -> happy_eyeballs impl",
    t("Connects to hosts over IPv4 or IPv6, whichever responds first."),
    {
      becomes: sameOnAllTargets("Happy_eyeballs_mirage.Make"),
      keys: [
        "--he-connect-timeout",
        "--he-connect-delay",
        "--he-aaaa-timeout",
        "--he-resolve-timeout",
        "--he-resolve-retries",
        "--he-timer-interval",
      ],
      packages: ["happy-eyeballs-mirage"],
      snippet: "generic_happy_eyeballs ${1:stack}",
    },
  ),
  generic_dns_client: combinatorEntry(
    "?dhcp:dhcp_requests * lease impl -> ?group:string -> ?timeout:int64 -> ?nameservers:string list -> ?cache_size:int -> stackv4v6 impl -> happy_eyeballs impl -> dns_client impl",
    t("A DNS client. Name servers are given as `udp:`, `tcp:` or `tls:` followed by an address."),
    {
      becomes: sameOnAllTargets("Dns_client_mirage.Make"),
      keys: ["--dns-servers", "--dns-timeout", "--dns-cache-size"],
      packages: ["dns-client-mirage"],
      snippet: "generic_dns_client ${1:stack} ${2:happy_eyeballs}",
    },
  ),
  conduit_direct: combinatorEntry(
    "?tls:bool -> stackv4v6 impl -> conduit impl",
    t("Opens connections over TCP and, with `~tls:true`, also over TLS."),
    {
      becomes: [
        [t("all targets"), "Conduit_mirage.TCP"],
        [t("with ~tls:true"), "Conduit_mirage.TLS"],
      ],
      packages: ["conduit-mirage"],
      snippet: "conduit_direct ~tls:${1:true} ${2:stack}",
    },
  ),
  cohttp_server: combinatorEntry("conduit impl -> http impl", t("The HTTP server of cohttp."), {
    becomes: sameOnAllTargets("Cohttp_mirage.Server.Make"),
    packages: ["cohttp-mirage"],
    snippet: "cohttp_server ${1:conduit}",
  }),
  cohttp_client: combinatorEntry(
    "resolver impl -> conduit impl -> http_client impl",
    t("The HTTP client of cohttp."),
    {
      becomes: sameOnAllTargets("Cohttp_mirage.Client.Make"),
      packages: ["cohttp-mirage"],
      snippet: "cohttp_client ${1:resolver} ${2:conduit}",
    },
  ),
  httpaf_server: combinatorEntry("conduit impl -> http impl", t("The HTTP server of http/af."), {
    becomes: sameOnAllTargets("Httpaf_mirage.Server_with_conduit"),
    packages: ["httpaf-mirage"],
  }),
  paf_server: combinatorEntry(
    "port:int runtime_arg -> tcpv4v6 impl -> http_server impl",
    t("A server for HTTP/1.1 and HTTP/2 that listens on a port."),
    {
      becomes: sameOnAllTargets("Paf_mirage.Make"),
      packages: ["paf"],
      snippet: "paf_server ~port ${1:tcp}",
    },
  ),
  paf_client: combinatorEntry(
    "tcpv4v6 impl -> mimic impl -> alpn_client impl",
    t("A client for HTTP/1.1 and HTTP/2."),
    {
      becomes: sameOnAllTargets("Http_mirage_client.Make"),
      packages: ["http-mirage-client"],
      snippet: "paf_client ${1:tcp} ${2:mimic}",
    },
  ),
  mimic_happy_eyeballs: combinatorEntry(
    "stackv4v6 impl -> happy_eyeballs impl -> dns_client impl -> mimic impl",
    t("Opens connections to host names for Git and HTTP clients."),
    {
      becomes: sameOnAllTargets("Mimic_happy_eyeballs.Make"),
      packages: ["mimic-happy-eyeballs"],
      snippet: "mimic_happy_eyeballs ${1:stack} ${2:happy_eyeballs} ${3:dns}",
    },
  ),
  git_tcp: combinatorEntry(
    "tcpv4v6 impl -> mimic impl -> git_client impl",
    t("A Git client over TCP without encryption."),
    {
      becomes: sameOnAllTargets("Git_net.TCP.Make"),
      packages: ["git-net"],
    },
  ),
  git_ssh: combinatorEntry(
    "?group:string -> ?authenticator:string -> ?key:string -> ?password:string -> tcpv4v6 impl -> mimic impl -> git_client impl",
    t("A Git client over SSH."),
    {
      becomes: sameOnAllTargets("Git_net.SSH.Make"),
      keys: ["--ssh-key", "--ssh-password", "--ssh-authenticator"],
      packages: ["git-net"],
    },
  ),
  git_http: combinatorEntry(
    "?group:string -> ?authenticator:string -> ?headers:(string * string) list -> tcpv4v6 impl -> mimic impl -> git_client impl",
    t("A Git client over HTTP and HTTPS."),
    {
      becomes: sameOnAllTargets("Git_net.HTTP.Make"),
      keys: ["--tls-authenticator", "--http-headers"],
      packages: ["git-net"],
    },
  ),
  merge_git_clients: combinatorEntry(
    "git_client impl -> git_client impl -> git_client impl",
    t("Combines two Git clients, so that repositories can be accessed through either."),
    {
      becomes: sameOnAllTargets("Mimic.Merge"),
      packages: ["mimic"],
    },
  ),
};

/** One of the devices that a `dhcp_ipv4` combines. */
function projection(part: string, device: string, documentation: string): Combinator {
  return combinatorEntry(`(dhcp_ipv4 -> ${device}) impl`, documentation, {
    becomes: sameOnAllTargets(`Dhcp_ipv4.Proj_${part}`),
    packages: ["charrua-client"],
    snippet: `dhcp_proj_${part} \\$ \${1:dhcp}`,
  });
}
