open Lwt.Infix

let src = Logs.Src.create "disk" ~doc:"A counter in a disk's first sector"

module Log = (val Logs.src_log src : Logs.LOG)

let magic = "BOOTS"

module Main (B : Mirage_block.S) = struct
  let ok pp = function
    | Ok value -> Lwt.return value
    | Error e -> Lwt.fail_with (Fmt.str "%a" pp e)

  (* The sector contains a magic word and a number; any other content is a new disk. *)
  let count sector =
    let word = Cstruct.to_string sector ~len:(String.length magic) in
    if String.equal word magic then Cstruct.BE.get_uint32 sector 8 else 0l

  let start disk =
    B.get_info disk >>= fun info ->
    Log.info (fun f -> f "%a" Mirage_block.pp_info info);
    let sector = Cstruct.create info.sector_size in
    B.read disk 0L [ sector ] >>= ok B.pp_error >>= fun () ->
    let boots = Int32.succ (count sector) in
    Cstruct.blit_from_string magic 0 sector 0 (String.length magic);
    Cstruct.BE.set_uint32 sector 8 boots;
    B.write disk 0L [ sector ] >>= ok B.pp_write_error >|= fun () ->
    Log.app (fun f -> f "booted %ld times with this disk" boots)
end
