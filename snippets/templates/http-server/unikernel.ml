open Cmdliner

let port =
  let about = Arg.info [ "p"; "port" ] ~docv:"PORT" ~doc:"The TCP port that is listened on." in
  Arg.(value & opt int 8080 about)

let src = Logs.Src.create "http" ~doc:"HTTP server"

module Log = (val Logs.src_log src : Logs.LOG)

module Main (Server : Paf_mirage.S) = struct
  let headers content_type body =
    H1.Headers.of_list
      [
        ("content-type", content_type);
        ("content-length", string_of_int (String.length body));
        ("connection", "close");
      ]

  let request _flow _peer reqd =
    let { H1.Request.meth; target; _ } = H1.Reqd.request reqd in
    let status, content_type, body = Pages.find target in
    Log.info (fun f ->
        f "%s %s: %a" (H1.Method.to_string meth) target H1.Status.pp_hum status);
    let response = H1.Response.create ~headers:(headers content_type body) status in
    H1.Reqd.respond_with_string reqd response body

  let error _peer ?request:_ _error respond =
    let text = "The request was not understood.\n" in
    let body = respond (headers "text/plain" text) in
    H1.Body.Writer.write_string body text;
    H1.Body.Writer.close body

  let start server =
    let service = Server.http_service ~error_handler:error request in
    let (`Initialized running) = Paf.serve service server in
    Log.app (fun f -> f "listening");
    running
end
