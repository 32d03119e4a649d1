open Lwt.Infix

let src = Logs.Src.create "dhcp" ~doc:"DHCP server"

module Log = (val Logs.src_log src : Logs.LOG)

(* The server is a pure function from a packet and the leases to a response and new leases. This
   module only reads and writes frames. *)
module Main (N : Mirage_net.S) = struct
  module Eth = Ethernet.Make (N)
  module Arp = Arp.Make (Eth)

  let config net =
    Dhcp_server.Config.make ~hostname:Leases.hostname
      ~default_lease_time:Leases.default_lease_time ~max_lease_time:Leases.max_lease_time
      ~hosts:[]
      ~addr_tuple:(Leases.address, N.mac net)
      ~network:Leases.network ~range:Leases.range ~options:Leases.options ()

  let now () = Int32.of_int (Duration.to_sec (Mirage_mtime.elapsed_ns ()))

  let send net packet =
    let size = N.mtu net + Ethernet.Packet.sizeof_ethernet in
    N.write net ~size (Dhcp_wire.pkt_into_buf packet) >|= function
    | Ok () -> Log.debug (fun f -> f "sent %a" Dhcp_wire.pp_pkt packet)
    | Error e -> Log.err (fun f -> f "cannot send: %a" N.pp_error e)

  let answer net config leases packet =
    match Dhcp_server.Input.input_pkt config leases packet (now ()) with
    | Silence -> Lwt.return leases
    | Update (_, leases) -> Lwt.return leases
    | Warning reason ->
        Log.warn (fun f -> f "%s" reason);
        Lwt.return leases
    | Error reason ->
        Log.err (fun f -> f "%s" reason);
        Lwt.return leases
    | Reply (reply, _, leases) ->
        Log.info (fun f ->
            f "%a gets %a" Macaddr.pp reply.Dhcp_wire.chaddr Ipaddr.V4.pp reply.Dhcp_wire.yiaddr);
        send net reply >|= fun () -> leases

  let is_for_us net mac = Macaddr.compare mac (N.mac net) = 0 || not (Macaddr.is_unicast mac)

  let start net =
    Eth.connect net >>= fun eth ->
    Arp.connect eth >>= fun arp ->
    Arp.add_ip arp Leases.address >>= fun () ->
    let config = config net and leases = ref (Dhcp_server.Lease.make_db ()) in
    let frame buf =
      match Ethernet.Packet.of_cstruct buf with
      | Error reason ->
          Log.debug (fun f -> f "not a frame: %s" reason);
          Lwt.return_unit
      | Ok (header, payload) -> (
          if header.ethertype = `ARP then Arp.input arp payload
          else if
            is_for_us net header.destination && Dhcp_wire.is_dhcp buf (Cstruct.length buf)
          then
            match Dhcp_wire.pkt_of_buf buf (Cstruct.length buf) with
            | Ok packet -> answer net config !leases packet >|= fun after -> leases := after
            | Error `Not_dhcp -> Lwt.return_unit
            | Error (`Msg reason) ->
                Log.warn (fun f -> f "not understood: %s" reason);
                Lwt.return_unit
          else Lwt.return_unit)
    in
    Log.app (fun f -> f "serving %a" Ipaddr.V4.Prefix.pp Leases.network);
    N.listen net ~header_size:Ethernet.Packet.sizeof_ethernet frame >|= function
    | Ok () -> ()
    | Error e -> Log.err (fun f -> f "the interface failed: %a" N.pp_error e)
end
