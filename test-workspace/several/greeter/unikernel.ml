let start () =
  List.iter Greeting.say [ "Ada"; "Grace"; "Barbara" ];
  Lwt.return_unit
