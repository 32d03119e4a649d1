let initialize (module G : Mirage_crypto_rng.Generator) =
  ignore G.block;
  Random.self_init ();
  Lwt.return_unit

let generate = Mirage_crypto_rng.generate
