import { readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { testsBegin } from "../harness/begin.ts";
import report from "../harness/reporter.ts";

declare const __dirname: string;

/** Runs the bundled tests beside this file inside the extension host; rejects when one fails. */
export async function run(): Promise<void> {
  console.log(testsBegin);
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, reporter: report as unknown as Mocha.ReporterConstructor });
  const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.js"));
  for (const file of files.sort()) mocha.addFile(join(__dirname, file));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} integration tests failed.`);
}
