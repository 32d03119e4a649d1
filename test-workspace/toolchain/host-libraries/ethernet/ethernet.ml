let src = Logs.Src.create "ethernet" ~doc:"Ethernet"

module Log = (val Logs.src_log src : Logs.LOG)

module Make (N : sig
  type t
end) =
struct
  type t = N.t

  let connect n =
    Log.info (fun f -> f "Connected Ethernet interface 52:8b:3d:60:69:65");
    Lwt.return n
end
