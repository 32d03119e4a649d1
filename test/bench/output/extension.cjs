const { spawn } = require("node:child_process");
const vscode = require("vscode");

/**
 * Runs the space-separated command line of BENCH_OUTPUT in an output channel, and appends a last line when it
 * ends.
 */
function show() {
  const channel = vscode.window.createOutputChannel("Bench");
  channel.show(true);
  const [program, ...args] = (process.env["BENCH_OUTPUT"] ?? "").split(" ");
  const child = spawn(program, args);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text) => channel.append(text));
  }
  child.on("close", () => channel.appendLine("end of the output"));
}

let starts = 0;

/**
 * A minimal debug adapter in the extension host. It only launches a program, and shows its output in the
 * debug console with the number of the start in front.
 */
class MinimalAdapter {
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
      createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(new MinimalAdapter()),
    }),
  );
};
