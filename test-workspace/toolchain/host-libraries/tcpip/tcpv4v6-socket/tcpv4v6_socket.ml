let connect ~ipv4_only:(_ : bool) ~ipv6_only:(_ : bool) () = Lwt.return_unit
