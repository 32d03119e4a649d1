type t = { best : int; draws : int }
(** The best number drawn so far and how often somebody drew. *)

val fresh : t
val draw : t -> int -> t * [ `Best | `Equal | `Lost ]

val size : int
(** Bytes that a ticket takes in a sector. *)

val write : Cstruct.t -> t -> unit
val read : Cstruct.t -> (t, string) result
