module Make (E : sig
  type t
end) =
struct
  type t = E.t

  let connect (e : t) = Lwt.return e
end
