/**
 * The program that a language server runs instead of `dune ocaml-merlin` (see shimFiles.ts for how).
 * It answers queries for the config.ml of a MirageOS project from the file that the extension wrote. It
 * forwards all others to dune, and dune's answers back, byte for byte and in the order of the queries.
 *
 * It is a separate process in VS Code's own runtime. The first hover of a session waits for it to load,
 * so it imports only Node's own modules.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import Module from "node:module";
import { Socket } from "node:net";
import { isAbsolute, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import {
  createSplitter,
  renderErrorReply,
  parseErrorReply,
  renderFileQuery,
  haltCommand,
  parseQuery,
} from "./merlinProtocol.ts";
import { answerPath, duneRootOf, maxWaitMs, pathBelow } from "./shimAnswers.ts";

/** A running dune for one root, with the resolvers of its pending queries in order. */
interface DuneProcess {
  readonly stdin: Writable;
  readonly pending: ((answer: Uint8Array) => void)[];
  readonly kill: () => void;
}

/** Longer paths (in characters) are left to dune: no file has one, and searching its parent folders would take too long. */
const maxPathLength = 4096;

const answers = process.env["MIRAGEOS_ANSWERS"] ?? "";
const dunes = new Map<string, DuneProcess>();
let exiting = false;

/** Registers a dune: its stdout resolves the pending queries; when it exits, they get an error reply. */
function trackDune(root: string, stdin: Writable, stdout: Readable, kill: () => void): DuneProcess {
  const dune: DuneProcess = { stdin, pending: [], kill };
  const splitter = createSplitter();
  const fail = (reason: string): void => {
    if (dunes.get(root) === dune) dunes.delete(root);
    for (const resolve of dune.pending.splice(0)) resolve(renderErrorReply(reason));
  };
  stdout.on("data", (bytes: Uint8Array) => {
    try {
      for (const given of splitter.push(bytes)) dune.pending.shift()?.(given);
    } catch {
      dune.kill();
      fail("dune ocaml-merlin printed an invalid answer.");
    }
  });
  stdout.on("close", () => fail("dune ocaml-merlin exited before it answered. Is dune in the opam switch?"));
  stdout.on("error", () => fail("dune ocaml-merlin could not be read."));
  stdin.on("error", () => fail("dune ocaml-merlin exited before it answered. Is dune in the opam switch?"));
  dunes.set(root, dune);
  return dune;
}

function startDune(root: string): DuneProcess {
  const child = spawn("dune", ["ocaml-merlin", "--no-print-directory"], {
    cwd: root,
    env: duneEnv(),
    stdio: ["pipe", "pipe", "inherit"],
    windowsHide: true,
  });
  const dune = trackDune(root, child.stdin, child.stdout, () => child.kill());
  child.on("error", (error) => {
    dunes.delete(root);
    const message = `dune could not be started (${error.message}). Install it in the opam switch.`;
    for (const resolve of dune.pending.splice(0)) resolve(renderErrorReply(message));
  });
  return dune;
}

/** The environment of dune, without the variables that started this program. */
function duneEnv(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of ["ELECTRON_RUN_AS_NODE", "MIRAGEOS_ANSWERS"]) delete env[name];
  if (env["NODE_OPTIONS"]?.includes(__filename.replaceAll("\\", "/"))) delete env["NODE_OPTIONS"];
  return env;
}

const queryDune = (root: string, bytes: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve) => {
    const dune = dunes.get(root) ?? startDune(root);
    dune.pending.push(resolve);
    dune.stdin.write(bytes);
  });

async function answer(bytes: Uint8Array, cwd: string): Promise<Uint8Array | undefined> {
  const query = parseQuery(bytes);
  if (query.kind === "halt") return undefined;
  if (query.kind === "other" || query.path.length > maxPathLength) return queryDune(cwd, bytes);
  const file = isAbsolute(query.path) ? query.path : join(cwd, query.path);
  const own = await ownAnswer(file);
  if (own !== undefined) return own;
  const root = duneRootOf(file, existsSync);
  // Without a dune project the server would use no settings at all.
  if (root === undefined) return Buffer.from("()");
  if (root === cwd) return queryDune(root, bytes);
  const given = await queryDune(root, renderFileQuery(pathBelow(root, file)));
  // The server does the same: older versions of dune accept only the absolute path.
  return parseErrorReply(given) === undefined ? given : queryDune(root, renderFileQuery(file));
}

/** The answer for a config.ml of a MirageOS project; waits a short time during the first build. */
async function ownAnswer(file: string): Promise<Uint8Array | undefined> {
  if (answers === "" || !/[\\/]config\.ml$/.test(file)) return undefined;
  const path = answerPath(answers, file);
  const read = (): Uint8Array | undefined => {
    try {
      return readFileSync(path);
    } catch {
      return undefined;
    }
  };
  for (let bytes = read(); bytes !== undefined; bytes = read()) {
    if (bytes.length > 0) return bytes;
    const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - since > maxWaitMs) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return undefined;
}

function exit(code: number): void {
  if (exiting) return;
  exiting = true;
  for (const dune of dunes.values()) {
    dune.stdin.end(haltCommand);
    dune.kill();
  }
  process.exit(code);
}

/** Registers the dune that the launcher started in parallel, by its inherited file descriptors. */
function adopt(root: string, stdin: number, stdout: number, pid: number): void {
  try {
    const kill = (): void => {
      try {
        process.kill(pid);
      } catch {
        // It has exited already.
      }
    };
    const writable = new Socket({ fd: stdin, readable: false, writable: true });
    const readable = new Socket({ fd: stdout, readable: true, writable: false });
    trackDune(root, writable, readable, kill);
  } catch {
    // The runtime does not pass on descriptors: dune is started again for the first query.
  }
}

function main(): void {
  const option = (name: string): string =>
    process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? "";
  const cwd = process.cwd();
  const root = option("root");
  if (root !== "") adopt(root, 7, 8, Number(option("pid")));
  const splitter = createSplitter();
  let last: Promise<unknown> = Promise.resolve();
  const receive = (bytes: Uint8Array): void => {
    let queries: readonly Uint8Array[] = [];
    try {
      queries = splitter.push(bytes);
    } catch (error) {
      // As dune itself does: report it on stderr and exit.
      process.stderr.write(`Bad input: ${error instanceof Error ? error.message : String(error)}\n`);
      void last.then(() => exit(0));
      return;
    }
    for (const query of queries) {
      // All queries are started immediately; the replies are written in the order of the queries.
      const given = answer(query, cwd);
      last = last.then(async () => {
        const reply = await given;
        if (reply === undefined) exit(0);
        else process.stdout.write(reply);
      });
    }
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => exit(0));
  process.stdout.on("error", () => exit(0));
  process.stdin.on("error", () => exit(0));
  process.stdin.on("data", receive);
  process.stdin.on("end", () => void last.then(() => exit(0)));
  const first = option("first");
  if (first !== "") receive(Buffer.from(first));
}

main();

// On Windows the server starts VS Code's runtime itself, and NODE_OPTIONS makes it load this file first.
// It then takes the argument `ocaml-merlin` for the main script, so that name is resolved to this file.
if (process.argv[1]?.endsWith("ocaml-merlin") === true) {
  Reflect.set(Module, "_findPath", () => __filename);
}
