(* mirage >= 4.9.0 & < 4.12.0 *)
open Mirage

let packages =
  [
    package "fmt";
    package ~min:"1.2.0" "digestif";
    package ~min:"1.0.0" "mirage-crypto";
    package ~min:"1.0.0" "mirage-crypto-ec";
    package ~min:"1.0.0" "mirage-crypto-rng";
    package ~min:"0.2.0" "ohex";
  ]

let main = main ~packages "Unikernel" job
let () = register "crypto" [ main ]
