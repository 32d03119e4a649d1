open Lwt.Infix

(* Reads the files of the folder t, which travel inside the image. *)
module Main (Store : Mirage_kv.RO) = struct
  let show store name =
    Store.get store (Mirage_kv.Key.v name) >|= function
    | Ok contents -> Logs.info (fun f -> f "%s holds %S" name contents)
    | Error e -> Logs.warn (fun f -> f "%s: %a" name Store.pp_error e)

  let start store = Lwt_list.iter_s (show store) [ "a"; "secret"; "missing" ]
end
