module Key = struct
  type t = string

  let v s = s
  let to_string t = t
  let pp = Format.pp_print_string
end

type error = [ `Not_found of Key.t | `Dictionary_expected of Key.t | `Value_expected of Key.t ]

let pp_error ppf = function
  | `Not_found k -> Format.fprintf ppf "Cannot find the key %a" Key.pp k
  | `Dictionary_expected k -> Format.fprintf ppf "Expecting a dictionary for the key %a" Key.pp k
  | `Value_expected k -> Format.fprintf ppf "Expecting a value for the key %a" Key.pp k

module type RO = sig
  type nonrec error = private [> error ]
  type t

  val pp_error : Format.formatter -> error -> unit
  val disconnect : t -> unit Lwt.t
  val exists : t -> Key.t -> ([ `Value | `Dictionary ] option, error) result Lwt.t
  val get : t -> Key.t -> (string, error) result Lwt.t
  val list : t -> Key.t -> ((Key.t * [ `Value | `Dictionary ]) list, error) result Lwt.t
end
