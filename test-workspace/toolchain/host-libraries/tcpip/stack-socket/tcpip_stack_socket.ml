let src = Logs.Src.create "tcpip-stack-socket" ~doc:"Sockets of the host"

module Log = (val Logs.src_log src : Logs.LOG)

module V4V6 = struct
  type t = unit

  module TCP = Tcpip_host.TCP

  let connect () () =
    Log.info (fun f -> f "Dual IPv4 and IPv6 socket stack: connect");
    Lwt.return_unit

  let tcp () = ()
  let listen () = Tcpip_host.forever ()
  let disconnect () = Lwt.return_unit
end
