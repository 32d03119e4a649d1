let src = Logs.Src.create "crypto" ~doc:"A tour of mirage-crypto"

module Log = (val Logs.src_log src : Logs.LOG)
module Rng = Mirage_crypto_rng
module Chacha20 = Mirage_crypto.Chacha20
module Ed25519 = Mirage_crypto_ec.Ed25519
module X25519 = Mirage_crypto_ec.X25519

let message = "Attack at dawn."

let randomness () =
  let sources = Rng.Entropy.sources () in
  Log.app (fun f -> f "entropy from %a" Fmt.(list ~sep:comma Rng.Entropy.pp_source) sources);
  Log.app (fun f -> f "16 random bytes: %s" (Ohex.encode (Rng.generate 16)))

let hashes () =
  let open Digestif in
  Log.app (fun f -> f "SHA-256:  %a" SHA256.pp (SHA256.digest_string message));
  Log.app (fun f -> f "BLAKE2b:  %a" BLAKE2B.pp (BLAKE2B.digest_string message))

(* Authenticated encryption hides the text and detects changes. *)
let encryption () =
  let key = Chacha20.of_secret (Rng.generate 32) and nonce = Rng.generate 12 in
  let secret = Chacha20.authenticate_encrypt ~key ~nonce message in
  Log.app (fun f -> f "encrypted: %s" (Ohex.encode secret));
  match Chacha20.authenticate_decrypt ~key ~nonce secret with
  | Some text -> Log.app (fun f -> f "decrypted: %s" text)
  | None -> Log.err (fun f -> f "the text was changed")

let signature () =
  let key, public = Ed25519.generate () in
  let signature = Ed25519.sign ~key message in
  let valid msg = Ed25519.verify ~key:public signature ~msg in
  Log.app (fun f -> f "signature valid: %b; of another text: %b" (valid message) (valid "Retreat."))

(* Both sides compute the same secret from the public keys that they exchange. *)
let key_exchange () =
  let alice, from_alice = X25519.gen_key () in
  let bob, from_bob = X25519.gen_key () in
  match (X25519.key_exchange alice from_bob, X25519.key_exchange bob from_alice) with
  | Ok a, Ok b -> Log.app (fun f -> f "shared secrets are equal: %b" (String.equal a b))
  | Error e, _ | _, Error e -> Log.err (fun f -> f "%a" Mirage_crypto_ec.pp_error e)

let start () =
  List.iter (fun show -> show ()) [ randomness; hashes; encryption; signature; key_exchange ];
  Lwt.return_unit
