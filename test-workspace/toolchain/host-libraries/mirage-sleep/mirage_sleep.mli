val ns : int64 -> unit Lwt.t
