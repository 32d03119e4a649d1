open Lwt.Infix

(* The time of day can jump when the clock is set; elapsed time only increases. Use elapsed time to
   measure durations. *)
let log_time () =
  let tz_offset_s = Mirage_ptime.current_tz_offset_s () in
  let ms = Duration.to_ms (Mirage_mtime.elapsed_ns ()) in
  Logs.app (fun f ->
      f "%a, %d ms since boot" (Ptime.pp_rfc3339 ?tz_offset_s ()) (Mirage_ptime.now ()) ms)

let rec tick left =
  log_time ();
  if left = 0 then Lwt.return_unit
  else Mirage_sleep.ns (Duration.of_sec 1) >>= fun () -> tick (left - 1)

let start () = tick 10
