let text =
  let doc = Cmdliner.Arg.info [ "text" ] ~doc:"What to repeat." in
  Mirage_runtime.register_arg Cmdliner.Arg.(value & opt string "echo" doc)

let start () =
  Logs.app (fun f -> f "%s" (text ()));
  Lwt.return_unit
