module Make (I : sig
  type t
end) =
struct
  type t = I.t

  let connect (i : t) = Lwt.return i
end
