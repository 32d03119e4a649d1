/**
 * Measures the language bridge: loading the client, and the shim between a language server and dune.
 *
 * The client is the chunk of the packaged extension. It is loaded in a new process each time, with a fake
 * `vscode`. The shim gets the same queries as from ocaml-lsp, in a dune project with one module, in pairs
 * with direct queries to dune. The time of the first answer includes the start of the program. If
 * MIRAGEOS_REAL_TOOLS names the `bin` folder of an opam switch, the bench also measures the time from the
 * start of ocamllsp to its first hover in a config.ml that is not configured and whose private build is up to
 * date. This is compared with the same ocamllsp without the shim, in the module of the plain dune project.
 */
import { spawn } from "node:child_process";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Row } from "../../scripts/bench.ts";
import { root } from "../../scripts/programs.ts";
import { createSplitter, renderFileQuery, haltCommand } from "../../language-bridge/merlin/merlinProtocol.ts";
import { answerPath } from "../../language-bridge/merlin/shimAnswers.ts";
import { installShim } from "../../language-bridge/merlin/installShim.ts";
import {
  launcherName,
  shimEnv,
  shimFolders,
  type ShimLocation,
} from "../../language-bridge/merlin/shimFiles.ts";
import { mergeEnv, type Env } from "../../extension/platform/env.ts";
import { answerConfig, realEnv, realTools, startServer } from "../harness/ocamllsp.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { rounds } from "./figures.ts";

export const name = "language-server";

const pairs = 15;
const later = 50;
const hovers = 9;

interface QueryTimes {
  /** Milliseconds from the start of the program to its first answer. */
  readonly first: number;
  /** Milliseconds for each later answer. */
  readonly later: readonly number[];
}

/** Runs all measurements. Requires a dune on PATH. */
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
    const throughShim: QueryTimes[] = [];
    const direct: QueryTimes[] = [];
    const config: QueryTimes[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      direct.push(
        await measureQueries("dune", ["ocaml-merlin", "--no-print-directory"], project, "other.ml"),
      );
      throughShim.push(await measureQueries(through, ["ocaml-merlin"], project, "other.ml"));
      config.push(await measureQueries(through, ["ocaml-merlin"], project, "config.ml"));
    }
    const difference = (part: (times: QueryTimes) => number): readonly number[] =>
      throughShim.map((times, index) => part(times) - part(direct[index] ?? times));
    return [
      await clientRow(),
      {
        what: "shim, first query, more than dune",
        ...rounds(difference(({ first }) => first)),
        unit: "ms",
        target: 30,
      },
      {
        what: "shim, later query, more than dune",
        ...rounds(difference((times) => mean(times.later))),
        unit: "ms",
        target: 1,
      },
      {
        what: "first answer for config.ml",
        ...rounds(config.map(({ first }) => first)),
        unit: "ms",
        against: { what: "dune for another file", ...rounds(direct.map(({ first }) => first)) },
      },
      ...(await hoverRows(project, shim)),
    ];
  } finally {
    await place.remove();
  }
}

/** Returns the rows for hovers, or none without the real tools. */
async function hoverRows(plain: string, place: ShimLocation): Promise<readonly Row[]> {
  if (realTools === undefined) return [];
  const folder = await temporaryFolder("mirageos-hover-");
  try {
    const config = join(folder.path, "config.ml");
    await cp(join(root, "test-workspace", "network", "config.ml"), config);
    await answerConfig(place, folder.path);
    const module = join(plain, "other.ml");
    const throughShim: number[] = [];
    const direct: number[] = [];
    for (let pair = 0; pair < hovers; pair++) {
      direct.push(await firstHover(plain, realEnv, module, "print_endline"));
      throughShim.push(
        await firstHover(folder.path, mergeEnv(realEnv, shimEnv(place, folder.path)), config, "register"),
      );
    }
    const more = throughShim.map((time, index) => time - (direct[index] ?? 0));
    return [
      { what: "first hover in config.ml, more than a bare server", ...rounds(more), unit: "ms", target: 300 },
      {
        what: "first hover in config.ml, from the start of the server",
        ...rounds(throughShim),
        unit: "ms",
        against: { what: "bare server, plain dune project", ...rounds(direct) },
      },
    ];
  } finally {
    await folder.remove();
  }
}

/** Returns the milliseconds from the start of ocamllsp to its first hover. */
async function firstHover(cwd: string, env: Env, file: string, word: string): Promise<number> {
  const text = await readFile(file, "utf8");
  const begin = performance.now();
  const server = await startServer(cwd, env);
  const hover = await (await server.open(file, text)).at("hover", word);
  const time = performance.now() - begin;
  await server.stop();
  if (hover === null) throw new Error(`ocamllsp has no hover for ${word} in ${file}.`);
  return time;
}

async function clientRow(): Promise<Row> {
  const chunks = join(root, "dist", "chunks");
  const file = (await readdir(chunks)).find((each) => /^client-.*\.js$/.test(each));
  if (file === undefined) throw new Error("The build has no chunk of the client.");
  const times: number[] = [];
  for (let round = 0; round < 9; round++) times.push(await loadTime(join(chunks, file)));
  return { what: "loading the language client", ...rounds(times), unit: "ms", target: 120 };
}

/**
 * Loads a chunk in a new process with a fake `vscode` that has every property, and returns the milliseconds.
 */
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

async function measureQueries(
  program: string,
  args: readonly string[],
  cwd: string,
  file: string,
): Promise<QueryTimes> {
  const begin = performance.now();
  const child = spawn(program, args, { cwd, stdio: ["pipe", "pipe", "inherit"] });
  const splitter = createSplitter();
  let settle: () => void = () => undefined;
  child.stdout.on("data", (bytes: Buffer) => {
    for (const _ of splitter.push(bytes)) settle();
  });
  const answer = async (): Promise<void> => {
    const received = new Promise<void>((resolve) => {
      settle = resolve;
    });
    child.stdin.write(renderFileQuery(file));
    await received;
  };
  await answer();
  const first = performance.now() - begin;
  const times: number[] = [];
  for (let round = 0; round < later; round++) {
    const began = performance.now();
    await answer();
    times.push(performance.now() - began);
  }
  const end = ended(child);
  child.stdin.end(haltCommand);
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
