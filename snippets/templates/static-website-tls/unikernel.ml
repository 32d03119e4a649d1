open Lwt.Infix
open Cmdliner

let port name default doc =
  Mirage_runtime.register_arg Arg.(value & opt int default (info [ name ] ~docv:"PORT" ~doc))

let https_port = port "https-port" 4433 "The TCP port for HTTPS."
let http_port = port "http-port" 8080 "The TCP port that redirects to HTTPS."
let src = Logs.Src.create "website" ~doc:"Static website"

module Log = (val Logs.src_log src : Logs.LOG)

module Main
    (Pages : Mirage_kv.RO)
    (Secrets : Mirage_kv.RO)
    (Http : Cohttp_mirage.Server.S) =
struct
  module X509 = Tls_mirage.X509 (Secrets)

  let file_of path = if String.ends_with ~suffix:"/" path then path ^ "index.html" else path

  let page pages uri =
    let path = file_of (Uri.path uri) in
    Pages.get pages (Mirage_kv.Key.v path) >>= function
    | Ok body ->
        let headers = Cohttp.Header.init_with "content-type" (Magic_mime.lookup path) in
        Http.respond_string ~headers ~status:`OK ~body ()
    | Error e ->
        Log.info (fun f -> f "%s: %a" path Pages.pp_error e);
        Http.respond_not_found ~uri ()

  let redirect uri =
    let secure = Uri.with_port (Uri.with_scheme uri (Some "https")) (Some (https_port ())) in
    Http.respond_redirect ~uri:secure ()

  let serve answer =
    Http.make () ~callback:(fun _connection request _body ->
        let uri = Cohttp.Request.uri request in
        Log.info (fun f -> f "%a" Uri.pp uri);
        answer uri)

  let tls_config secrets =
    Lwt.catch
      (fun () -> X509.certificate secrets `Default)
      (fun exn ->
        Log.err (fun f -> f "no certificate in this image: run make-certificate.sh, build again");
        Lwt.reraise exn)
    >|= fun certificate ->
    match Tls.Config.server ~certificates:(`Single certificate) () with
    | Ok config -> config
    | Error (`Msg reason) -> failwith reason

  let start pages secrets http =
    tls_config secrets >>= fun config ->
    Log.app (fun f -> f "https on port %d, http on port %d" (https_port ()) (http_port ()));
    Lwt.join
      [
        http (`TLS (config, `TCP (https_port ()))) (serve (page pages));
        http (`TCP (http_port ())) (serve redirect);
      ]
end
