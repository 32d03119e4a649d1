(* What the server offers. Adapt it to your network. *)

let address = Ipaddr.V4.of_string_exn "10.0.0.1"
let network = Ipaddr.V4.Prefix.of_string_exn "10.0.0.0/24"

(* The first and the last address for clients. *)
let range = Some (Ipaddr.V4.of_string_exn "10.0.0.100", Ipaddr.V4.of_string_exn "10.0.0.150")
let hostname = "mirage-dhcp"

(* In seconds. *)
let default_lease_time = 60 * 60
let max_lease_time = 24 * 60 * 60
let options = Dhcp_wire.[ Routers [ address ]; Dns_servers [ address ]; Domain_name "home.arpa" ]
