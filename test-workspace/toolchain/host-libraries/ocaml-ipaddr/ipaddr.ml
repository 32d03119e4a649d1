(** Addresses as text. *)
type t = string

let to_string t = t
let pp = Format.pp_print_string
