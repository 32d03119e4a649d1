open Lwt.Infix

(* A boot argument: ./dist/hello-key --hello=Bonjour *)
let greeting =
  let doc = Cmdliner.Arg.info [ "hello" ] ~doc:"What to say." in
  Mirage_runtime.register_arg Cmdliner.Arg.(value & opt string "Hello World!" doc)

let start () =
  let rec greet = function
    | 0 -> Lwt.return_unit
    | left ->
        Logs.info (fun f -> f "%s" (greeting ()));
        Mirage_sleep.ns (Duration.of_sec 1) >>= fun () -> greet (left - 1)
  in
  greet 4
