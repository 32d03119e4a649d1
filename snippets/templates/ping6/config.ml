(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let packages = [ package ~min:"3.0.0" "ethernet"; package ~min:"7.0.0" "tcpip" ]
let main = main ~packages "Unikernel.Main" (network @-> ethernet @-> ipv6 @-> job)
let net = default_network
let eth = ethif net
let ip = create_ipv6 net eth
let () = register "ping6" [ main $ net $ eth $ ip ]
