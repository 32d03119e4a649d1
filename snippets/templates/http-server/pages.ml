let home = "<!doctype html>\n<title>Unikernel</title>\n<h1>Hello</h1>\n<p><a href=\"/time\">What time is it?</a>\n"

(* Status, content type and body for a path. *)
let find path =
  match path with
  | "/" -> (`OK, "text/html; charset=utf-8", home)
  | "/time" -> (`OK, "text/plain", Fmt.str "%a\n" (Ptime.pp_rfc3339 ()) (Mirage_ptime.now ()))
  | _ -> (`Not_found, "text/plain", Fmt.str "There is nothing at %s.\n" path)
