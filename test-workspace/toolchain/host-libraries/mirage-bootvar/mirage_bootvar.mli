(** The command line a unikernel is booted with. *)

val argv : unit -> string array
