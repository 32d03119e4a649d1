open Lwt.Infix

(* Sleeping returns a promise: it does not block, and other threads run meanwhile. *)
let rec greet count =
  if count > 4 then Lwt.return_unit
  else begin
    Logs.info (fun f -> f "Hello from MirageOS (%d of 4)" count);
    Mirage_sleep.ns (Duration.of_sec 1) >>= fun () -> greet (count + 1)
  end

let start () = greet 1
