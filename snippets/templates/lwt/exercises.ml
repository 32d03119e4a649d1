open Lwt.Infix

let sleep_ms ms = Mirage_sleep.ns (Duration.of_ms ms)
let random_below bound = Randomconv.int ~bound Mirage_crypto_rng.generate

(* 1. Two concurrent threads. Lwt.join waits for all of them, in whatever order they end. *)
let together () =
  let announce name ms =
    sleep_ms ms >|= fun () -> Logs.app (fun f -> f "%s, after %d ms" name ms)
  in
  Lwt.join [ announce "slow" 600; announce "quick" 200 ] >|= fun () ->
  Logs.app (fun f -> f "both have ended")

(* 2. The first of two threads wins. Lwt.pick cancels the other one. *)
let within ms promise =
  let too_late = sleep_ms ms >|= fun () -> None in
  Lwt.pick [ too_late; (promise >|= Option.some) ]

let race () =
  let work = random_below 1000 in
  within 500 (sleep_ms work >|= fun () -> work) >|= function
  | Some ms -> Logs.app (fun f -> f "the work took %d ms" ms)
  | None -> Logs.app (fun f -> f "cancelled: the work would have taken %d ms" work)

(* 3. A promise can fail with an exception. Lwt.catch handles it. *)
let failure () =
  let fragile () =
    sleep_ms 100 >>= fun () -> Lwt.fail_with "the wire was cut"
  in
  Lwt.catch fragile (function
    | Failure reason ->
        Logs.app (fun f -> f "recovered: %s" reason);
        Lwt.return_unit
    | exn -> Lwt.reraise exn)

(* 4. One thread produces, another consumes. The stream ends when the producer pushes None. *)
let pipeline () =
  let stream, push = Lwt_stream.create () in
  let rec produce left =
    if left = 0 then Lwt.return (push None)
    else begin
      push (Some (String.make (1 + random_below 12) '#'));
      sleep_ms 150 >>= fun () -> produce (left - 1)
    end
  in
  let consume () =
    Lwt_stream.iter (fun line -> Logs.app (fun f -> f "%s" line)) stream
  in
  Lwt.join [ produce 5; consume () ]

let all =
  [ ("together", together); ("race", race); ("failure", failure); ("pipeline", pipeline) ]
