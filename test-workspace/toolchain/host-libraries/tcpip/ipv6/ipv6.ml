module type T = sig
  type t
end

module Make (N : T) (E : T) = struct
  type t = E.t

  let connect ?no_init:_ ?handle_ra:_ ?cidr:(_ : string option) ?gateway:(_ : string option) (_ : N.t) (e : E.t) = Lwt.return e
end
