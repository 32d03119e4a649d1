let start = Unix.gettimeofday ()
let elapsed_ns () = Int64.of_float ((Unix.gettimeofday () -. start) *. 1e9)
