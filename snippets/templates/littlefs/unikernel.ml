open Lwt.Infix

let program_block_size =
  let doc = "Bytes that the file system writes at once; as when the disk was formatted." in
  Cmdliner.Arg.(value & opt int 16 (info [ "program-block-size" ] ~docv:"BYTES" ~doc))

let src = Logs.Src.create "notes" ~doc:"Notes in a littlefs file system"

module Log = (val Logs.src_log src : Logs.LOG)

let notes = Mirage_kv.Key.v "/notes"

module Main (KV : Mirage_kv.RW) = struct
  let ok pp = function
    | Ok value -> Lwt.return value
    | Error e -> Lwt.fail_with (Fmt.str "%a" pp e)

  (* Each boot adds a line to the file. *)
  let start store =
    KV.exists store notes >>= ok KV.pp_error >>= fun there ->
    (if there = None then Lwt.return "" else KV.get store notes >>= ok KV.pp_error)
    >>= fun old ->
    let line = Fmt.str "booted at %a\n" (Ptime.pp_rfc3339 ()) (Mirage_ptime.now ()) in
    KV.set store notes (old ^ line) >>= ok KV.pp_write_error >>= fun () ->
    KV.get store notes >>= ok KV.pp_error >|= fun text ->
    String.split_on_char '\n' (String.trim text)
    |> List.iter (fun each -> Log.app (fun f -> f "%s" each))
end
