(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let main = main "Unikernel.Main" (dns_client @-> job)
let stack = generic_stackv4v6 default_network
let client = generic_dns_client stack (generic_happy_eyeballs stack)
let () = register "dns" [ main $ client ]
