open Cmdliner

let docs = Mirage_runtime.s_net
let text name doc default = Arg.value (Arg.opt Arg.string default (Arg.info [ name ] ~docs ~doc))
let optional name doc default = Arg.value (Arg.opt Arg.(some string) default (Arg.info [ name ] ~docs ~doc))
let flag name doc default = Arg.value (Arg.opt Arg.bool default (Arg.info [ name ] ~docs ~docv:"BOOL" ~doc))
let interface default = text "interface" "The network interface of the unikernel." default

module V4 = struct
  let optional_network () = optional "ipv4" "The IPv4 address and prefix, such as 10.0.0.2/24; from DHCP if absent." None
  let network default = text "ipv4" "The IPv4 address and prefix." default
  let gateway default = optional "ipv4-gateway" "The IPv4 gateway." default
end

module V6 = struct
  let network default = optional "ipv6" "The IPv6 address and prefix." default
  let gateway default = optional "ipv6-gateway" "The IPv6 gateway." default
  let accept_router_advertisements () = flag "accept-router-advertisements" "Accept IPv6 router advertisements." true
end

let ipv4_only () = flag "ipv4-only" "Only use IPv4." false
let ipv6_only () = flag "ipv6-only" "Only use IPv6." false
