type t = { best : int; draws : int }

let fresh = { best = 0; draws = 0 }

let draw { best; draws } number =
  let outcome = if number > best then `Best else if number = best then `Equal else `Lost in
  ({ best = max best number; draws = draws + 1 }, outcome)

(* "TICKET01", then best and draws as 32 bits each, then the CRC-32 of these sixteen bytes. *)
let magic = "TICKET01"
let content = 16
let size = content + 4

let checksum sector =
  let { Cstruct.buffer; off; _ } = sector in
  Optint.to_int32 (Checkseum.Crc32.digest_bigstring buffer off content Checkseum.Crc32.default)

let write sector { best; draws } =
  Cstruct.blit_from_string magic 0 sector 0 (String.length magic);
  Cstruct.BE.set_uint32 sector 8 (Int32.of_int best);
  Cstruct.BE.set_uint32 sector 12 (Int32.of_int draws);
  Cstruct.BE.set_uint32 sector content (checksum sector)

let read sector =
  if not (String.equal magic (Cstruct.to_string sector ~len:(String.length magic))) then
    Error "no ticket in this sector"
  else if not (Int32.equal (checksum sector) (Cstruct.BE.get_uint32 sector content)) then
    Error "the checksum of the ticket is wrong"
  else
    let number at = Int32.to_int (Cstruct.BE.get_uint32 sector at) in
    Ok { best = number 8; draws = number 12 }
