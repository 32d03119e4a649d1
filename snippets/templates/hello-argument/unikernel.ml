open Lwt.Infix
open Cmdliner

(* Boot arguments are read when the unikernel boots, not when it is configured. Each is a function
   that returns the value. *)
let greeting =
  let about = Arg.info [ "greeting" ] ~docv:"TEXT" ~doc:"The greeting." in
  Mirage_runtime.register_arg Arg.(value & opt string "Hello from MirageOS" about)

let times =
  let about = Arg.info [ "times" ] ~docv:"N" ~doc:"How often to say it." in
  Mirage_runtime.register_arg Arg.(value & opt int 4 about)

let rec say left =
  if left <= 0 then Lwt.return_unit
  else begin
    Logs.app (fun f -> f "%s" (greeting ()));
    Mirage_sleep.ns (Duration.of_sec 1) >>= fun () -> say (left - 1)
  end

let start () = say (times ())
