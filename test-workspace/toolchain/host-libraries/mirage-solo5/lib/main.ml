(* A Solo5 guest has one console: what goes to stderr elsewhere shares stdout. *)
let () = Unix.dup2 Unix.stdout Unix.stderr

let run t = Lwt_main.run t
