open Cmdliner

let argument_error = 64
let help_version = 63
let s_log = "LOG AND MONITORING OPTIONS"
let s_net = "NETWORK OPTIONS"
let registered : unit Term.t list ref = ref []

let register_arg term =
  let value = ref None in
  registered := Term.(const (fun v -> value := Some v) $ term) :: !registered;
  fun () ->
    match !value with
    | Some v -> v
    | None -> invalid_arg "a boot argument is asked for before the command line is parsed"

let runtime_args () = List.rev !registered

(* Mirage 4.11 comes with cmdliner 2; Debian's 1.1 quotes differently and puts the usage last. *)
let as_cmdliner_2 name text =
  let quotes = String.map (function '`' -> '\'' | c -> c) text in
  let first_lines = List.filter (fun l -> l <> "") (String.split_on_char '\n' quotes) in
  let is_usage line =
    let starts prefix = String.length line >= String.length prefix && String.sub line 0 (String.length prefix) = prefix in
    starts "Usage: " || starts "Try '"
  in
  let message = List.filter (fun l -> not (is_usage l)) first_lines in
  Printf.sprintf "Usage: %s [--help] [OPTION]…\n%s\n" name (String.concat "\n" message)

let contains text part =
  let n = String.length part in
  let rec at i = i + n <= String.length text && (String.sub text i n = part || at (i + 1)) in
  at 0

let hint =
  "Hint: To pass a space, it needs to be escaped twice: \027[1m--hello='Hello,\\ world!'\027[m\n\
  \      Another possibility is: \027[1m--hello='\"Hello, world!\"'\027[m\n"

let with_argv terms name argv =
  let all = List.fold_left (fun acc t -> Term.(const (fun () () -> ()) $ acc $ t)) (Term.const ()) terms in
  let errors = Buffer.create 80 in
  let err = Format.formatter_of_buffer errors in
  match Cmd.eval_value ~err ~catch:false ~argv (Cmd.v (Cmd.info name) all) with
  | Ok (`Ok ()) -> ()
  | Ok (`Help | `Version) -> exit help_version
  | Error _ ->
      Format.pp_print_flush err ();
      let text = Buffer.contents errors in
      prerr_string (as_cmdliner_2 name text);
      flush stderr;
      if contains text "unknown option" || contains text "too many arguments" then print_string hint;
      exit argument_error

type log_threshold = [ `All | `Src of string ] * Logs.level option

let set_level ~default thresholds =
  let all = List.fold_left (fun acc -> function `All, l -> l | _ -> acc) default thresholds in
  Logs.set_level ~all:true all;
  let apply src = function
    | `Src name, level when Logs.Src.name src = name -> Logs.Src.set_level src level
    | _ -> ()
  in
  List.iter (fun src -> List.iter (apply src) thresholds) (Logs.Src.list ())

let threshold =
  let level text =
    match Logs.level_of_string text with
    | Ok l -> Ok l
    | Error _ -> Error (`Msg (Printf.sprintf "%S: unknown log level" text))
  in
  let parse text =
    match String.index_opt text ':' with
    | None -> Result.map (fun l -> (`All, l)) (level text)
    | Some i ->
        let src = String.sub text 0 i in
        let rest = String.sub text (i + 1) (String.length text - i - 1) in
        Result.map (fun l -> ((if src = "*" then `All else `Src src), l)) (level rest)
  in
  let print ppf (src, level) =
    Format.fprintf ppf "%s:%s" (match src with `All -> "*" | `Src s -> s) (Logs.level_to_string level)
  in
  Arg.conv (parse, print)

let logs =
  let doc =
    "How much to log: a level for all sources, or LEVEL pairs such as *:info,foo:debug. A level is one of quiet, \
     app, error, warning, info or debug."
  in
  let names = Arg.info [ "l"; "logs" ] ~docs:s_log ~docv:"LEVEL" ~doc in
  Arg.(value & opt (list threshold) [] names)

let delay =
  let names = Arg.info [ "delay" ] ~docs:Manpage.s_common_options ~doc:"Seconds to wait before starting up." in
  Arg.(value & opt int 0 names)

let current_name = ref ""
let set_name n = current_name := n
let name () = !current_name
