/**
 * `npm test`: installs what is missing, checks formatting, types and lint, and runs the tiers of tests, in
 * parallel lanes (see lanes.ts). `npm test -- TIER…` runs only some tiers: `unit`, `programs` (tests that run
 * real programs such as gdb), `toolchain` (the stand-in tools themselves), `webviews`, `integration`, `e2e`. `npm test -- quick` runs the checks and the unit
 * tests. `npm test -- FILE…` runs only some files of the tiers `unit`, `toolchain`, `webviews` and `e2e`. The
 * last line is `N passed, N failed`, with `, N skipped` if tests were skipped.
 */
import { existsSync, readFileSync } from "node:fs";
import { glob, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { countsOf, earlyEnd, type Counts } from "../test/harness/counts.ts";
import { withStandIns } from "../test/harness/samples.ts";
import { runLanes, type Lane, type Stage } from "./lanes.ts";
import { vsixPath } from "./package.ts";
import { clock, packageProgram, root, runNode } from "./programs.ts";
import { ensureSystem } from "./system.ts";
import { installWorkbench, obtainCode, type TestableCode } from "./vscode.ts";

/** The files of each tier. */
const tiers = {
  unit: "{extension,language-bridge,webviews,scripts,test/fuzz,test/harness}/**/*.test.ts",
  programs: "extension/**/*.program.test.ts",
  toolchain: "test-workspace/toolchain/*.test.ts",
  webviews: "test/webviews/**/*.test.ts",
  integration: "test/integration/**/*.test.ts",
  e2e: "test/e2e/**/*.test.ts",
} as const;
type Tier = keyof typeof tiers;

const workbenchHere = process.platform === "linux";
const scratch = await mkdtemp(join(tmpdir(), "mirageos-test-"));
const extensions = join(scratch, "extensions");
const reporter = join(root, "test", "harness", "reporter.ts");
// VS Code's servers and extension hosts, which each window starts again, compile their code only once.
process.env["NODE_COMPILE_CACHE"] ??= join(scratch, "compiled");
const countsFiles: string[] = [];
const started = performance.now();

let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => (interrupted = true));
}

function readCounts(file: string): Counts {
  return countsOf(existsSync(file) ? readFileSync(file, "utf8") : "");
}

const totals = ({ passed, failures, skipped }: Pick<Counts, "passed" | "failures" | "skipped">): string =>
  `${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`;

/** Creates a stage from a program that succeeds or fails as a whole. */
function check(name: string, script: string, ...args: readonly string[]): Stage {
  return {
    name,
    run: async (onOutput) => {
      const { code } = await runNode([script, ...args], { onOutput });
      return code === 0 ? {} : { problem: `exit code ${code}` };
    },
  };
}

/**
 * Creates a stage from a program that runs tests and writes a counts file. The counts include failed tests,
 * so only an early end is a problem. `mayBeEmpty` allows a stage without tests, because another stage may
 * have run all of them.
 */
function tests(
  name: string,
  args: () => readonly string[],
  more: { needs?: readonly string[]; env?: () => NodeJS.ProcessEnv; mayBeEmpty?: boolean } = {},
): Stage {
  const file = join(scratch, `counts-${name.replaceAll(" ", "-")}`);
  countsFiles.push(file);
  return {
    name,
    needs: more.needs ?? [],
    progress: () => totals(readCounts(file)),
    run: async (onOutput) => {
      const env = { ...(more.env?.() ?? process.env), MIRAGEOS_COUNTS: file };
      const { code } = await runNode(args(), { env, onOutput });
      const counts = readCounts(file);
      const problem = more.mayBeEmpty === true && code === 0 ? undefined : earlyEnd(counts);
      if (problem !== undefined) return { problem: `${problem} (exit code ${code}); ${totals(counts)}` };
      if (code !== 0 && counts.failures.length === 0) return { problem: `exit code ${code}` };
      return { summary: totals(counts) };
    },
  };
}

const mocha = (...args: readonly string[]): readonly string[] => [
  packageProgram("mocha", "bin/mocha.js"),
  "--reporter",
  reporter,
  ...args,
];

/** Returns the size of a test file in bytes, with the files in a folder of its name, whose tests it runs. */
async function sizeOf(file: string): Promise<number> {
  const folder = file.replace(/\.test\.ts$/, "");
  let { size } = await stat(file);
  for await (const part of glob("**/*.ts", { cwd: folder })) size += (await stat(join(folder, part))).size;
  return size;
}

/** Returns the files of a tier, the largest first, since they take longest. */
async function filesOf(tier: Tier): Promise<readonly string[]> {
  const files: { file: string; size: number }[] = [];
  const exclude = tier === "programs" ? [] : [tiers.programs];
  for await (const path of glob(tiers[tier], { cwd: root, exclude })) {
    const file = join(root, path);
    files.push({ file, size: await sizeOf(file) });
  }
  return files.toSorted((one, other) => other.size - one.size).map(({ file }) => file);
}

interface Request {
  readonly checks: boolean;
  /** The requested files of each tier. */
  readonly files: ReadonlyMap<Tier, readonly string[]>;
}

/**
 * Parses the arguments. Rejects with the possible values if an argument is neither a tier nor a test file.
 */
