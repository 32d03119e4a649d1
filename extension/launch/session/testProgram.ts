import { execFileSync } from "node:child_process";

/** A program with a functor, records, exceptions and calls through a library. It exits with 3. */
export const program = `
exception Rejected of string * int
type request = { id : int; path : string; body : string option }

module type Console = sig
  val print : string -> unit
end

let[@inline never] add a b = a + b

module Make (C : Console) = struct
  let handle request count =
    let total = add request.id count in
    C.print (Printf.sprintf "%s %d" request.path total);
    if total > 4 then raise (Rejected (request.path, total));
    total

  let start items =
    let rec loop n = function
      | [] -> n
      | item :: rest ->
          let sum = try handle item n with Rejected _ -> 0 in
          loop (sum + n) rest
    in
    loop 0 items
end

module Main = Make (struct
  let print = print_endline
end)

let () =
  let items =
    List.map (fun id -> { id; path = "/item/" ^ string_of_int id; body = None }) [ 1; 2; 3 ]
  in
  let total = Main.start items in
  prerr_endline ("total " ^ string_of_int total);
  (* The end of the program. *)
  exit 3
`;

/** The processes whose program is an image. */
export function processesOf(image: string): readonly string[] {
  const all = execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).split("\n");
  return all.filter((command) => command.startsWith(image));
}
