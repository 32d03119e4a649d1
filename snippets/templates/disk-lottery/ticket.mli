type t = { best : int; draws : int }
(** The best number so far and the number of draws. *)

val fresh : t
val draw : t -> int -> t * [ `Best | `Equal | `Lost ]

val size : int
(** The size of a ticket in bytes. *)

val write : Cstruct.t -> t -> unit
val read : Cstruct.t -> (t, string) result
