type error = [ `Disconnected ]
type write_error = [ error | `Is_read_only ]
type info = { read_write : bool; sector_size : int; size_sectors : int64 }

let pp_error ppf `Disconnected = Format.fprintf ppf "a required device is disconnected"

let pp_write_error ppf = function
  | #error as e -> pp_error ppf e
  | `Is_read_only -> Format.fprintf ppf "attempted to write to a read-only disk"

let pp_info ppf i =
  Format.fprintf ppf "@[<hv>{ Mirage_block.read_write = %B;@ sector_size = %d;@ size_sectors = %LdL }@]" i.read_write
    i.sector_size i.size_sectors

module type S = sig
  type nonrec error = private [> error ]
  type nonrec write_error = private [> write_error ]
  type t

  val pp_error : Format.formatter -> error -> unit
  val pp_write_error : Format.formatter -> write_error -> unit
  val disconnect : t -> unit Lwt.t
  val get_info : t -> info Lwt.t
  val read : t -> int64 -> Cstruct.t list -> (unit, error) result Lwt.t
  val write : t -> int64 -> Cstruct.t list -> (unit, write_error) result Lwt.t
end
