(* mirage >= 4.10.0 & < 4.12.0 *)
open Mirage

(* The names of folders next to this file, each with a dune library of the same name. *)
let main = main ~local_libs:[ "greeting" ] "Unikernel" job
let () = register "local-library" [ main ]
