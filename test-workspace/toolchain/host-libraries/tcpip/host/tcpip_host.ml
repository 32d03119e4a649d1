open Lwt.Infix

(** TCP of the host, under the signature of MirageOS' stack. *)
module TCP = struct
  type flow = { fd : Lwt_unix.file_descr; peer : Ipaddr.t * int }
  type error = [ `Failed of string ]
  type t = unit

  let pp_error ppf (`Failed why) = Format.pp_print_string ppf why
  let dst flow = flow.peer

  let guard f = Lwt.catch f (fun exn -> Lwt.return (Error (`Failed (Printexc.to_string exn))))

  let read flow =
    guard (fun () ->
        let bytes = Bytes.create 4096 in
        Lwt_unix.read flow.fd bytes 0 4096 >|= function
        | 0 -> Ok `Eof
        | n -> Ok (`Data (Cstruct.of_string (Bytes.sub_string bytes 0 n))))

  let write flow data =
    guard (fun () ->
        let bytes = Bytes.of_string (Cstruct.to_string data) in
        Lwt_unix.write flow.fd bytes 0 (Bytes.length bytes) >|= fun _ -> Ok ())

  let close flow = Lwt.catch (fun () -> Lwt_unix.close flow.fd) (fun _ -> Lwt.return_unit)

  let peer_of = function
    | Unix.ADDR_INET (address, port) -> (Unix.string_of_inet_addr address, port)
    | Unix.ADDR_UNIX path -> (path, 0)

  let listen () ~port handle =
    let serve () =
      let socket = Lwt_unix.socket Unix.PF_INET Unix.SOCK_STREAM 0 in
      Lwt_unix.setsockopt socket Unix.SO_REUSEADDR true;
      Lwt_unix.bind socket (Unix.ADDR_INET (Unix.inet_addr_any, port)) >>= fun () ->
      Lwt_unix.listen socket 16;
      let rec accept () =
        Lwt_unix.accept socket >>= fun (fd, address) ->
        Lwt.async (fun () -> handle { fd; peer = peer_of address });
        accept ()
      in
      accept ()
    in
    Lwt.async serve
end

let forever () = fst (Lwt.wait ())
