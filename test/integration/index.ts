import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ReporterConstructor } from "mocha";
import { testsBegin } from "../harness/begin.ts";
import { testMs } from "../harness/limits.ts";
import report from "../harness/reporter.ts";
import { take } from "../harness/take.ts";
import { rootHooks } from "./hooks.ts";

/**
 * Runs the bundled tests of this folder inside the extension host, file by file; rejects when one fails.
 * VS Code calls it with what it was given as `--extensionTestsPath`: the path of this bundled file. Windows
 * that run side by side share the files by the folder that MIRAGEOS_TAKEN names.
 */
export async function run(testsPath: string): Promise<void> {
  console.log(testsBegin);
  const folder = dirname(testsPath);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const taken = process.env["MIRAGEOS_TAKEN"];
  let failures = 0;
  for (const file of files.filter((name) => name.endsWith(".test.js")).sort())
    if (taken === undefined || (await take(taken, file))) failures += await runFile(join(folder, file));
  if (failures > 0) throw new Error(`${failures} integration tests failed.`);
}

/** Runs one file and returns the number of failures. */
async function runFile(file: string): Promise<number> {
  // Mocha is an ES module: what `require` makes of it differs between the Nodes of VS Code's versions.
  const { default: Mocha } = await import("mocha");
  const mocha = new Mocha({
    ui: "bdd",
    timeout: testMs,
    rootHooks,
    // Mocha calls its reporters with `new`, which a plain function allows.
    reporter: report as unknown as ReporterConstructor,
  });
  mocha.addFile(file);
  return new Promise((resolve) => mocha.run(resolve));
}
