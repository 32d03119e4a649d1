let src = Logs.Src.create "tcpip-stack-direct" ~doc:"Pure OCaml TCP/IP stack"

module Log = (val Logs.src_log src : Logs.LOG)

module type T = sig
  type t
end

module IPV4V6 (V4 : T) (V6 : T) = struct
  type t = V4.t * V6.t

  let connect ~ipv4_only:(_ : bool) ~ipv6_only:(_ : bool) (v4 : V4.t) (v6 : V6.t) = Lwt.return (v4, v6)
end

module MakeV4V6 (N : T) (E : T) (A : T) (I : T) (C : T) (U : T) (T : T) = struct
  type t = unit

  module TCP = Tcpip_host.TCP

  let connect (_ : N.t) (_ : E.t) (_ : A.t) (_ : I.t) (_ : C.t) (_ : U.t) (_ : T.t) =
    Log.info (fun f -> f "Dual TCP/IP stack assembled: mac=52:8b:3d:60:69:65,ip=10.0.0.2/24");
    Lwt.return_unit

  let tcp () = ()
  let listen () = Tcpip_host.forever ()
  let disconnect () = Lwt.return_unit
end
