open Lwt.Infix

let src = Logs.Src.create "block" ~doc:"block device check"

module Log = (val Logs.src_log src : Logs.LOG)

(* Writes a pattern to the first sectors of a disk and reads it back. *)
module Main (B : Mirage_block.S) = struct
  let passed = ref 0
  let failed = ref 0

  let check device ~size sector =
    let written = Cstruct.create size and read = Cstruct.create size in
    Cstruct.memset written (sector land 0xff);
    B.write device (Int64.of_int sector) [ written ] >>= fun stored ->
    B.read device (Int64.of_int sector) [ read ] >|= fun loaded ->
    match (stored, loaded) with
    | Ok (), Ok () when Cstruct.equal written read -> incr passed
    | _ ->
        incr failed;
        Log.err (fun f -> f "sector %d does not hold what was written" sector)

  let start device =
    B.get_info device >>= fun info ->
    Log.info (fun f -> f "@[%a@]" Mirage_block.pp_info info);
    let rec go sector =
      if sector = 10 then Lwt.return_unit
      else check device ~size:info.Mirage_block.sector_size sector >>= fun () -> go (sector + 1)
    in
    go 0 >|= fun () ->
    Log.info (fun f -> f "Test sequence finished");
    Log.info (fun f -> f "Total tests passed:  %d" !passed);
    Log.info (fun f -> f "Total tests failed:  %d" !failed)
end
