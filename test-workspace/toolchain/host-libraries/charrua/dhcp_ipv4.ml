module type T = sig
  type t
end

(** The address given, or one that no DHCP server gave. *)
module Make (N : T) (E : T) (A : T) = struct
  type t = { net : N.t; cidr : string }

  let connect ?no_init:_ ?(cidr = "10.0.0.2/24") ?gateway:(_ : string option) ?requests:(_ : Dhcp_wire.option_code list option)
      ?options:(_ : Dhcp_wire.dhcp_option list option) net (_ : E.t) (_ : A.t) =
    Lwt.return { net; cidr }
end

module type LEASE = sig
  type t
end

module Proj_net (D : LEASE) = struct
  type t = D.t

  let connect (d : D.t) = Lwt.return d
end

module Proj_ipv4 (D : LEASE) = struct
  type t = D.t

  let connect (d : D.t) = Lwt.return d
end
