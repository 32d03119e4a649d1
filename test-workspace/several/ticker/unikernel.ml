open Lwt.Infix

(* Ticks until it is stopped. *)
let start () =
  let rec tick n =
    Logs.info (fun f -> f "tick %d" n);
    Mirage_sleep.ns (Duration.of_ms 500) >>= fun () -> tick (n + 1)
  in
  tick 1
