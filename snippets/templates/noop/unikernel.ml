(* A unikernel ends when the promise that [start] returns is fulfilled: this one ends at once. *)
let start () = Lwt.return_unit
