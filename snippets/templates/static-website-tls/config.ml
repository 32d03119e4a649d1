(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let packages = [ package "cohttp-mirage"; package "magic-mime"; package "tls-mirage"; package "uri" ]
let main = main ~packages "Unikernel.Main" (kv_ro @-> kv_ro @-> http @-> job)
let stack = generic_stackv4v6 default_network

(* Each folder has its own option that chooses how it is stored: --pages-kv_ro, --tls-kv_ro. *)
let pages = generic_kv_ro ~key:Key.(value (kv_ro ~group:"pages" ())) "htdocs"
let secrets = generic_kv_ro ~key:Key.(value (kv_ro ~group:"tls" ())) "tls"
let server = cohttp_server (conduit_direct ~tls:true stack)
let () = register "static-website-tls" [ main $ pages $ secrets $ server ]
