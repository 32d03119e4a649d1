(** Seconds since 1970-01-01T00:00Z, as a float for want of the ptime library. *)
val now_s : unit -> float

(** [None] on Solo5, where the zone is unknown: time is then printed with -00:00. *)
val current_tz_offset_s : unit -> int option
