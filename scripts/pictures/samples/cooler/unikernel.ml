open Lwt.Infix

exception Overheated of int

let src = Logs.Src.create "cooler" ~doc:"the sensor and its fan"
module Log = (val Logs.src_log src : Logs.LOG)

let limit =
  let doc = Cmdliner.Arg.info [ "limit" ] ~doc:"Starts the fan." in
  Mirage_runtime.register_arg Cmdliner.Arg.(value & opt int 60 doc)

let rec control degrees fan =
  Log.info (fun f -> f "%d degrees" degrees);
  if degrees > 70 then raise (Overheated degrees);
  let hot = degrees > limit () in
  if hot && not fan then Log.warn (fun f -> f "fan on at %d" degrees);
  if fan && not hot then Log.info (fun f -> f "fan off at %d" degrees);
  Mirage_sleep.ns (Duration.of_ms 400) >>= fun () ->
  control (if hot then degrees - 3 else degrees + 2) hot

let start () =
  Log.app (fun f -> f "fan starts above %d degrees" (limit ()));
  control 54 false
