open Cmdliner

let port =
  let about = Arg.info [ "port" ] ~docv:"PORT" ~doc:"The TCP port that is listened on." in
  Mirage_runtime.register_arg Arg.(value & opt int 8080 about)

let src = Logs.Src.create "server" ~doc:"HTTP on conduit"

module Log = (val Logs.src_log src : Logs.LOG)

(* Conduit is the layer between HTTP and the network, so that a server works over TCP and TLS. *)
module Main (Conduit : Conduit_mirage.S) = struct
  module Http = Cohttp_mirage.Server.Make (Conduit)

  let answer _connection request _body =
    let path = Uri.path (Cohttp.Request.uri request) in
    Log.info (fun f -> f "%s %s" (Cohttp.Code.string_of_method (Cohttp.Request.meth request)) path);
    Http.respond_string ~status:`OK ~body:(Printf.sprintf "You asked for %s\n" path) ()

  let start conduit =
    Log.app (fun f -> f "listening on port %d" (port ()));
    Http.listen conduit (`TCP (port ())) (Http.make ~callback:answer ())
end
