(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let packages = [ package "dune-build-info"; package "fmt" ]
let main = main ~packages "Unikernel" job
let () = register "app-info" [ main ]
