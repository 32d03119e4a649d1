(* mirage >= 4.10.0 & < 4.12.0 *)
open Mirage

let packages = [ package "checkseum"; package "cstruct"; package "fmt" ]
let main = main ~packages "Unikernel.Main" (block @-> job)

(* A disk has a name on Solo5, a number on Unikraft, and is a file on Unix. *)
let disk =
  if_impl Key.is_solo5 (block_of_file "storage")
    (if_impl Key.is_unikraft (block_of_file "0") (block_of_file "disk.img"))

let () = register "disk-lottery" [ main $ disk ]
