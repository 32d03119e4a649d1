/** Measures how fast config.ml and unikernel.ml with 1000 lines are read again after a keystroke. */
import { readConfigSource } from "../../extension/mirage/config/parseConfig.ts";
import { combinatorMarkdown } from "../../language-bridge/features/documentation.ts";
import { configMigrations } from "../../extension/mirage/migrations.ts";
import { mismatches } from "../../language-bridge/features/mainMismatch.ts";
import { mainTargets } from "../../extension/mirage/config/mainTargets.ts";
import { readSource } from "../../extension/ocaml/functors.ts";
import type { Row } from "../../scripts/bench.ts";
import { rounds } from "./figures.ts";

export const name = "language";

const files = 1000;
const times = 50;

/** Generates a unikernel.ml of 1000 lines with many functions and the functor at the end. */
function unikernel(): string {
  const part = `let f x =\n  let open Lwt.Infix in\n  (* why "(*" *)\n  Logs.info (fun m -> m "got %s" x) |> fun () ->\n  Lwt.return (x ^ "a") >>= fun y -> Lwt.return_unit\n`;
  const end =
    "module Main (S : Tcpip.Stack.V4V6) (KV : Mirage_kv.RO) = struct\n  let start s kv = f s >>= g kv\nend\n";
  return part.repeat(files / 5) + end;
}

/** Generates a config.ml of 1000 lines with packages, devices and one functor. */
function config(): string {
  const part = `let d0 = generic_kv_ro "data"\nlet p = [ package ~min:"1.0" "fmt"; package "hxd" ~sublibs:[ "core" ] ]\n`;
  const end =
    'let main = main "Unikernel.Main" (stackv4v6 @-> block @-> job)\nlet () = register "u" [ main $ s $ b ]\n';
  return `(* mirage >= 4.9.0 & < 4.12.0 *)\nopen Mirage\n${part.repeat(files / 2)}${end}`;
}

export function run(): Promise<readonly Row[]> {
  const [unikernelText, configText] = [unikernel(), config()];
  const read = { config: readConfigSource(configText), source: readSource(unikernelText) };
  const row = (what: string, act: () => unknown): Row => ({ what, ...measured(act), unit: "ms", target: 5 });
  return Promise.resolve([
    row("read a unikernel.ml of 1000 lines", () => readSource(unikernelText)),
    row("read a config.ml of 1000 lines", () => readConfigSource(configText)),
    row("compare the two", () => mismatches({ config: read.config, source: () => read.source })),
    row("find the module that main names", () => mainTargets(read.config, () => read.source)),
    row("find migrations for changes of mirage", () => configMigrations(configText, read.config, "4.11.1")),
    row("create a hover", () => combinatorMarkdown("generic_stackv4v6", "hvt", undefined)),
  ]);
}

function measured(act: () => unknown) {
  for (let i = 0; i < 10; i++) act();
  const taken = Array.from({ length: times }, () => {
    const begun = performance.now();
    act();
    return performance.now() - begun;
  });
  return rounds(taken);
}
