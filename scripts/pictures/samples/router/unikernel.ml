open Lwt.Infix

type body = Empty | Text of string
type request = { id : int; path : string; accept : string list; body : body }

let respond request status =
  Logs.info (fun f -> f "%s: %d" request.path status);
  Lwt.return status

let handle request =
  let route = String.split_on_char '/' request.path in
  match route, request.body with
  | [ ""; "items"; item ], Empty ->
      let status = if int_of_string item < 100 then 200 else 404 in
      respond request status
  | [ ""; "items" ], Text text when text <> "" -> respond request 201
  | _ -> respond request 400

let requests =
  [
    { id = 1; path = "/"; accept = []; body = Empty };
    { id = 2; path = "/items/7"; accept = [ "text/html"; "*/*" ]; body = Empty };
    { id = 3; path = "/items"; accept = []; body = Text "bolt" };
  ]

let start () =
  Lwt_list.iter_s
    (fun request -> handle request >>= fun _ -> Mirage_sleep.ns 400_000_000L)
    requests
