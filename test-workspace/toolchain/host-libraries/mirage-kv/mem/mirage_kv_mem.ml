type error = Mirage_kv.error
type t = (string * string) list

let pp_error = Mirage_kv.pp_error
let connect files = Lwt.return files
let disconnect _ = Lwt.return_unit
let get t key = Lwt.return (Option.to_result ~none:(`Not_found key) (List.assoc_opt key t))
let exists t key = Lwt.return (Ok (if List.mem_assoc key t then Some `Value else None))
let list t _ = Lwt.return (Ok (List.map (fun (name, _) -> (name, `Value)) t))
