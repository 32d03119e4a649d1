open Lwt.Infix
open Cmdliner

let url =
  let about = Arg.info [ "url" ] ~docv:"URL" ~doc:"The page that is fetched." in
  Mirage_runtime.register_arg Arg.(value & opt string "https://mirageos.org" about)

let src = Logs.Src.create "fetch" ~doc:"HTTP client"

module Log = (val Logs.src_log src : Logs.LOG)

module Main (Client : Cohttp_lwt.S.Client) = struct
  let start ctx =
    let url = Uri.of_string (url ()) in
    Log.app (fun f -> f "fetching %a" Uri.pp url);
    Client.get ~ctx url >>= fun (response, body) ->
    let status = Cohttp.Code.string_of_status (Cohttp.Response.status response) in
    Cohttp.Header.iter
      (fun name value -> Log.info (fun f -> f "%s: %s" name value))
      (Cohttp.Response.headers response);
    Cohttp_lwt.Body.to_string body >|= fun text ->
    Log.app (fun f -> f "%s, %d bytes" status (String.length text))
end
