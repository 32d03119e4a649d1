let timestamp () =
  let t = Unix.gmtime (Mirage_ptime.now_s ()) in
  let zone = match Mirage_ptime.current_tz_offset_s () with Some _ -> "Z" | None -> "-00:00" in
  Printf.sprintf "%04d-%02d-%02dT%02d:%02d:%02d%s" (t.tm_year + 1900) (t.tm_mon + 1) t.tm_mday t.tm_hour t.tm_min
    t.tm_sec zone

let label level header =
  match (header, level) with
  | Some h, _ -> "[" ^ h ^ "]"
  | None, Logs.App -> ""
  | None, level -> "[" ^ String.uppercase_ascii (Logs.level_to_string (Some level)) ^ "]"

(** The form of mirage-logs 3: [TIME: [LEVEL] [source] message]. *)
let create ?(ppf = Format.err_formatter) () =
  let report src level ~over k msgf =
    let finish _ =
      over ();
      k ()
    in
    msgf (fun ?header ?tags:_ fmt ->
        Format.kfprintf finish ppf
          ("%s: %s [%s] " ^^ fmt ^^ "@.")
          (timestamp ()) (label level header) (Logs.Src.name src))
  in
  { Logs.report }
