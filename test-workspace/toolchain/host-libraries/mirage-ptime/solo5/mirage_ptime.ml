let now_s = Unix.gettimeofday
let current_tz_offset_s () = None
