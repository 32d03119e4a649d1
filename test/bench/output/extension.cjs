const { spawn } = require("node:child_process");
const vscode = require("vscode");

/** Runs the command line of BENCH_OUTPUT, words with one space between, and says when all was appended. */
function show() {
  const channel = vscode.window.createOutputChannel("Bench");
  channel.show(true);
  const [program, ...args] = (process.env["BENCH_OUTPUT"] ?? "").split(" ");
  const child = spawn(program, args);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => channel.append(text));
  }
  child.on("close", () => channel.appendLine("all was appended"));
}

let starts = 0;

/**
 * The least that runs a program by F5: a debug adapter in the extension host that knows how to launch,
 * and shows the program's output in the debug console, with the number of its start before it.
 */
class LeastAdapter {
  #sent = new vscode.EventEmitter();
  onDidSendMessage = this.#sent.event;

  handleMessage({ command, seq, arguments: given }) {
    this.#sent.fire({ type: "response", request_seq: seq, command, success: true, body: { threads: [] } });
    if (command !== "launch") return;
    this.#event("initialized");
    const start = starts++;
    const child = spawn(given.program, given.args);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => this.#event("output", { output: `start ${start}: ${text}` }));
    }
    child.on("close", () => this.#event("terminated"));
  }

  #event(event, body) {
    this.#sent.fire({ type: "event", event, body });
  }

  dispose() {
    this.#sent.dispose();
  }
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("bench.output", show),
    vscode.debug.registerDebugAdapterDescriptorFactory("bench", {
      createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(new LeastAdapter()),
    }),
  );
};
