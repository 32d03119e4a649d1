open Lwt.Infix

(* Says hello four times, a second apart, and stops. *)
let start () =
  let rec greet = function
    | 0 -> Lwt.return_unit
    | left ->
        Logs.info (fun f -> f "hello");
        Mirage_sleep.ns (Duration.of_sec 1) >>= fun () -> greet (left - 1)
  in
  greet 4
