open Cmdliner

let docs = "OCAML RUNTIME PARAMETERS"

(** Boot arguments for the OCaml runtime: a part of those of the real library. *)
let setup ?backtrace:(backtrace_default = Some true) ?randomize_hashtables:(randomize_default = Some true) () =
  let flag default name doc =
    Arg.(value & opt bool (Option.value default ~default:false) (info [ name ] ~docs ~docv:"BOOL" ~doc))
  in
  let gc name docv doc update =
    let apply n = Gc.set (update (Gc.get ()) n) in
    let given = Arg.value (Arg.opt Arg.(some int) None (Arg.info [ name ] ~docs ~docv ~doc)) in
    Term.(const (Option.iter apply) $ given)
  in
  let backtrace = flag backtrace_default "backtrace" "Print a backtrace when an exception ends the unikernel." in
  let randomize = flag randomize_default "randomize-hashtables" "Randomize hash tables." in
  let minor = gc "minor-heap-size" "WORDS" "Size of the minor heap." (fun c n -> { c with Gc.minor_heap_size = n }) in
  let overhead = gc "space-overhead" "PERCENT" "Memory that may be wasted." (fun c n -> { c with Gc.space_overhead = n }) in
  let apply backtrace randomize () () =
    Printexc.record_backtrace backtrace;
    if randomize then Hashtbl.randomize ()
  in
  Term.(const apply $ backtrace $ randomize $ minor $ overhead)
