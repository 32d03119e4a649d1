/**
 * What the language bridge costs: loading the client, and the shim between a language server and dune.
 *
 * The client is the chunk of the packaged extension, loaded in a fresh process each time with an empty
 * `vscode` in its place. The shim is asked as ocaml-lsp asks it, in a dune project with one module, in
 * pairs with dune asked directly; the first answer counts from the start of the program. With ocamllsp
 * on PATH, the time from its start to the first hover in config.ml is compared with that in the module.
 */
import { spawn } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Row } from "../../scripts/bench.ts";
import { root } from "../../scripts/programs.ts";
import { createSplitter, fileQuestion, halt } from "../../language-bridge/merlinProtocol.ts";
import { answerPath } from "../../language-bridge/shimAnswers.ts";
import { installShim, launcherName, shimFolders } from "../../language-bridge/shimFiles.ts";
import { temporaryFolder } from "../harness/workbench.ts";
import { rounds } from "./figures.ts";

export const name = "language-server";

const pairs = 15;
const later = 50;

interface Asked {
  /** Milliseconds from the start of the program to its first answer. */
  readonly first: number;
  /** Milliseconds of each later answer. */
  readonly later: readonly number[];
}

/** Measures both; a dune on PATH is needed. */
export async function run(): Promise<readonly Row[]> {
  const place = await temporaryFolder("mirageos-shim-");
  try {
    const project = place.path;
    await writeFile(join(project, "dune-project"), "(lang dune 2.9)\n");
    await writeFile(join(project, "dune"), "(executable (name other))\n");
    await writeFile(join(project, "other.ml"), 'let () = print_endline "hello"\n');
    await ended(spawn("dune", ["build", "./other.exe", "--root", "."], { cwd: project, stdio: "ignore" }));
    const storage = join(project, "storage");
    const shim = {
      storage,
      shim: join(root, "dist", "shim.cjs"),
      runtime: process.execPath,
      platform: process.platform,
    };
    await installShim(shim);
    const { answers, bin } = shimFolders(storage);
    await writeFile(answerPath(answers, join(project, "config.ml")), "((1:B5:/mine))");
    const through = join(bin, launcherName);
    const own: Asked[] = [];
    const bare: Asked[] = [];
    const config: Asked[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      bare.push(await ask("dune", ["ocaml-merlin", "--no-print-directory"], project, "other.ml"));
      own.push(await ask(through, ["ocaml-merlin"], project, "other.ml"));
      config.push(await ask(through, ["ocaml-merlin"], project, "config.ml"));
    }
    const difference = (part: (asked: Asked) => number): readonly number[] =>
      own.map((asked, index) => part(asked) - part(bare[index] ?? asked));
    return [
      await clientRow(),
      {
        what: "shim, first question, more than dune",
        ...rounds(difference(({ first }) => first)),
        unit: "ms",
        target: 30,
      },
      {
        what: "shim, later question, more than dune",
        ...rounds(difference((asked) => mean(asked.later))),
        unit: "ms",
        target: 1,
      },
      {
        what: "first answer for config.ml",
        ...rounds(config.map(({ first }) => first)),
        unit: "ms",
        against: { what: "dune for another file", ...rounds(bare.map(({ first }) => first)) },
      },
    ];
  } finally {
    await place.remove();
  }
}

async function clientRow(): Promise<Row> {
  const chunks = join(root, "dist", "chunks");
  const file = (await readdir(chunks)).find((each) => /^client-.*\.js$/.test(each));
  if (file === undefined) throw new Error("The build has no chunk of the client.");
  const times: number[] = [];
  for (let round = 0; round < 9; round++) times.push(await loadTime(join(chunks, file)));
  return { what: "loading the language client", ...rounds(times), unit: "ms", target: 120 };
}

/** Loads a chunk in a process of its own, in which `vscode` is any name that is asked of it. */
async function loadTime(chunk: string): Promise<number> {
  const script = `
import { registerHooks } from "node:module";
const fake = "const make = () => new Proxy(class {}, { get: (target, key) => key in target || typeof key === 'symbol' ? target[key] : make(), apply: () => make(), construct: () => ({}) }); module.exports = make(); module.exports.version = '1.139.0';";
registerHooks({
  resolve: (name, context, next) => name === "vscode" ? { url: "data:text/javascript,fake", shortCircuit: true, format: "commonjs" } : next(name, context),
  load: (url, context, next) => url === "data:text/javascript,fake" ? { format: "commonjs", source: fake, shortCircuit: true } : next(url, context),
});
const begin = performance.now();
await import(${JSON.stringify(chunk)});
console.log(performance.now() - begin);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, error] = ["", ""];
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    error += bytes.toString();
  });
  await ended(child);
  const time = Number(out);
  if (out === "" || Number.isNaN(time)) throw new Error(`The client could not be loaded: ${error}`);
  return time;
}

async function ask(program: string, args: readonly string[], cwd: string, file: string): Promise<Asked> {
  const begin = performance.now();
  const child = spawn(program, args, { cwd, stdio: ["pipe", "pipe", "inherit"] });
  const splitter = createSplitter();
  let settle: () => void = () => undefined;
  child.stdout.on("data", (bytes: Buffer) => {
    for (const _ of splitter.push(bytes)) settle();
  });
  const answer = async (): Promise<void> => {
    const given = new Promise<void>((resolve) => {
      settle = resolve;
    });
    child.stdin.write(fileQuestion(file));
    await given;
  };
  await answer();
  const first = performance.now() - begin;
  const times: number[] = [];
  for (let question = 0; question < later; question++) {
    const asked = performance.now();
    await answer();
    times.push(performance.now() - asked);
  }
  const end = ended(child);
  child.stdin.end(halt);
  await end;
  return { first, later: times };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const ended = (child: ReturnType<typeof spawn>): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
