import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ReporterConstructor } from "mocha";
import { testsBegin } from "../harness/begin.ts";
import { testMs } from "../harness/limits.ts";
import report from "../harness/reporter.ts";
import { rootHooks } from "./hooks.ts";

/**
 * Runs the bundled tests of this folder inside the extension host; rejects when one fails. VS Code
 * calls it with what it was given as `--extensionTestsPath`: the path of this bundled file.
 */
export async function run(testsPath: string): Promise<void> {
  console.log(testsBegin);
  // Mocha is an ES module: what `require` makes of it differs between the Nodes of VS Code's versions.
  const { default: Mocha } = await import("mocha");
  const mocha = new Mocha({
    ui: "bdd",
    timeout: testMs,
    rootHooks,
    // Mocha calls its reporters with `new`, which a plain function allows.
    reporter: report as unknown as ReporterConstructor,
  });
  const folder = dirname(testsPath);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".test.js")).sort())
    mocha.addFile(join(folder, file));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} integration tests failed.`);
}
