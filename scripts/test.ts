/**
 * `npm test`: sets the machine up, then formatting, types, lint and the tiers of tests, each in the
 * environment it needs. `npm test -- TIER…` runs some tiers alone: `unit`, `toolchain` (the stand-in
 * tools themselves), `webviews`, `integration`, `e2e`. The last line is `N passed, N failed`, with
 * `, N skipped` where some were.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTests, TestRunFailedError } from "@vscode/test-electron";
import { temporarySamples, withStandIns } from "../test/harness/samples.ts";
import type { Counts } from "../test/harness/reporter.ts";
import { buildAll } from "./build.ts";
import { packageProgram, root, runNode, secondsSince } from "./programs.ts";
import { ensureSystem } from "./system.ts";
import { installWorkbench, obtainCode, type TestableCode } from "./vscode.ts";

const tiers = ["unit", "toolchain", "webviews", "integration", "e2e"] as const;
type Tier = (typeof tiers)[number];

/** What a stage came to: nothing when it went well, else why not. */
type Stage = () => Promise<string | undefined>;

const problems: string[] = [];
const scratch = await mkdtemp(join(tmpdir(), "mirageos-counts-"));
const countsFile = join(scratch, "counts");
const reporter = join(root, "test", "harness", "reporter.ts");

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => (interrupted = true));
}

/** Gives whether it was run and went well. */
async function stage(name: string, run: Stage): Promise<boolean> {
  if (interrupted) return false;
  console.log(`\n── ${name}`);
  const started = performance.now();
  const problem = await run().catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  if (problem !== undefined) {
    problems.push(`${name}: ${problem}`);
    console.error(problem);
  }
  console.log(`── ${name}: ${problem === undefined ? "done" : "FAILED"} in ${secondsSince(started)}`);
  return problem === undefined;
}

const checked = (script: string, ...args: string[]): Stage => {
  return async () => {
    const { code } = await runNode([script, ...args]);
    return code === 0 ? undefined : `exit code ${code}`;
  };
};

/** Runs mocha; failing tests are in the counts, anything else that goes wrong is the result. */
function mocha(env: NodeJS.ProcessEnv, ...args: string[]): Stage {
  return async () => {
    if (interrupted) return undefined;
    const before = (await readCounts()).length;
    const script = packageProgram("mocha", "bin/mocha.js");
    const { code } = await runNode([script, "--reporter", reporter, ...args], {
      env: { ...env, MIRAGEOS_COUNTS: countsFile },
    });
    return (await readCounts()).length > before ? undefined : `mocha ended early with exit code ${code}`;
  };
}

async function unit(): Promise<void> {
  await stage("unit", mocha({ ...withStandIns(process.env), MIRAGEOS_DOTS: "1" }));
}

/** Mocha on the files of one folder, which may take their time. */
const slow = (env: NodeJS.ProcessEnv, spec: string): Stage =>
  mocha(env, "--no-config", "--timeout", "120000", spec);

async function integration(code: TestableCode): Promise<void> {
  await stage("integration", async () => {
    await buildAll({ dev: false, tests: true });
    const samples = await temporarySamples();
    const before = (await readCounts()).length;
    // runTests ends its VS Code on SIGINT only.
    const endTests = (): void => void process.emit("SIGINT");
    process.once("SIGTERM", endTests);
    try {
      await runTests({
        vscodeExecutablePath: code.executable,
        extensionDevelopmentPath: root,
        extensionTestsPath: join(root, "out", "test", "index.js"),
        launchArgs: [samples.path, "--disable-extensions"],
        extensionTestsEnv: {
          ...withStandIns(process.env),
          MIRAGEOS_COUNTS: countsFile,
          MIRAGEOS_SAMPLES: samples.path,
        },
      });
    } catch (error) {
      if (!(error instanceof TestRunFailedError)) throw error;
      if ((await readCounts()).length === before) return `${error.message}, before the tests ended`;
    } finally {
      process.removeListener("SIGTERM", endTests);
      await samples.remove();
    }
    return (await readCounts()).length > before ? undefined : "no test ran";
  });
}

async function endToEnd(): Promise<void> {
  await stage("e2e", async () => {
    const { packageExtension, vsixPath } = await import("./package.ts");
    await packageExtension();
    const env = { ...withStandIns(process.env), MIRAGEOS_VSIX: vsixPath };
    return slow(env, "test/e2e/**/*.test.ts")();
  });
}

async function readCounts(): Promise<Counts[]> {
  if (!existsSync(countsFile)) return [];
  const lines = (await readFile(countsFile, "utf8")).trim().split("\n");
  return lines.map((line): Counts => JSON.parse(line));
}

async function summarise(): Promise<number> {
  if (interrupted) problems.push("interrupted");
  const all = await readCounts();
  const sum = (part: (counts: Counts) => number): number =>
    all.reduce((total, counts) => total + part(counts), 0);
  const skipped = all.flatMap((counts) => counts.skipped);
  const failures = all.flatMap((counts) => counts.failures);
  const passed = sum((counts) => counts.passed);
  const failed = failures.length + problems.length;
  console.log();
  for (const title of skipped) console.log(`skipped: ${title}`);
  for (const title of [...failures, ...problems]) console.log(`failed: ${title}`);
  if (passed + failed === 0) {
    console.log("No test ran.");
    return 1;
  }
  console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(tiers as readonly string[]).includes(name));
if (unknown.length > 0) {
  console.error(`There is no tier ${unknown.join(", ")}; there are ${tiers.join(", ")}.`);
  process.exit(1);
}
const wanted = (tier: Tier): boolean => asked.length === 0 || asked.includes(tier);

const workbenchHere = process.platform === "linux";

/** Gets the VS Code of the tiers that are wanted; that of integration is the result. */
async function windows(): Promise<TestableCode | undefined> {
  const code = wanted("integration") ? await obtainCode() : undefined;
  if (wanted("e2e") && workbenchHere) await installWorkbench();
  return code;
}

try {
  await stage("set-up", async () => {
    await ensureSystem();
    return undefined;
  });
  if (problems.length === 0) {
    if (asked.length === 0) {
      await stage("format", checked(packageProgram("oxfmt", "bin/oxfmt"), "--check", "."));
      await stage("types", checked(packageProgram("typescript", "bin/tsc"), "-p", "."));
      await stage("types of webviews", checked(packageProgram("typescript", "bin/tsc"), "-p", "webviews"));
      await stage("lint", checked(packageProgram("oxlint", "bin/oxlint"), "--type-aware", "--deny-warnings"));
    }
    if (wanted("unit")) await unit();
    // Where it is to be downloaded and compiled, that takes minutes; tiers without a window run meanwhile.
    const coming = windows();
    coming.catch(() => undefined);
    if (wanted("toolchain"))
      await stage("toolchain", slow(process.env, "test-workspace/toolchain/*.test.ts"));
    if (wanted("webviews") && workbenchHere)
      await stage("webviews", slow(process.env, "test/webviews/**/*.test.ts"));
    let code: TestableCode | undefined;
    const isThere = await stage("VS Code", async () => {
      code = await coming;
      return undefined;
    });
    if (code !== undefined) await integration(code);
    if (isThere && wanted("e2e") && workbenchHere) await endToEnd();
    else if (wanted("e2e") && !workbenchHere)
      console.log("\n── e2e: not run; the npm workbench that it drives runs on Linux only.");
  }
  process.exitCode = await summarise();
} finally {
  await rm(scratch, { recursive: true, force: true });
}
