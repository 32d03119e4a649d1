open Lwt.Infix

let src = Logs.Src.create "ping6" ~doc:"IPv6 by hand"

module Log = (val Logs.src_log src : Logs.LOG)

(* This unikernel combines the layers itself instead of using a complete network stack: it passes
   frames from the interface to Ethernet, and IPv6 packets from there to IPv6, which answers pings. *)
module Main
    (N : Mirage_net.S)
    (E : Ethernet.S)
    (I : Tcpip.Ip.S with type ipaddr = Ipaddr.V6.t) =
struct
  let ignored what _ =
    Log.debug (fun f -> f "%s ignored" what);
    Lwt.return_unit

  let packet what ~src ~dst data =
    Log.info (fun f ->
        f "%s, %d bytes: %a > %a" what (Cstruct.length data) Ipaddr.V6.pp src Ipaddr.V6.pp dst);
    Lwt.return_unit

  let start net eth ip =
    Log.app (fun f ->
        f "ping one of these: %a" Fmt.(list ~sep:comma I.pp_prefix) (I.configured_ips ip));
    let ipv6 =
      I.input ip ~tcp:(packet "TCP") ~udp:(packet "UDP") ~default:(fun ~proto ->
          packet (Printf.sprintf "protocol %d" proto))
    in
    let frame = E.input eth ~arpv4:(ignored "ARP") ~ipv4:(ignored "IPv4") ~ipv6 in
    N.listen net ~header_size:Ethernet.Packet.sizeof_ethernet frame >|= function
    | Ok () -> Log.app (fun f -> f "the interface has been closed")
    | Error e -> Log.err (fun f -> f "the interface failed: %a" N.pp_error e)
end
