open Lwt.Infix

let src = Logs.Src.create "files" ~doc:"Reads the files of the image"

module Log = (val Logs.src_log src : Logs.LOG)

module Main (KV : Mirage_kv.RO) = struct
  let show store key =
    KV.get store key >|= function
    | Ok text -> Log.app (fun f -> f "%a: %s" Mirage_kv.Key.pp key (String.trim text))
    | Error e -> Log.err (fun f -> f "%a" KV.pp_error e)

  let rec walk store folder =
    KV.list store folder >>= function
    | Error e ->
        Log.err (fun f -> f "%a" KV.pp_error e);
        Lwt.return_unit
    | Ok entries ->
        Lwt_list.iter_s
          (fun (key, kind) ->
            match kind with `Value -> show store key | `Dictionary -> walk store key)
          entries

  let start store = walk store Mirage_kv.Key.empty
end
