(* A second module of the unikernel, with a log source of its own. *)
let src = Logs.Src.create "greeting" ~doc:"greetings"

module Log = (val Logs.src_log src : Logs.LOG)

let say name = Log.info (fun f -> f "good morning, %s" name)
