open Lwt.Infix
open Cmdliner

let remote =
  let endpoint = Arg.conv Smart_git.Endpoint.(of_string, pp) in
  let about = Arg.info [ "r"; "remote" ] ~docv:"URL" ~doc:"The repository to read." in
  Mirage_runtime.register_arg Arg.(required & opt (some endpoint) None about)

let branch =
  let about = Arg.info [ "branch" ] ~docv:"REF" ~doc:"The branch whose last commit is shown." in
  Mirage_runtime.register_arg Arg.(value & opt string "refs/heads/main" about)

let src = Logs.Src.create "history" ~doc:"Reads a git repository"

module Log = (val Logs.src_log src : Logs.LOG)
module Store = Git.Mem.Make (Digestif.SHA1)
module Sync = Git.Mem.Sync (Store)

module Main (_ : sig end) = struct
  let ok pp = function
    | Ok value -> Lwt.return value
    | Error e -> Lwt.fail_with (Fmt.str "%a" pp e)

  let show hash = function
    | Git.Value.Commit commit ->
        let author = Store.Value.Commit.author commit in
        let message = Option.value (Store.Value.Commit.message commit) ~default:"" in
        Log.app (fun f -> f "%a by %s: %s" Store.Hash.pp hash author.name (String.trim message))
    | _ -> Log.err (fun f -> f "%a is not a commit" Store.Hash.pp hash)

  (* One commit deep, into memory: nothing is written to a disk. *)
  let start ctx =
    let reference = Git.Reference.v (branch ()) in
    Store.v (Fpath.v ".") >>= ok Store.pp_error >>= fun store ->
    Sync.fetch ~ctx (remote ()) store ~deepen:(`Depth 1)
      (`Some [ (reference, reference) ])
      ~capabilities:[ `Side_band_64k; `Multi_ack_detailed; `Ofs_delta; `Thin_pack ]
    >>= ok Sync.pp_error
    >>= fun _ ->
    Store.Ref.resolve store reference >>= ok Store.pp_error >>= fun hash ->
    Store.read store hash >>= ok Store.pp_error >|= show hash
end
