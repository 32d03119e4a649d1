import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RunToplevel } from "../values/toplevelDeclarations.ts";

/** The types of the names that patterns of a file bind, by the offset of the name in bytes. */
export type BindingTypes = ReadonlyMap<number, string>;

/**
 * Reads the types that the compiler has found from a `.cmt` file, which dune lets it write for each module. The script
 * uses the compiler's own library, as only this can read files of its version; no code of the project runs. Empty if
 * the file or the library is missing.
 */
export async function readBindingTypes(run: RunToplevel, file: string): Promise<BindingTypes> {
  const args = ["-noinit", "-noprompt", "-I", "+compiler-libs"];
  const printed = await run(args, script(file)).catch(() => undefined);
  const types = new Map<number, string>();
  for (const [, start, type] of (printed ?? "").matchAll(/^@(\d+) (.+)$/gm)) {
    // Of a pattern and the name in it, the name comes last.
    if (type !== undefined) types.set(Number(start), type);
  }
  return types;
}

/** The newest `.cmt` file of a compilation unit such as `Dune__exe__Unikernel`, or `undefined`. */
export async function findTypedTree(unit: string, folders: readonly string[]): Promise<string | undefined> {
  const name = `${unit.slice(0, 1).toLowerCase()}${unit.slice(1)}.cmt`;
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(folder).catch((): string[] => []);
      if (!entries.includes(name)) return [];
      const path = join(folder, name);
      const { mtimeMs } = await stat(path);
      return [{ path, mtimeMs }];
    }),
  );
  return found.flat().toSorted((a, b) => b.mtimeMs - a.mtimeMs)[0]?.path;
}

/**
 * Prints a line `@OFFSET TYPE` for each pattern, and for the expression of each `(val e)` (OCaml's `typing/typedtree.mli`;
 * the same since 4.11).
 */
const script = (file: string): string => `
#load "ocamlcommon.cma";;
let () =
  Format.set_margin 1_000_000;
  let print location type_ =
    let text = Format.asprintf "%a" Printtyp.type_expr type_ in
    let line = String.concat " " (String.split_on_char '\\n' text) in
    Printf.printf "\\n@%d %s\\n" location.Location.loc_start.Lexing.pos_cnum line in
  let pat : type k. Tast_iterator.iterator -> k Typedtree.general_pattern -> unit = fun self pattern ->
    print pattern.Typedtree.pat_loc pattern.Typedtree.pat_type;
    (* Tuples whose second and third items are a name with its place and its type; OCaml 5.2 has added a fourth. *)
    List.iter (fun bound ->
        let name : string Location.loc = Obj.obj (Obj.field (Obj.repr bound) 1) in
        print name.Location.loc (Obj.obj (Obj.field (Obj.repr bound) 2)))
      (Typedtree.pat_bound_idents_full pattern);
    Tast_iterator.default_iterator.pat self pattern in
  let module_expr self expression =
    (match expression.Typedtree.mod_desc with
    | Typedtree.Tmod_unpack (packed, _) -> print packed.Typedtree.exp_loc packed.Typedtree.exp_type
    | _ -> ());
    Tast_iterator.default_iterator.module_expr self expression in
  match (Cmt_format.read_cmt ${ocamlString(file)}).Cmt_format.cmt_annots with
  | Cmt_format.Implementation structure ->
    let iterator = { Tast_iterator.default_iterator with pat; module_expr } in
    iterator.structure iterator structure
  | _ -> ();;
`;

/** A literal of OCaml with the bytes of a text. */
const ocamlString = (text: string): string =>
  `"${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
