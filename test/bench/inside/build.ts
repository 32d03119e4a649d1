/** The part of the build bench that runs in the extension host. */
import { spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { testsBegin } from "../../harness/begin.ts";

/** The times of two builds of the same unikernel, one right after the other, in milliseconds. */
export interface Pair {
  readonly command: number;
  readonly make: number;
}

/** The pairs of each kind of build: after a change of unikernel.ml, and from scratch without `_build`. */
export interface Pairs {
  readonly changed: readonly Pair[];
  readonly fromScratch: readonly Pair[];
}

/** Measures the builds, and writes the pairs as JSON to the file that MIRAGEOS_BENCH names. */
export async function run(): Promise<void> {
  console.log(testsBegin);
  const folder = vscode.workspace.workspaceFolders?.[0];
  const result = process.env["MIRAGEOS_BENCH"];
  if (!folder || result === undefined) throw new Error("A folder and MIRAGEOS_BENCH are required.");
  const extension = vscode.extensions.getExtension<{ ready: Promise<void> }>("mirageos.mirageos");
  const api = await extension?.activate();
  await api?.ready;
  const hello = join(folder.uri.fsPath, "hello");
  const config = join(hello, "config.ml");
  const source = join(hello, "unikernel.ml");
  const text = await readFile(source, "utf8");
  let changes = 0;
  const change = () => writeFile(source, text.replace('"hello"', `"hello ${(changes += 1)}"`));
  const removeBuild = () => rm(join(hello, "_build"), { recursive: true, force: true });
  const command = () => succeed("mirageos.build", config);
  const make = () => makeBuild(hello);

  await succeed("mirageos.fetch", config);
  // The first builds load code and fill caches, so they are not measured.
  await command();
  await make();
  const measured: Pairs = {
    changed: await measure(12, change, command, make),
    fromScratch: await measure(12, removeBuild, command, make),
  };
  await writeFile(result, JSON.stringify(measured));
}

/** Measures pairs of builds, which take turns in running first. `prepare` runs before each build. */
async function measure(
  pairs: number,
  prepare: () => Promise<void>,
  command: () => Promise<void>,
  make: () => Promise<void>,
): Promise<Pair[]> {
  const timeOf = async (act: () => Promise<void>) => {
    await prepare();
    return timed(act);
  };
  const measured: Pair[] = [];
  for (let round = 0; round < pairs; round++) {
    if (round % 2 === 0) measured.push({ command: await timeOf(command), make: await timeOf(make) });
    else {
      const first = await timeOf(make);
      measured.push({ make: first, command: await timeOf(command) });
    }
  }
  return measured;
}

async function timed(act: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

async function succeed(id: string, config: string): Promise<void> {
  const result: unknown = await vscode.commands.executeCommand(id, config);
  const kind = typeof result === "object" && result !== null && "kind" in result ? result.kind : result;
  if (kind !== "done") throw new Error(`${id} did not succeed: ${JSON.stringify(result)}`);
}

function makeBuild(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", "make build"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.resume();
    child.stderr.resume();
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`make build ended with ${code}.`)),
    );
  });
}
