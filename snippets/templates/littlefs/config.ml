(* mirage >= 4.10.0 & < 4.12.0 *)
open Mirage

let main = main "Unikernel.Main" (kv_rw @-> job)

(* A boot argument, declared in unikernel.ml. *)
let program_block_size = Runtime_arg.create ~pos:__POS__ "Unikernel.program_block_size"
let files = chamelon ~program_block_size (block_of_file "littlefs")
let () = register "littlefs" [ main $ files ]
