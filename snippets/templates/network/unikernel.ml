open Lwt.Infix
open Cmdliner

let port =
  let about = Arg.info [ "port" ] ~docv:"PORT" ~doc:"The TCP port that is echoed on." in
  Mirage_runtime.register_arg Arg.(value & opt int 8080 about)

let src = Logs.Src.create "echo" ~doc:"TCP echo server"

module Log = (val Logs.src_log src : Logs.LOG)

module Main (S : Tcpip.Stack.V4V6) = struct
  (* Echo what the client sends until it closes the connection. *)
  let rec echo flow =
    S.TCP.read flow >>= function
    | Ok `Eof -> S.TCP.close flow
    | Ok (`Data bytes) -> (
        Log.debug (fun f -> f "%d bytes" (Cstruct.length bytes));
        S.TCP.write flow bytes >>= function
        | Ok () -> echo flow
        | Error e ->
            Log.warn (fun f -> f "cannot write: %a" S.TCP.pp_write_error e);
            S.TCP.close flow)
    | Error e ->
        Log.warn (fun f -> f "cannot read: %a" S.TCP.pp_error e);
        S.TCP.close flow

  let accept flow =
    let address, from_port = S.TCP.dst flow in
    Log.info (fun f -> f "connection from %a port %d" Ipaddr.pp address from_port);
    echo flow

  let start stack =
    S.TCP.listen (S.tcp stack) ~port:(port ()) accept;
    Log.info (fun f -> f "echoing on port %d" (port ()));
    S.listen stack
end
