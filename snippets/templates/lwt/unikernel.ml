open Cmdliner

let exercise =
  let choices = ("all", `All) :: List.map (fun (name, run) -> (name, `One run)) Exercises.all in
  let doc = Printf.sprintf "The exercise to run: %s." (Arg.doc_alts_enum choices) in
  let about = Arg.info [ "exercise" ] ~docv:"NAME" ~doc in
  Mirage_runtime.register_arg Arg.(value & opt (enum choices) `All about)

let start () =
  match exercise () with
  | `One run -> run ()
  | `All ->
      Lwt_list.iter_s
        (fun (name, run) ->
          Logs.app (fun f -> f "-- %s" name);
          run ())
        Exercises.all
