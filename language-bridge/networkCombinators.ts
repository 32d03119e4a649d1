import { entry, everywhere, type Combinator } from "./combinator.ts";
import { t } from "../extension/platform/l10n.ts";

const tcpip = ["tcpip"];
const stackKeys = ["--net", "--no-dhcp", "--utcp", "--ipv4", "--ipv4-gateway", "--ipv6", "--ipv6-gateway"];
const stackBecomes: Combinator["becomes"] = [
  [t("unix, macosx with --net=host, or with --no-dhcp and no --net"), "Tcpip_stack_socket.V4V6"],
  ["otherwise", "Tcpip_stack_direct.MakeV4V6"],
];

/** Networks, from the interface to HTTP and Git (`lib/devices` of mirage 4.11). */
export const networkCombinators: Readonly<Record<string, Combinator>> = {
  default_network: entry("network impl", t("The network interface that fits the target."), {
    becomes: [[t("every target: a tap interface on unix, the tender's or hypervisor's elsewhere"), "Netif"]],
    keys: ["--interface"],
    packages: [
      "mirage-net-unix",
      "mirage-net-macosx",
      "mirage-net-solo5",
      "mirage-net-xen",
      "mirage-net-unikraft",
    ],
  }),
  netif: entry(
    "?group:string -> string -> network impl",
    t("A network interface by its name; with Solo5 that is the device's name."),
    {
      becomes: everywhere("Netif"),
      keys: ["--interface"],
      snippet: 'netif "${1:service}"',
    },
  ),
  ethif: entry("network impl -> ethernet impl", t("Ethernet on a network interface."), {
    becomes: everywhere("Ethernet.Make"),
    packages: ["ethernet"],
    snippet: "ethif ${1:default_network}",
  }),
  arp: entry("ethernet impl -> arpv4 impl", t("Address resolution for IPv4."), {
    becomes: everywhere("Arp.Make"),
    packages: ["arp"],
    snippet: "arp ${1:ethernet}",
  }),
  create_ipv4: entry(
    "?group:string -> ethernet impl -> arpv4 impl -> ipv4 impl",
    t("IPv4 with a static address."),
    {
      becomes: everywhere("Static_ipv4.Make"),
      keys: ["--ipv4", "--ipv4-gateway"],
      packages: tcpip,
    },
  ),
  create_ipv6: entry(
    "?group:string -> network impl -> ethernet impl -> ipv6 impl",
    t("IPv6, with a static or advertised address."),
    {
      becomes: everywhere("Ipv6.Make"),
      keys: ["--ipv6", "--ipv6-gateway", "--accept-router-advertisements"],
      packages: tcpip,
    },
  ),
  create_ipv4v6: entry(
    "?group:string -> ipv4 impl -> ipv6 impl -> ipv4v6 impl",
    t("IPv4 and IPv6 as one layer."),
    {
      becomes: everywhere("Tcpip_stack_direct.IPV4V6"),
      packages: tcpip,
    },
  ),
  ipv4_of_dhcp: entry(
    "?group:string -> ?dhcp_requests:dhcp_requests -> ?gateway:Ipaddr.V4.t -> network impl -> ethernet impl -> arpv4 impl -> dhcp_ipv4 impl",
    t("IPv4 with an address from a DHCP server."),
    {
      becomes: everywhere("Dhcp_ipv4.Make"),
      packages: ["charrua-client"],
    },
  ),
  dhcp_proj_net: projection("net", "network", t("The network interface that DHCP has configured.")),
  dhcp_proj_ipv4: projection("ipv4", "ipv4", t("IPv4 with the address that DHCP has given.")),
  dhcp_proj_lease: projection("lease", "lease", t("What the DHCP server has said.")),
  make_dhcp_requests: entry(
    "unit -> dhcp_requests",
    t(
      "Collects which options the devices want to hear of from the DHCP server; given to the stack and, with its lease, to what uses them.",
    ),
    { snippet: "make_dhcp_requests ()" },
  ),
  add_dhcp_request: entry(
    "dhcp_requests -> int -> unit",
    t("Asks the DHCP server for one more option, by its number."),
  ),
  no_lease: entry("lease impl", t("What a DHCP server says, where none is asked: nothing.")),
  direct_udp: entry("'a ip impl -> 'a udp impl", t("UDP written in OCaml."), {
    becomes: everywhere("Udp.Make"),
    packages: tcpip,
  }),
  direct_tcp: entry("?group:string -> 'a ip impl -> 'a tcp impl", t("TCP written in OCaml."), {
    becomes: [
      [t("every target"), "Tcp.Flow.Make"],
      [t("with --utcp"), "Utcp_mirage.Make"],
    ],
    keys: ["--utcp"],
    packages: tcpip,
  }),
  direct_stackv4v6: entry(
    "?group:string -> network impl -> ethernet impl -> arpv4 impl -> ipv4 impl -> ipv6 impl -> stackv4v6 impl",
    t("A network stack from layers of your own."),
    {
      becomes: everywhere("Tcpip_stack_direct.MakeV4V6"),
      packages: tcpip,
    },
  ),
  generic_stackv4v6: entry(
    "?group:string -> ?ipv4_network:Ipaddr.V4.Prefix.t -> ?ipv4_gateway:Ipaddr.V4.t -> ?ipv6_network:Ipaddr.V6.Prefix.t -> ?ipv6_gateway:Ipaddr.V6.t -> network impl -> stackv4v6 impl",
    t(
      "A network stack that options of `mirage configure` choose: sockets of the host, DHCP, or static addresses.",
    ),
    {
      becomes: stackBecomes,
      keys: stackKeys,
      packages: ["tcpip", "ethernet", "arp", "charrua-client"],
      snippet: "generic_stackv4v6 ${1:default_network}",
    },
  ),
  generic_stackv4v6_with_lease: entry(
    "?group:string -> ?dhcp_requests:dhcp_requests -> ?ipv4_network:Ipaddr.V4.Prefix.t -> ?ipv4_gateway:Ipaddr.V4.t -> ?ipv6_network:Ipaddr.V6.Prefix.t -> ?ipv6_gateway:Ipaddr.V6.t -> network impl -> stackv4v6 impl * lease impl",
    t("As generic_stackv4v6, with what the DHCP server said."),
    {
      becomes: stackBecomes,
      keys: stackKeys,
      packages: ["tcpip", "charrua-client"],
    },
  ),
  tcpv4v6_of_stackv4v6: entry("stackv4v6 impl -> tcpv4v6 impl", t("The TCP layer of a network stack."), {
    becomes: everywhere("Tcpip_stack_direct.TCPV4V6"),
    snippet: "tcpv4v6_of_stackv4v6 ${1:stack}",
  }),
  resolver_dns: entry(
    "?dhcp:dhcp_requests * lease impl -> ?ns:string list -> stackv4v6 impl -> resolver impl",
    t("Names resolved by DNS, for conduit."),
    {
      becomes: everywhere("Resolver_mirage.Make"),
      packages: ["conduit-mirage"],
      snippet: "resolver_dns ${1:stack}",
    },
  ),
  resolver_unix_system: entry("resolver impl", t("Names resolved by the host; unix and macosx only."), {
    becomes: [["unix, macosx", "Resolver_lwt"]],
    packages: ["conduit-lwt-unix"],
  }),
  generic_happy_eyeballs: entry(
    "?group:string -> ?aaaa_timeout:int64 -> ?connect_delay:int64 -> ?connect_timeout:int64 -> ?resolve_timeout:int64 -> ?resolve_retries:int -> ?timer_interval:int64 -> stackv4v6 impl -> happy_eyeballs impl",
    t("Connects to hosts over IPv4 or IPv6, whichever answers first."),
    {
      becomes: everywhere("Happy_eyeballs_mirage.Make"),
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
  generic_dns_client: entry(
    "?dhcp:dhcp_requests * lease impl -> ?group:string -> ?timeout:int64 -> ?nameservers:string list -> ?cache_size:int -> stackv4v6 impl -> happy_eyeballs impl -> dns_client impl",
    t("A DNS client. Name servers are `udp:`, `tcp:` or `tls:` with an address."),
    {
      becomes: everywhere("Dns_client_mirage.Make"),
      keys: ["--dns-servers", "--dns-timeout", "--dns-cache-size"],
      packages: ["dns-client-mirage"],
      snippet: "generic_dns_client ${1:stack} ${2:happy_eyeballs}",
    },
  ),
  conduit_direct: entry(
    "?tls:bool -> stackv4v6 impl -> conduit impl",
    t("Connections over TCP, with `~tls:true` also over TLS."),
    {
      becomes: [
        [t("every target"), "Conduit_mirage.TCP"],
        ["with ~tls:true", "Conduit_mirage.TLS"],
      ],
      packages: ["conduit-mirage"],
      snippet: "conduit_direct ~tls:${1:true} ${2:stack}",
    },
  ),
  cohttp_server: entry("conduit impl -> http impl", t("An HTTP server of cohttp."), {
    becomes: everywhere("Cohttp_mirage.Server.Make"),
    packages: ["cohttp-mirage"],
    snippet: "cohttp_server ${1:conduit}",
  }),
  cohttp_client: entry("resolver impl -> conduit impl -> http_client impl", t("An HTTP client of cohttp."), {
    becomes: everywhere("Cohttp_mirage.Client.Make"),
    packages: ["cohttp-mirage"],
    snippet: "cohttp_client ${1:resolver} ${2:conduit}",
  }),
  httpaf_server: entry("conduit impl -> http impl", t("An HTTP server of http/af."), {
    becomes: everywhere("Httpaf_mirage.Server_with_conduit"),
    packages: ["httpaf-mirage"],
  }),
  paf_server: entry(
    "port:int runtime_arg -> tcpv4v6 impl -> http_server impl",
    t("A server for HTTP/1.1 and HTTP/2 that listens on the port."),
    {
      becomes: everywhere("Paf_mirage.Make"),
      packages: ["paf"],
      snippet: "paf_server ~port ${1:tcp}",
    },
  ),
  paf_client: entry(
    "tcpv4v6 impl -> mimic impl -> alpn_client impl",
    t("A client for HTTP/1.1 and HTTP/2."),
    {
      becomes: everywhere("Http_mirage_client.Make"),
      packages: ["http-mirage-client"],
      snippet: "paf_client ${1:tcp} ${2:mimic}",
    },
  ),
  mimic_happy_eyeballs: entry(
    "stackv4v6 impl -> happy_eyeballs impl -> dns_client impl -> mimic impl",
    t("Opens connections by name for Git and HTTP clients."),
    {
      becomes: everywhere("Mimic_happy_eyeballs.Make"),
      packages: ["mimic-happy-eyeballs"],
      snippet: "mimic_happy_eyeballs ${1:stack} ${2:happy_eyeballs} ${3:dns}",
    },
  ),
  git_tcp: entry("tcpv4v6 impl -> mimic impl -> git_client impl", t("Git over plain TCP."), {
    becomes: everywhere("Git_net.TCP.Make"),
    packages: ["git-net"],
  }),
  git_ssh: entry(
    "?group:string -> ?authenticator:string -> ?key:string -> ?password:string -> tcpv4v6 impl -> mimic impl -> git_client impl",
    t("Git over SSH."),
    {
      becomes: everywhere("Git_net.SSH.Make"),
      keys: ["--ssh-key", "--ssh-password", "--ssh-authenticator"],
      packages: ["git-net"],
    },
  ),
  git_http: entry(
    "?group:string -> ?authenticator:string -> ?headers:(string * string) list -> tcpv4v6 impl -> mimic impl -> git_client impl",
    t("Git over HTTP and HTTPS."),
    {
      becomes: everywhere("Git_net.HTTP.Make"),
      keys: ["--tls-authenticator", "--http-headers"],
      packages: ["git-net"],
    },
  ),
  merge_git_clients: entry(
    "git_client impl -> git_client impl -> git_client impl",
    t("Reaches repositories by either of two clients."),
    {
      becomes: everywhere("Mimic.Merge"),
      packages: ["mimic"],
    },
  ),
};

/** One of the devices that a `dhcp_ipv4` is at the same time. */
function projection(part: string, device: string, about: string): Combinator {
  return entry(`(dhcp_ipv4 -> ${device}) impl`, about, {
    becomes: everywhere(`Dhcp_ipv4.Proj_${part}`),
    packages: ["charrua-client"],
    snippet: `dhcp_proj_${part} \\$ \${1:dhcp}`,
  });
}
