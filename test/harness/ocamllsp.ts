/** Runs a real ocamllsp with the shim, without VS Code, for tests and benches with the real tools. */
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { DuneConfigEvaluator } from "../../extension/graph/evaluate/configEvaluator.ts";
import { findProgram, type Env } from "../../extension/platform/env.ts";
import { run } from "../../extension/platform/process.ts";
import { refreshAnswer } from "../../language-bridge/merlin/merlinAnswers.ts";
import { installShim } from "../../language-bridge/merlin/installShim.ts";
import { shimFolders, type ShimLocation } from "../../language-bridge/merlin/shimFiles.ts";
import { root } from "../../scripts/programs.ts";

/** The `bin` folder of an opam switch that tests and benches may use. */
export const realTools = process.env["MIRAGEOS_REAL_TOOLS"];

/** The environment in which PATH has that folder first. */
export const realEnv: Env = {
  ...process.env,
  PATH: [realTools ?? "", process.env["PATH"] ?? ""].join(delimiter),
};

export interface Complaint {
  readonly message: string;
  readonly severity?: number;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

/** A file that is open in a server. */
export interface OpenFile {
  /**
   * Sends a request for the position `letters` characters after the start of the first occurrence of `word`.
   */
  readonly at: (method: string, word: string, letters?: number) => Promise<unknown>;
  /** The first diagnostics that the server publishes for the file. */
  readonly complaints: Promise<readonly Complaint[]>;
}

export interface Server {
  readonly open: (file: string, text: string) => Promise<OpenFile>;
  readonly stop: () => Promise<void>;
}

/** Starts ocamllsp in a folder. */
export async function startServer(cwd: string, env: Env): Promise<Server> {
  const child = spawn("ocamllsp", [], { cwd, env, stdio: ["pipe", "pipe", "ignore"] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = new Map<string, (all: readonly Complaint[]) => void>();
  connection.onNotification(
    "textDocument/publishDiagnostics",
    ({ uri, diagnostics }: { readonly uri: string; readonly diagnostics: readonly Complaint[] }) =>
      published.get(uri)?.(diagnostics),
  );
  connection.onRequest(() => null);
  connection.listen();
  const rootUri = pathToFileURL(cwd).href;
  await connection.sendRequest("initialize", { processId: process.pid, rootUri, capabilities: {} });
  await connection.sendNotification("initialized", {});
  return {
    open: async (file, text) => {
      const uri = pathToFileURL(file).href;
      const complaints = new Promise<readonly Complaint[]>((resolve) => published.set(uri, resolve));
      await connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "ocaml", version: 1, text },
      });
      const at = (method: string, word: string, letters = 1): Promise<unknown> => {
        const before = text.slice(0, text.indexOf(word) + letters).split("\n");
        const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
        return connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, position });
      };
      return { at, complaints };
    },
    stop: async () => {
      await connection.sendRequest("shutdown");
      const closed = new Promise((resolve) => child.once("close", resolve));
      await connection.sendNotification("exit");
      await closed;
      connection.dispose();
    },
  };
}

/** Builds the shim and installs it with its launcher below a folder. */
export async function placeShim(base: string): Promise<ShimLocation> {
  const shim = join(base, "shim.cjs");
  const entryPoints = [join(root, "language-bridge", "merlin", "shim.ts")];
  await build({ entryPoints, outfile: shim, bundle: true, format: "cjs", platform: "node" });
  const storage = join(base, "storage");
  await mkdir(storage, { recursive: true });
  const place = { storage, shim, runtime: process.execPath, platform: process.platform };
  await installShim(place);
  return place;
}

/** Writes the shim's answer for the config.ml of a folder, from a private build of it. */
export async function answerConfig(place: ShimLocation, folder: string): Promise<void> {
  const configFile = join(folder, "config.ml");
  const project = {
    id: configFile,
    name: "unikernel",
    configFile,
    root: folder,
    buildDir: folder,
    workspaceFolder: folder,
  };
  const evaluator = new DuneConfigEvaluator({
    run,
    folder: join(place.storage, "config-builds"),
    trusted: () => true,
    tools: {
      environment: () => Promise.resolve({ env: realEnv, label: "PATH" }),
      path: (tool) => findProgram(tool, realEnv, process.platform),
    },
  });
  await refreshAnswer({
    run,
    answers: shimFolders(place.storage).answers,
    project,
    build: async () => (await evaluator.build(project)).folder,
    dune: (args, cwd) => Promise.resolve({ file: "dune", args, cwd, env: realEnv }),
  });
}
