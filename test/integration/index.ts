import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ReporterConstructor } from "mocha";
import { testsBegin } from "../harness/begin.ts";
import { testMs, windowRetries } from "../harness/limits.ts";
import report from "../harness/reporter.ts";
import { take } from "../harness/take.ts";
import { rootHooks } from "./hooks.ts";

/**
 * Runs the bundled tests of this folder in the extension host, file by file. Rejects if a test fails. VS Code
 * calls it with the value of `--extensionTestsPath`, the path of this bundled file. Windows that run in
 * parallel divide the files among themselves with the folder that MIRAGEOS_TAKEN names.
 */
export async function run(testsPath: string): Promise<void> {
  console.log(testsBegin);
  const folder = dirname(testsPath);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const takenFolder = process.env["MIRAGEOS_TAKEN"];
  let failures = 0;
  for (const file of files.filter((name) => name.endsWith(".test.js")).sort())
    if (takenFolder === undefined || (await take(takenFolder, file)))
      failures += await runFile(join(folder, file));
  if (failures > 0) throw new Error(`${failures} integration tests failed.`);
}

/** Runs one test file and returns the number of failures. */
async function runFile(file: string): Promise<number> {
  // Mocha is an ES module, and the result of `require` for it differs between the Node versions of VS Code.
  const { default: Mocha } = await import("mocha");
  const mocha = new Mocha({
    ui: "bdd",
    timeout: testMs,
    retries: windowRetries,
    rootHooks,
    // Mocha calls its reporters with `new`, which a plain function allows.
    reporter: report as unknown as ReporterConstructor,
  });
  mocha.addFile(file);
  return new Promise((resolve) => mocha.run(resolve));
}
