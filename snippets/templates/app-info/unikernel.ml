module Linked = Build_info.V1.Statically_linked_library
module Version = Build_info.V1.Version

let version = Fmt.option ~none:(Fmt.any "no version") (Fmt.using Version.to_string Fmt.string)
let library = Fmt.(using Linked.name string ++ sp ++ using Linked.version (parens version))

let start () =
  let libraries = Build_info.V1.Statically_linked_libraries.to_list () in
  let sorted = List.sort (fun a b -> String.compare (Linked.name a) (Linked.name b)) libraries in
  Logs.app (fun f -> f "%d libraries are linked into this image:" (List.length sorted));
  List.iter (fun each -> Logs.app (fun f -> f "  @[%a@]" library each)) sorted;
  Lwt.return_unit
