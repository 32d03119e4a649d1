(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let packages = [ package "h1"; package ~sublibs:[ "mirage" ] "paf" ]
let main = main ~packages "Unikernel.Main" (http_server @-> job)

(* The port is a boot argument, declared in unikernel.ml. *)
let port = Runtime_arg.create ~pos:__POS__ "Unikernel.port"
let tcp = tcpv4v6_of_stackv4v6 (generic_stackv4v6 default_network)
let server = paf_server ~port tcp
let () = register "http-server" [ main $ server ]
