(* mirage >= 4.12.0 & < 4.13.0 *)
open Mirage

let main = main "Unikernel" job ~packages:[ package "duration" ]
let () = register "too-new" [ main ]
