module type TCP = sig
  type flow
  type error = private [> `Failed of string ]
  type t

  val pp_error : Format.formatter -> error -> unit
  val dst : flow -> Ipaddr.t * int
  val read : flow -> ([ `Data of Cstruct.t | `Eof ], error) result Lwt.t
  val write : flow -> Cstruct.t -> (unit, error) result Lwt.t
  val close : flow -> unit Lwt.t
  val listen : t -> port:int -> (flow -> unit Lwt.t) -> unit
end

module Stack = struct
  module type V4V6 = sig
    type t

    module TCP : TCP

    val tcp : t -> TCP.t
    val listen : t -> unit Lwt.t
    val disconnect : t -> unit Lwt.t
  end
end
