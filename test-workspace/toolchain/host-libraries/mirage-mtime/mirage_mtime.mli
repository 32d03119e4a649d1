(** Nanoseconds since boot. *)
val elapsed_ns : unit -> int64
