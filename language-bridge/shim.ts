/**
 * The program that a language server runs instead of `dune ocaml-merlin` (see shimFiles.ts for how).
 * Questions for the config.ml of a MirageOS project it answers from the file that the extension wrote;
 * all others go to dune, and dune's answers back, byte for byte and in the order of the questions.
 *
 * It runs by itself, outside the extension, in VS Code's own runtime. Whatever it loads costs the
 * first hover of a session, so it uses nothing but Node.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import Module from "node:module";
import { Socket } from "node:net";
import { isAbsolute, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { createSplitter, errorAnswer, errorOf, fileQuestion, halt, questionOf } from "./merlinProtocol.ts";
import { answerPath, duneRootOf, longestWaitMs, pathBelow } from "./shimAnswers.ts";

/** A dune that answers for one root, with the questions it still owes an answer. */
interface Lane {
  readonly stdin: Writable;
  readonly owed: ((answer: Uint8Array) => void)[];
  readonly kill: () => void;
}

/** No file has a longer path, in bytes, and looking for its folders would take for ever: dune may say so. */
const longestPath = 4096;

const answers = process.env["MIRAGEOS_ANSWERS"] ?? "";
const lanes = new Map<string, Lane>();
let ending = false;

/** Follows a dune: its stdout gives the answers, its end answers what it still owed. */
function laneOf(root: string, stdin: Writable, stdout: Readable, kill: () => void): Lane {
  const lane: Lane = { stdin, owed: [], kill };
  const splitter = createSplitter();
  const gone = (why: string): void => {
    if (lanes.get(root) === lane) lanes.delete(root);
    for (const settle of lane.owed.splice(0)) settle(errorAnswer(why));
  };
  stdout.on("data", (bytes: Uint8Array) => {
    try {
      for (const given of splitter.push(bytes)) lane.owed.shift()?.(given);
    } catch {
      lane.kill();
      gone("dune ocaml-merlin printed something that is no answer.");
    }
  });
  stdout.on("close", () => gone("dune ocaml-merlin ended before it answered. Is dune in the opam switch?"));
  stdout.on("error", () => gone("dune ocaml-merlin could not be read."));
  stdin.on("error", () => gone("dune ocaml-merlin ended before it answered. Is dune in the opam switch?"));
  lanes.set(root, lane);
  return lane;
}

function startDune(root: string): Lane {
  const child = spawn("dune", ["ocaml-merlin", "--no-print-directory"], {
    cwd: root,
    env: duneEnv(),
    stdio: ["pipe", "pipe", "inherit"],
    windowsHide: true,
  });
  const lane = laneOf(root, child.stdin, child.stdout, () => child.kill());
  child.on("error", (error) => {
    lanes.delete(root);
    const words = `dune could not be started (${error.message}). Install it in the opam switch.`;
    for (const settle of lane.owed.splice(0)) settle(errorAnswer(words));
  });
  return lane;
}

/** What dune is to see: the variables that brought this program to life are not for its children. */
function duneEnv(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of ["ELECTRON_RUN_AS_NODE", "MIRAGEOS_ANSWERS"]) delete env[name];
  if (env["NODE_OPTIONS"]?.includes(__filename.replaceAll("\\", "/"))) delete env["NODE_OPTIONS"];
  return env;
}

const askDune = (root: string, question: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve) => {
    const lane = lanes.get(root) ?? startDune(root);
    lane.owed.push(resolve);
    lane.stdin.write(question);
  });

async function answer(question: Uint8Array, cwd: string): Promise<Uint8Array | undefined> {
  const asked = questionOf(question);
  if (asked.kind === "halt") return undefined;
  if (asked.kind === "other" || asked.path.length > longestPath) return askDune(cwd, question);
  const file = isAbsolute(asked.path) ? asked.path : join(cwd, asked.path);
  const own = await ownAnswer(file);
  if (own !== undefined) return own;
  const root = duneRootOf(file, existsSync);
  // Without a dune project the server would not have asked: it then uses no settings at all.
  if (root === undefined) return Buffer.from("()");
  if (root === cwd) return askDune(root, question);
  const given = await askDune(root, fileQuestion(pathBelow(root, file)));
  // As the server itself does: older versions of dune know a file by its absolute path only.
  return errorOf(given) === undefined ? given : askDune(root, fileQuestion(file));
}

/** The answer for a config.ml of a MirageOS project; waits a little while its shadow is being built. */
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
    if (Date.now() - since > longestWaitMs) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return undefined;
}

function end(code: number): void {
  if (ending) return;
  ending = true;
  for (const lane of lanes.values()) {
    lane.stdin.end(halt);
    lane.kill();
  }
  process.exit(code);
}

/** The dune that the launcher started at the same time as this program, by its file descriptors. */
function adopt(root: string, stdin: number, stdout: number, pid: number): void {
  try {
    const kill = (): void => {
      try {
        process.kill(pid);
      } catch {
        // It has ended already.
      }
    };
    const writable = new Socket({ fd: stdin, readable: false, writable: true });
    const readable = new Socket({ fd: stdout, readable: true, writable: false });
    laneOf(root, writable, readable, kill);
  } catch {
    // A runtime that does not hand descriptors on: dune is started again when it is asked.
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
  const take = (bytes: Uint8Array): void => {
    let questions: readonly Uint8Array[] = [];
    try {
      questions = splitter.push(bytes);
    } catch (error) {
      // Dune itself says so on stderr and ends.
      process.stderr.write(`Bad input: ${error instanceof Error ? error.message : String(error)}\n`);
      void last.then(() => end(0));
      return;
    }
    for (const question of questions) {
      // Asked at once, so that dune works on all; written in the order of the questions.
      const given = answer(question, cwd);
      last = last.then(async () => {
        const reply = await given;
        if (reply === undefined) end(0);
        else process.stdout.write(reply);
      });
    }
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => end(0));
  process.stdout.on("error", () => end(0));
  process.stdin.on("error", () => end(0));
  process.stdin.on("data", take);
  process.stdin.on("end", () => void last.then(() => end(0)));
  const first = option("first");
  if (first !== "") take(Buffer.from(first));
}

main();

// On Windows the server starts VS Code's runtime itself, which is told by NODE_OPTIONS to load this
// file first. The word `ocaml-merlin` after it would be the program's own file: this is that file.
if (process.argv[1]?.endsWith("ocaml-merlin") === true) {
  Reflect.set(Module, "_findPath", () => __filename);
}
