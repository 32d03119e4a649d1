(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let main = main "Unikernel.Main" (kv_ro @-> job)

(* An option of configure chooses how the folder is stored: --kv_ro=crunch or direct. *)
let files = generic_kv_ro "files"
let () = register "kv-ro" [ main $ files ]
