type t = int64

let of_us n = Int64.mul (Int64.of_int n) 1_000L
let of_ms n = Int64.mul (Int64.of_int n) 1_000_000L
let of_sec n = Int64.mul (Int64.of_int n) 1_000_000_000L
let of_min n = of_sec (60 * n)
let of_hour n = of_min (60 * n)
let of_f seconds = Int64.of_float (seconds *. 1e9)
let to_f t = Int64.to_float t /. 1e9
let to_sec t = Int64.to_int (Int64.div t 1_000_000_000L)
let to_ms t = Int64.to_int (Int64.div t 1_000_000L)