async function parseRequest(args: readonly string[]): Promise<Request> {
  const files = new Map<Tier, readonly string[]>();
  const all = Object.keys(tiers) as Tier[];
  for (const tier of all) {
    const ofTier = await filesOf(tier);
    const named = ofTier.filter((file) => args.some((arg) => resolve(arg) === file));
    if (args.length === 0 || args.includes(tier) || (tier === "unit" && args.includes("quick")))
      files.set(tier, ofTier);
    else if (named.length > 0 && tier !== "integration") files.set(tier, named);
  }
  const known = new Set<string>([...all, "quick"]);
  const unknown = args.filter(
    (arg) => !known.has(arg) && ![...files.values()].some((list) => list.includes(resolve(arg))),
  );
  if (unknown.length > 0)
    throw new Error(
      `Unknown tier ${unknown.join(", ")}. The tiers are ${[...known].join(", ")}. Test files outside of test/integration are possible too.`,
    );
  return { checks: args.length === 0 || args.includes("quick"), files };
}

const oxfmt = packageProgram("oxfmt", "bin/oxfmt");
const tsc = packageProgram("typescript", "bin/tsc");
const oxlint = packageProgram("oxlint", "bin/oxlint");

const checks: Lane = [
  check("format", oxfmt, "--check", "."),
  check("types", tsc, "-p", "."),
  check("types of webviews", tsc, "-p", "webviews"),
  check("lint", oxlint, "--type-aware", "--deny-warnings"),
];

/** Creates a stage that runs browser tests. The stages of several lanes share the files. */
function browserTests(name: string, files: readonly string[], needs: readonly string[]): Stage {
  const env = (): NodeJS.ProcessEnv => ({
    ...withStandIns(process.env),
    MIRAGEOS_VSIX: vsixPath,
    MIRAGEOS_EXTENSIONS: extensions,
  });
  const args = [join(root, "test", "shard.ts"), join(scratch, "taken"), ...files];
  return tests(name, () => args, { needs, env, mayBeEmpty: true });
}

/** Creates the lanes for a request. */
function lanesFor({ checks: withChecks, files }: Request): readonly Lane[] {
  const has = (tier: Tier): boolean => files.has(tier);
  const inBrowser = workbenchHere ? [...(files.get("e2e") ?? []), ...(files.get("webviews") ?? [])] : [];
  if (!workbenchHere && (has("e2e") || has("webviews")))
    console.log("The tiers webviews and e2e are skipped, since the npm workbench runs only on Linux.");
  const needsPackage = has("integration") || (has("e2e") && workbenchHere);
  const needs = needsPackage ? ["package"] : [];
  let code: TestableCode | undefined;
  const first: Stage[] = [];
  if (needsPackage) {
    first.push({
      name: "VS Code",
      run: async () => {
        if (has("integration")) code = await obtainCode();
        if (has("e2e")) await installWorkbench();
        return {};
      },
    });
    first.push({
      ...check(
        "package",
        join(root, "scripts", "package.ts"),
        "--tests",
        ...(workbenchHere ? ["--install", extensions] : []),
      ),
      needs: ["VS Code"],
    });
  }
  const second: Stage[] = [];
  if (has("integration"))
    for (const [index, lane] of [first, second].entries())
      lane.push(
        tests(
          `integration ${index + 1}`,
          () => [join(root, "scripts", "integration.ts"), code?.executable ?? ""],
          {
            needs,
            env: () => ({ ...process.env, MIRAGEOS_TAKEN: join(scratch, "taken-integration") }),
            mayBeEmpty: index > 0,
          },
        ),
      );
  const third: Stage[] = [...(withChecks ? checks : [])];
  for (const tier of ["unit", "programs"] as const) {
    const own = files.get(tier) ?? [];
    // Without browser tests, the other lanes do not keep both cores busy until the end.
    const jobs = inBrowser.length === 0 && own.length > 1 ? ["--parallel", "--jobs", "2"] : [];
    const stage = tests(tier, () => mocha(...jobs, ...own), {
      env: () => ({ ...withStandIns(process.env), MIRAGEOS_DOTS: "1" }),
    });
    if (has(tier)) (inBrowser.length > 0 ? third : second).push(stage);
  }
  if (has("toolchain"))
    third.push(tests("toolchain", () => mocha("--timeout", "600000", ...(files.get("toolchain") ?? []))));
  if (inBrowser.length > 0) {
    const shard = (name: string): Stage => browserTests(name, inBrowser, needs);
    second.push(shard("browser 1"));
    if (inBrowser.length > 1) third.push(shard("browser 2"));
    if (has("integration")) first.push(shard("browser 3"));
  }
  return [first, second, third].filter((lane) => lane.length > 0);
}

function summarize(problems: readonly string[]): number {
  const all = countsFiles.map(readCounts);
  const skipped = all.flatMap((counts) => counts.skipped);
  const failures = [...all.flatMap((counts) => counts.failures), ...problems];
  const passed = all.reduce((total, counts) => total + counts.passed, 0);
  console.log();
  for (const title of skipped) console.log(`skipped: ${title}`);
  for (const title of all.flatMap((counts) => counts.repeated))
    console.log(`passed at the second attempt: ${title}`);
  for (const title of failures) console.log(`failed: ${title}`);
  if (passed + failures.length === 0) {
    console.log("No test ran.");
    return 1;
  }
  console.log(`In ${clock(performance.now() - started)}:`);
  console.log(totals({ passed, failures, skipped }));
  return failures.length > 0 || passed === 0 ? 1 : 0;
}

try {
  const lanes = lanesFor(await parseRequest(process.argv.slice(2)));
  await ensureSystem();
  const problems = await runLanes(lanes, {
    print: (text) => void process.stdout.write(text),
    now: () => performance.now(),
    every: (ms, act) => {
      const timer = setInterval(act, ms);
      return () => clearInterval(timer);
    },
    interrupted: () => interrupted,
  });
  process.exitCode = summarize(interrupted ? [...problems, "interrupted"] : problems);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}
