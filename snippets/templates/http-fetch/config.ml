(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let packages = [ package "cohttp-mirage"; package "uri" ]
let main = main ~packages "Unikernel.Main" (http_client @-> job)
let stack = generic_stackv4v6 default_network
let client = cohttp_client (resolver_dns stack) (conduit_direct ~tls:true stack)
let () = register "http-fetch" [ main $ client ]
