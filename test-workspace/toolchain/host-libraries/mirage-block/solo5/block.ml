open Lwt.Infix

let src = Logs.Src.create "mirage-block-solo5" ~doc:"block device of the host"

module Log = (val Logs.src_log src : Logs.LOG)

type error = Mirage_block.error
type write_error = Mirage_block.write_error
type t = { fd : Lwt_unix.file_descr; info : Mirage_block.info }

let pp_error = Mirage_block.pp_error
let pp_write_error = Mirage_block.pp_write_error
let sector_size = 512

(* The tender tells which file it attached. *)
let path_of name = Option.value (Sys.getenv_opt ("SOLO5_BLOCK_" ^ name)) ~default:name

let connect name =
  let path = path_of name in
  Lwt.catch
    (fun () -> Lwt_unix.openfile path [ Unix.O_RDWR ] 0)
    (fun _ ->
      Log.err (fun f -> f "connect %s: failed to open file" name);
      Lwt.fail (Failure (Printf.sprintf "connect %s: failed to open file" name)))
  >>= fun fd ->
  Lwt_unix.LargeFile.fstat fd >|= fun stat ->
  let size_sectors = Int64.div stat.Unix.LargeFile.st_size (Int64.of_int sector_size) in
  { fd; info = { Mirage_block.read_write = true; sector_size; size_sectors } }

let disconnect t = Lwt_unix.close t.fd
let get_info t = Lwt.return t.info

let seek t sector = Lwt_unix.LargeFile.lseek t.fd (Int64.mul sector (Int64.of_int sector_size)) Unix.SEEK_SET >|= ignore

let each transfer t sector buffers =
  seek t sector >>= fun () ->
  Lwt_list.iter_s (fun b -> transfer t.fd b.Cstruct.bytes b.Cstruct.off b.Cstruct.len >|= ignore) buffers >|= fun () -> Ok ()

let read t = each Lwt_unix.read t
let write t = each Lwt_unix.write t
