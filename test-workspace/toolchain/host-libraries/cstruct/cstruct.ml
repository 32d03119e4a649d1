(** A window on bytes, as far as the samples need it. *)
type t = { bytes : Bytes.t; off : int; len : int }

let create len = { bytes = Bytes.make len '\000'; off = 0; len }
let of_string s = { bytes = Bytes.of_string s; off = 0; len = String.length s }
let length t = t.len
let to_string t = Bytes.sub_string t.bytes t.off t.len
let memset t byte = Bytes.fill t.bytes t.off t.len (Char.chr (byte land 0xff))
let equal a b = to_string a = to_string b
let blit_from_string src off t toff len = Bytes.blit_string src off t.bytes (t.off + toff) len
let concat parts = of_string (String.concat "" (List.map to_string parts))
