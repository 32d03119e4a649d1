(** As much of the language of config.ml as the samples use: config.ml is checked against it, never run. *)

type 'a typ
type 'a impl
type abstract_impl
type package
type scope = [ `Switch | `Monorepo ]
type job
type network
type ethernet
type arpv4
type stackv4v6
type tcpv4v6
type block
type kv_ro
type kv_rw
type conduit
type http
type resolver
type dns_client

val job : job typ
val network : network typ
val stackv4v6 : stackv4v6 typ
val block : block typ
val kv_ro : kv_ro typ
val kv_rw : kv_rw typ
val conduit : conduit typ
val http : http typ
val dns_client : dns_client typ
val ( @-> ) : 'a typ -> 'b typ -> ('a -> 'b) typ
val ( $ ) : ('a -> 'b) impl -> 'a impl -> 'b impl
val dep : 'a impl -> abstract_impl

module Key : sig
  type t
  type 'a value

  val is_solo5 : bool value
  val is_unix : bool value
  val is_xen : bool value
  val ( || ) : bool value -> bool value -> bool value
  val ( && ) : bool value -> bool value -> bool value
end

module Runtime_arg : sig
  type t

  val create : pos:string * int * int * int -> ?name:string -> ?packages:package list -> string -> t
end

val runtime_arg : pos:string * int * int * int -> ?name:string -> ?packages:package list -> string -> Runtime_arg.t
val if_impl : bool Key.value -> 'a impl -> 'a impl -> 'a impl

val package :
  ?scope:scope ->
  ?build:bool ->
  ?sublibs:string list ->
  ?libs:string list ->
  ?min:string ->
  ?max:string ->
  ?pin:string ->
  ?pin_version:string ->
  string ->
  package

val main :
  ?pos:string * int * int * int ->
  ?packages:package list ->
  ?runtime_args:Runtime_arg.t list ->
  ?deps:abstract_impl list ->
  string ->
  'a typ ->
  'a impl

val default_network : network impl
val netif : ?group:string -> string -> network impl
val generic_stackv4v6 : ?group:string -> network impl -> stackv4v6 impl
val generic_kv_ro : ?group:string -> string -> kv_ro impl
val direct_kv_ro : string -> kv_ro impl
val crunch : string -> kv_ro impl
val block_of_file : string -> block impl
val generic_block : ?group:string -> string -> block impl
val conduit_direct : ?tls:bool -> stackv4v6 impl -> conduit impl
val generic_dns_client : ?group:string -> stackv4v6 impl -> dns_client impl
val register : ?src:[ `Auto | `None | `Some of string ] -> string -> job impl list -> unit
