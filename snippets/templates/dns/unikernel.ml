open Lwt.Infix
open Cmdliner

let host =
  let parse text = Result.bind (Domain_name.of_string text) Domain_name.host in
  let name = Arg.conv (parse, Domain_name.pp) in
  let default = Domain_name.(host_exn (of_string_exn "mirageos.org")) in
  let about = Arg.info [ "host" ] ~docv:"NAME" ~doc:"The name to look up." in
  Mirage_runtime.register_arg Arg.(value & opt name default about)

let src = Logs.Src.create "resolve" ~doc:"DNS client"

module Log = (val Logs.src_log src : Logs.LOG)

module Main (Dns : Dns_client_mirage.S) = struct
  let show pp = function
    | Ok address -> Log.app (fun f -> f "%a has address %a" Domain_name.pp (host ()) pp address)
    | Error (`Msg reason) -> Log.err (fun f -> f "%a: %s" Domain_name.pp (host ()) reason)

  let start dns =
    Dns.gethostbyname dns (host ()) >|= show Ipaddr.V4.pp >>= fun () ->
    Dns.gethostbyname6 dns (host ()) >|= show Ipaddr.V6.pp
end
