/**
 * A stand-in for ocamllsp. It implements the language server protocol, queries the settings of each file like
 * ocaml-lsp 1.26 from the program that OCAMLLSP_PROJECT_BUILD_SYSTEM names, and returns them on hover.
 * MIRAGEOS_STANDIN_SERVER: `crash` (exits at startup), `crash-later` (exits at the first hover), `hang`
 * (never responds), `noisy` (prints text to stdout that is not a message).
 */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const behaviour = process.env.MIRAGEOS_STANDIN_SERVER ?? "";

/** The settings of the last `workspace/didChangeConfiguration`, which the only command returns. */
let receivedSettings = null;

/** The readers of the configuration programs, by working directory. */
const readers = new Map();

function which(name) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path) && statSync(path).isFile());
}

function rootOf(file) {
  if (process.env.OCAMLLSP_PROJECT_ROOT) return process.env.OCAMLLSP_PROJECT_ROOT;
  for (let at = dirname(file); ; at = dirname(at)) {
    if (existsSync(join(at, "dune-project")) || existsSync(join(at, "dune-workspace"))) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** Returns the length of the value at the start of the text; `undefined` if it is incomplete. */
function valueLength(text) {
  let depth = 0;
  for (let at = 0; at < text.length;) {
    if (text[at] === "(" || text[at] === ")") {
      depth += text[at] === "(" ? 1 : -1;
      at += 1;
    } else {
      const atom = /^(\d+):/.exec(text.slice(at, at + 12));
      if (!atom) return undefined;
      at += atom[0].length + Number(atom[1]);
    }
    if (depth === 0) return at <= text.length ? at : undefined;
  }
  return undefined;
}

function readerIn(root) {
  const found = readers.get(root);
  if (found) return found;
  const system = process.env.OCAMLLSP_PROJECT_BUILD_SYSTEM;
  const program = which(system ?? "dune");
  if (program === undefined) throw new Error(`${system ?? "dune"} binary not found`);
  const child = spawn(program, ["ocaml-merlin"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const pendingQueries = [];
  let text = "";
  child.stdout.on("data", (bytes) => {
    text += bytes.toString("latin1");
    for (let length = valueLength(text); length !== undefined; length = valueLength(text)) {
      pendingQueries.shift()?.(Buffer.from(text.slice(0, length), "latin1").toString());
      text = text.slice(length);
    }
  });
  const onExit = () => {
    readers.delete(root);
    for (const settle of pendingQueries.splice(0)) settle("((5:ERROR4:gone))");
  };
  child.on("error", onExit);
  child.on("close", onExit);
  child.stdin.on("error", onExit);
  const reader = {
    query: (path) =>
      new Promise((resolve) => {
        pendingQueries.push(resolve);
        child.stdin.write(`(4:File${Buffer.byteLength(path)}:${path})`);
      }),
  };
  readers.set(root, reader);
  return reader;
}

async function settingsOf(uri) {
  const file = fileURLToPath(uri);
  const root = rootOf(file);
  if (root === undefined) return "()";
  const below = file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
  try {
    const reader = readerIn(root);
    const answer = await reader.query(below);
    return answer.includes("5:ERROR") && below !== file ? await reader.query(file) : answer;
  } catch (error) {
    return `((5:ERROR0:${error.message}))`;
  }
}

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  if (behaviour === "noisy") process.stdout.write("a preprocessor's remark\n");
  process.stdout.write(`Content-Length: ${body.length}\r\n\r\n`);
  process.stdout.write(body);
}

async function publish(uri) {
  const settings = await settingsOf(uri);
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const error = /5:ERROR\d+:([^)]*)/.exec(settings)?.[1];
  const messages = error === undefined ? [] : [error, "Unbound module Lwt", "Syntax error"];
  const diagnostics = messages.map((message) => ({ range, severity: 1, source: "ocamllsp", message }));
  send({ method: "textDocument/publishDiagnostics", params: { uri, diagnostics } });
}

async function receive({ id, method, params }) {
  if (behaviour === "hang") return;
  if (method === "initialize") {
    if (behaviour === "crash") process.exit(2);
    const capabilities = {
      textDocumentSync: { openClose: true, change: 1, save: true },
      hoverProvider: true,
      executeCommandProvider: { commands: ["ocamllsp/view-metrics"] },
    };
    send({ id, result: { capabilities, serverInfo: { name: "ocamllsp (stand-in)", version: "1.26.0" } } });
  } else if (method === "textDocument/didOpen" || method === "textDocument/didSave") {
    await publish(params.textDocument.uri);
  } else if (method === "textDocument/hover") {
    if (behaviour === "crash-later") process.exit(2);
    send({ id, result: { contents: `settings: ${await settingsOf(params.textDocument.uri)}` } });
  } else if (method === "workspace/didChangeConfiguration") {
    receivedSettings = params.settings;
  } else if (method === "workspace/executeCommand") {
    send({ id, result: receivedSettings });
  } else if (method === "exit") process.exit(0);
  else if (id !== undefined) send({ id, result: null });
}

/** Runs the program with its arguments. */
export function main(args) {
  if (args.includes("--version")) {
    process.stdout.write(`${process.env.MIRAGEOS_STANDIN_SERVER_VERSION ?? "1.26.0"}\n`);
    return;
  }
  let bytes = Buffer.alloc(0);
  process.stdin.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const found = /Content-Length: (\d+)\r\n\r\n/.exec(bytes.toString("latin1"));
      if (!found) return;
      const begin = found.index + found[0].length;
      const end = begin + Number(found[1]);
      if (bytes.length < end) return;
      const message = JSON.parse(bytes.subarray(begin, end).toString());
      bytes = bytes.subarray(end);
      void receive(message);
    }
  });
  process.stdin.on("end", () => process.exit(0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
