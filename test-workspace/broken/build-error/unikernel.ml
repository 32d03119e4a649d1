open Lwt.Infix

let retries = 3

(* mirage configures this; the compiler then rejects the line with `count`. *)
let start () =
  let count : int = "three" in
  Logs.info (fun f -> f "%d of %d" count retries);
  Mirage_sleep.ns (Duration.of_sec 1) >>= fun () -> Lwt.return_unit
