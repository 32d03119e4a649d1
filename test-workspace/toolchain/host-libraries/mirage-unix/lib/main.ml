let run t = Lwt_main.run t
