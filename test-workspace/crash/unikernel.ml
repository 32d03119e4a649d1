open Lwt.Infix

exception Custom of string * int

let src = Logs.Src.create "crash" ~doc:"ways to end"

module Log = (val Logs.src_log src : Logs.LOG)

let mode =
  let doc = Cmdliner.Arg.info [ "mode" ] ~doc:"How to end: exn, lwt-exn, async-exn, exit3, levels, sleep or ok." in
  Mirage_runtime.register_arg Cmdliner.Arg.(value & opt string "exn" doc)

let rec deep n = if n = 0 then raise (Custom ("boom", 42)) else 1 + deep (n - 1)

let levels () =
  Log.debug (fun f -> f "a debug line");
  Log.info (fun f -> f "an info line");
  Log.warn (fun f -> f "a warning line");
  Log.err (fun f -> f "an error line");
  Log.app (fun f -> f "an app line");
  Logs.info (fun f -> f "a line of the default source@\nwith a second line");
  print_endline "plain print_endline";
  prerr_endline "plain prerr_endline"

let start () =
  Log.info (fun f -> f "mode is %s" (mode ()));
  match mode () with
  | "exn" ->
      Log.info (fun f -> f "%d" (deep 3));
      Lwt.return_unit
  | "lwt-exn" -> Lwt.fail (Failure "failed in a promise")
  | "async-exn" ->
      Lwt.async (fun () -> Mirage_sleep.ns (Duration.of_ms 10) >>= fun () -> Lwt.fail Not_found);
      Mirage_sleep.ns (Duration.of_sec 1)
  | "exit3" -> exit 3
  | "levels" ->
      levels ();
      Lwt.return_unit
  | "sleep" -> Mirage_sleep.ns (Duration.of_sec 1000)
  | _ -> Lwt.return_unit
