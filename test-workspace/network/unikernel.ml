open Lwt.Infix

(* Prints what arrives on a TCP port, and hangs up. *)
let port =
  let doc = Cmdliner.Arg.info [ "p"; "port" ] ~doc:"The TCP port to listen on." in
  Mirage_runtime.register_arg Cmdliner.Arg.(value & opt int 8080 doc)

module Main (S : Tcpip.Stack.V4V6) = struct
  let greet flow =
    let host, peer_port = S.TCP.dst flow in
    Logs.info (fun f -> f "new tcp connection from IP %s on port %d" (Ipaddr.to_string host) peer_port);
    S.TCP.read flow >>= function
    | Ok `Eof ->
        Logs.info (fun f -> f "closing connection");
        S.TCP.close flow
    | Error e ->
        Logs.warn (fun f -> f "cannot read: %a" S.TCP.pp_error e);
        S.TCP.close flow
    | Ok (`Data bytes) ->
        Logs.debug (fun f -> f "read: %d bytes:@\n%s" (Cstruct.length bytes) (Cstruct.to_string bytes));
        S.TCP.close flow

  let start stack =
    S.TCP.listen (S.tcp stack) ~port:(port ()) greet;
    S.listen stack
end
