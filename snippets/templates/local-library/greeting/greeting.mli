val of_name : string -> string
(** A sentence that greets somebody. *)
