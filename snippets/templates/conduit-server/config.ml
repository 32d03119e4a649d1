(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let packages = [ package "cohttp-mirage" ]
let main = main ~packages "Unikernel.Main" (conduit @-> job)
let conduit = conduit_direct (generic_stackv4v6 default_network)
let () = register "conduit-server" [ main $ conduit ]
