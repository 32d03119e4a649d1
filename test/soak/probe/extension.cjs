/**
 * Runs in the same extension host as the extension. The file that MIRAGEOS_SOAK names has the parameters.
 * Each measurement and failure is appended as a line of JSON to a file with the same name and `.out`.
 */
const { EventEmitter } = require("node:events");
const { appendFileSync, readFileSync, readdirSync, readlinkSync } = require("node:fs");
const { setTimeout: delay } = require("node:timers/promises");
const v8 = require("node:v8");
const vm = require("node:vm");
const vscode = require("vscode");

const task = process.env["MIRAGEOS_SOAK"] ?? "";
const report = (line) => appendFileSync(`${task}.out`, `${JSON.stringify(line)}\n`);
v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc");

async function measure() {
  // Finalizers and promises of collected objects can release more objects.
  for (let time = 0; time < 5; time++) {
    collectGarbage();
    await delay(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const alive = (constructor) => v8.queryObjects(constructor, { format: "count" });
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  return {
    heapUsed,
    external,
    rss,
    emitters: alive(vscode.EventEmitter),
    disposables: alive(vscode.Disposable),
    signals: alive(AbortSignal),
    nodeEmitters: alive(EventEmitter),
    processListeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    files: readdirSync("/proc/self/fd").length,
    resources,
  };
}

/** Returns the ids of the processes that run images below a folder. */
const running = (folder) =>
  readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readlinkSync(`/proc/${name}/exe`).startsWith(folder);
    } catch {
      return false;
    }
  });

async function waitUntil(holds, what) {
  for (const end = performance.now() + 60_000; !holds();) {
    if (performance.now() > end) throw new Error(`${what}: did not happen within a minute`);
    await delay(20);
  }
}

async function round({ config, folder }) {
  for (const goal of ["configure", "build"]) {
    const result = await vscode.commands.executeCommand(`mirageos.${goal}`, config);
    if (result?.kind !== "done") throw new Error(`${goal}: ${JSON.stringify(result)}`);
  }
  const ran = vscode.commands.executeCommand("mirageos.run", config);
  await Promise.race([
    waitUntil(() => running(folder).length === 1, "boot"),
    Promise.resolve(ran).then((result) => {
      throw new Error(`run ended without a stop: ${JSON.stringify(result)}`);
    }),
  ]).catch((error) => {
    if (running(folder).length !== 1) throw error;
  });
  await vscode.commands.executeCommand("mirageos.stop");
  await ran;
  await waitUntil(() => running(folder).length === 0, "stop");
}

async function rounds() {
  const parameters = JSON.parse(readFileSync(task, "utf8"));
  try {
    const fetched = await vscode.commands.executeCommand("mirageos.fetch", parameters.config);
    if (fetched?.kind !== "done") throw new Error(`fetch: ${JSON.stringify(fetched)}`);
    for (let done = 1; done <= parameters.rounds; done++) {
      await round(parameters);
      if (done % parameters.every === 0) report({ kind: "round", done, ...(await measure()) });
    }
    report({ kind: "end" });
  } catch (error) {
    report({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
}

exports.activate = ({ subscriptions }) => {
  subscriptions.push(
    vscode.commands.registerCommand("soakProbe.rounds", () => void rounds()),
    vscode.commands.registerCommand("soakProbe.measure", async () =>
      report({ kind: "window", ...(await measure()) }),
    ),
  );
};
