let start () =
  Logs.app (fun f -> f "%s" (Greeting.of_name "unikernel"));
  Lwt.return_unit
