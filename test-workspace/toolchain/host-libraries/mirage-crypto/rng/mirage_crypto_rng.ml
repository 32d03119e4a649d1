module type Generator = sig
  val block : int
end

module Fortuna = struct
  let block = 16
end

(** [n] bytes, not fit for cryptography. *)
let generate n = String.init n (fun _ -> Char.chr (Random.int 256))
