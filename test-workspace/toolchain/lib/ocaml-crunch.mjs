import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Returns all files in a folder, by their relative paths. */
function filesBelow(folder, prefix = "") {
  return readdirSync(folder)
    .sort()
    .flatMap((name) =>
      statSync(join(folder, name)).isDirectory()
        ? filesBelow(join(folder, name), `${prefix}${name}/`)
        : [[`${prefix}${name}`, readFileSync(join(folder, name))]],
    );
}

/** Formats bytes as an OCaml string literal. */
function literal(bytes) {
  return `"${[...bytes].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`;
}

/**
 * Runs `ocaml-crunch -o NAME.ml FOLDER`, which writes the files of a folder as a module with an interface.
 */
export function main(args) {
  if (args[0] === "--version") {
    process.stdout.write(
      `4.0.0\n${args.includes("--verbose") ? "A stand-in of the MirageOS for VS Code test workspace.\n" : ""}`,
    );
    return;
  }
  const output = args[args.indexOf("-o") + 1];
  const folder = args.find((arg, i) => !arg.startsWith("-") && args[i - 1] !== "-o");
  const entries = filesBelow(folder).map(
    ([name, bytes]) => `    (${literal(Buffer.from(name))}, ${literal(bytes)});\n`,
  );
  writeFileSync(output, `include Mirage_kv_mem\n\nlet connect () =\n  connect [\n${entries.join("")}  ]\n`);
  writeFileSync(`${output}i`, "include Mirage_kv.RO\n\nval connect : unit -> t Lwt.t\n");
  process.stderr.write(`Generating ${basename(output)}\nGenerating ${basename(output)}i\n`);
}
