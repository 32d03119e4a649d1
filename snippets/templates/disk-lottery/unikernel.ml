open Lwt.Infix
open Cmdliner

let slot =
  let about = Arg.info [ "slot" ] ~docv:"N" ~doc:"The sector with the ticket." in
  Mirage_runtime.register_arg Arg.(value & opt int64 0L about)

let reset =
  let about = Arg.info [ "reset" ] ~doc:"Write a new ticket instead of drawing." in
  Mirage_runtime.register_arg Arg.(value & flag about)

let src = Logs.Src.create "lottery" ~doc:"A lottery that remembers on disk"

module Log = (val Logs.src_log src : Logs.LOG)

module Main (B : Mirage_block.S) = struct
  let ok pp = function
    | Ok value -> Lwt.return value
    | Error e -> Lwt.fail_with (Fmt.str "%a" pp e)

  let load disk sector =
    B.read disk (slot ()) [ sector ] >>= ok B.pp_error >|= fun () ->
    match Ticket.read sector with
    | Ok ticket -> ticket
    | Error reason ->
        Log.warn (fun f -> f "%s: starting anew" reason);
        Ticket.fresh

  let save disk sector ticket =
    Ticket.write sector ticket;
    B.write disk (slot ()) [ sector ] >>= ok B.pp_write_error

  let play disk sector =
    load disk sector >>= fun ticket ->
    let number = String.get_uint16_be (Mirage_crypto_rng.generate 2) 0 in
    let ticket, outcome = Ticket.draw ticket number in
    (match outcome with
    | `Best -> Log.app (fun f -> f "%d: the best so far!" number)
    | `Equal -> Log.app (fun f -> f "%d: as good as the best" number)
    | `Lost -> Log.app (fun f -> f "%d: the best is %d" number ticket.best));
    Log.info (fun f -> f "drawn %d times" ticket.draws);
    save disk sector ticket

  let start disk =
    B.get_info disk >>= fun { sector_size; size_sectors; _ } ->
    if sector_size < Ticket.size then Lwt.fail_with "the disk's sectors are too small"
    else if slot () < 0L || slot () >= size_sectors then
      Lwt.fail_with (Printf.sprintf "the disk has sectors 0 to %Ld" (Int64.pred size_sectors))
    else
      let sector = Cstruct.create sector_size in
      if reset () then
        save disk sector Ticket.fresh >|= fun () -> Log.app (fun f -> f "a new ticket")
      else play disk sector
end
