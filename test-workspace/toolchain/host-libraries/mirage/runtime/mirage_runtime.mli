(** What the generated main.ml asks of mirage-runtime 4.11. *)

val argument_error : int
val help_version : int

(** Adds a boot argument; the result can be called once {!with_argv} has parsed the command line. *)
val register_arg : 'a Cmdliner.Term.t -> unit -> 'a

val runtime_args : unit -> unit Cmdliner.Term.t list
val with_argv : unit Cmdliner.Term.t list -> string -> string array -> unit

type log_threshold = [ `All | `Src of string ] * Logs.level option

val set_level : default:Logs.level option -> log_threshold list -> unit
val delay : int Cmdliner.Term.t
val logs : log_threshold list Cmdliner.Term.t
val set_name : string -> unit
val name : unit -> string
val s_log : string
val s_net : string
