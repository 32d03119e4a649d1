open Lwt.Infix
open Cmdliner

let remote =
  let doc = "The repository to read, after # its branch." in
  let about = Arg.info [ "r"; "remote" ] ~docv:"URL" ~doc in
  Mirage_runtime.register_arg Arg.(required & opt (some string) None about)

let src = Logs.Src.create "repository" ~doc:"Reads a git repository"

module Log = (val Logs.src_log src : Logs.LOG)

(* The device has no module, only a value: the connections for each of its protocols. *)
module Main (_ : sig end) = struct
  let ok = function
    | Ok value -> Lwt.return value
    | Error e -> Lwt.fail_with (Fmt.str "%a" Git_kv.pp_error e)

  let show = function
    | path, `Dictionary -> Log.app (fun f -> f "%a/" Mirage_kv.Key.pp path)
    | path, `Value -> Log.app (fun f -> f "%a" Mirage_kv.Key.pp path)

  (* The store contains the last commit of a branch as key-value pairs, in memory. *)
  let start connections =
    Git_kv.connect connections (remote ()) >>= fun store ->
    if Git_kv.commit store = None then Lwt.fail_with "the repository has no such branch"
    else
      Git_kv.last_modified store Mirage_kv.Key.empty >>= ok >>= fun changed ->
      Log.app (fun f -> f "last changed at %a" (Ptime.pp_rfc3339 ()) changed);
      Git_kv.list store Mirage_kv.Key.empty >>= ok >|= List.iter show
end
