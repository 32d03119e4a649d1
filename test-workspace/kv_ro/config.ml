(* mirage >= 4.11.0 & < 4.12.0 *)
open Mirage

let main = main "Unikernel.Main" (kv_ro @-> job)
let disk = generic_kv_ro "t"
let () = register "kv_ro" [ main $ disk ]
