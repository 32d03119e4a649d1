/**
 * A fake OCaml Platform with the same id, settings and command. It starts its own server for OCaml files in
 * the environment of `ocaml.server.extraEnv`, and forwards only hovers and diagnostics. The status bar shows
 * how often the server has been started.
 */
const { spawn } = require("node:child_process");
const vscode = require("vscode");

const documents = { scheme: "file", language: "ocaml" };

/** Queries the version of the server's program, to check that the program exists. */
const queryVersion = () =>
  new Promise((resolve) => {
    spawn("ocamllsp", ["--version"], { stdio: "ignore" }).on("close", resolve).on("error", resolve);
  });

/** Starts the server that the settings name and opens every OCaml document in it. */
function startServer(collection) {
  const settings = vscode.workspace.getConfiguration("ocaml.server");
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const child = spawn(settings.get("path") || "ocamllsp", [], {
    cwd: folder.uri.fsPath,
    env: { ...process.env, ...settings.get("extraEnv") },
    stdio: ["pipe", "pipe", "ignore"],
  });
  let bytes = Buffer.alloc(0);
  let count = 0;
  const pendingRequests = new Map();
  let command;
  const send = (message) => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  };
  const sendRequest = (method, params) =>
    new Promise((resolve) => {
      count += 1;
      pendingRequests.set(count, resolve);
      send({ id: count, method, params });
    });
  const receive = ({ id, method, params, result }) => {
    if (method === "textDocument/publishDiagnostics") {
      const all = params.diagnostics.map(({ range: { start, end }, message }) => {
        const range = new vscode.Range(start.line, start.character, end.line, end.character);
        const diagnostic = new vscode.Diagnostic(range, message);
        diagnostic.source = "ocamllsp";
        return diagnostic;
      });
      collection.set(vscode.Uri.parse(params.uri), all);
    } else if (method !== undefined && id !== undefined) send({ id, result: null });
    else pendingRequests.get(id)?.(result);
  };
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.stdout.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const head = /Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(bytes.toString("latin1"));
      if (!head) return;
      const begin = head.index + head[0].length;
      const end = begin + Number(head[1]);
      if (bytes.length < end) return;
      const message = JSON.parse(bytes.subarray(begin, end).toString());
      bytes = bytes.subarray(end);
      receive(message);
    }
  });
  const open = (document) => {
    if (document.uri.scheme !== "file" || !document.uri.path.endsWith(".ml")) return;
    const textDocument = {
      uri: document.uri.toString(),
      languageId: "ocaml",
      version: 1,
      text: document.getText(),
    };
    send({ method: "textDocument/didOpen", params: { textDocument } });
  };
  const ready = sendRequest("initialize", {
    processId: process.pid,
    rootUri: folder.uri.toString(),
    capabilities: {},
  }).then(() => {
    send({ method: "initialized", params: {} });
    // A real client registers this command too; registering it twice is an error.
    command = vscode.commands.registerCommand("ocamllsp/view-metrics", () => undefined);
    vscode.workspace.textDocuments.forEach(open);
  });
  const openListener = vscode.workspace.onDidOpenTextDocument(
    (document) => void ready.then(() => open(document)),
  );
  return {
    hover: async (document, position) => {
      await ready;
      const params = { textDocument: { uri: document.uri.toString() }, position };
      const result = await sendRequest("textDocument/hover", params);
      const text = result?.contents?.value ?? result?.contents;
      return typeof text === "string" ? new vscode.Hover(`Platform: ${text}`) : undefined;
    },
    end: () => {
      command?.dispose();
      openListener.dispose();
      child.kill();
    },
  };
}

exports.activate = (context) => {
  const collection = vscode.languages.createDiagnosticCollection("ocamllsp");
  const item = vscode.window.createStatusBarItem();
  let starts = 0;
  let server;
  // The original does the same: it stops the server, looks for the program, and starts it.
  const restart = async () => {
    server?.end();
    server = undefined;
    collection.clear();
    await queryVersion();
    server = startServer(collection);
    starts += 1;
    item.text = `Platform started ${starts}`;
    item.show();
  };
  void restart();
  context.subscriptions.push(
    collection,
    item,
    vscode.commands.registerCommand("ocaml.server.restart", () => void restart()),
    vscode.languages.registerHoverProvider(documents, {
      provideHover: (document, position) => server?.hover(document, position),
    }),
    { dispose: () => server?.end() },
  );
};
