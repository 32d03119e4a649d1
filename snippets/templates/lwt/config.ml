(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let packages = [ package "duration"; package ~min:"0.2.0" "randomconv" ]
let main = main ~packages "Unikernel" job
let () = register "lwt-exercises" [ main ]
