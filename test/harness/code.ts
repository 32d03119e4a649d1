/**
 * Desktop `code` for machines without it: takes the arguments that runTests of
 * @vscode/test-electron gives, runs the tests in the npm workbench, prints what the test host
 * prints, and exits with the tests' code.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { format, parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { testsBegin } from "./begin.ts";
import { openPage, showWorkbench, startWorkbench, temporaryFolder } from "./workbench.ts";

interface LogFile {
  readonly relativePath: string;
  readonly contents: string;
}

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: "string", multiple: true },
    extensionTestsPath: { type: "string" },
    "user-data-dir": { type: "string" },
    "extensions-dir": { type: "string" },
    "disable-workspace-trust": { type: "boolean" },
    "disable-extensions": { type: "boolean" },
  },
});

const text = (value: unknown): string | undefined => (typeof value === "string" ? resolve(value) : undefined);

/** Minutes without a word of the tests after which they are taken for hung: longer than a test may take. */
const silentMinutes = 15;

const undo: (() => Promise<void>)[] = [];
let ending: Promise<void> | undefined;
const before: string[] = [];
/** The workbench's own words: stacks of requests cut off by its end, and the gallery and accounts it does without. */
const ofWorkbench =
  /\/browser\/workbench\/workbench\.js:|additional builtin extensions|^No search provider registered|^\[DefaultAccount\]/;
let testsBegan = false;

/** Resolves when the tests are taken for hung. */
const { promise: silent, resolve: takeForHung } = Promise.withResolvers<undefined>();
const silence = setTimeout(() => takeForHung(undefined), silentMinutes * 60_000);

/** Undoes what was set up, newest first, once, and ends this process. */
function end(code: number): Promise<void> {
  ending ??= (async () => {
    for (const step of undo.toReversed()) await step().catch((error: unknown) => console.error(error));
    if (process.env["MIRAGEOS_RIG_VERBOSE"] !== undefined) console.error(before.join("\n"));
    process.exit(code);
  })();
  return ending;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(130));

try {
  await end(await runTestHost());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(1);
}

async function runTestHost(): Promise<number> {
  const tests = text(values.extensionTestsPath);
  const developed = (values.extensionDevelopmentPath ?? [])
    .map((path) => text(path))
    .filter((path) => path !== undefined);
  if (tests === undefined || developed.length === 0) {
    throw new Error("Give --extensionDevelopmentPath and --extensionTestsPath.");
  }
  const data = await temporaryFolder("mirageos-code-");
  undo.push(data.remove);
  const folder = text(positionals[0]);
  const workbench = await startWorkbench({
    ...(folder !== undefined && { folder }),
    userData: join(data.path, "server"),
    extensionsDir: text(values["extensions-dir"]) ?? join(data.path, "extensions"),
    env: process.env,
    gallery: false,
    builtins: false,
    trust: values["disable-workspace-trust"] === true,
    // Makes the payload of the address count. Windows for people must not have it: it hides notifications.
    args: ["--enable-smoke-test-driver"],
  });
  undo.push(workbench.stop);
  const { page, close } = await openPage();
  undo.push(close);
  const exit = new Promise<number>((resolveExit) => {
    void page.exposeFunction("codeAutomationExit", async (code: number, logs: LogFile[]) => {
      if (code !== 0) await keepLogs(logs);
      resolveExit(code);
    });
  });
  await page.exposeFunction("codeAutomationLog", printLog);
  page.on("crash", () => console.error("The page of the workbench crashed."));
  const payload = [
    ...developed.map((path) => ["extensionDevelopmentPath", workbench.uri(path)] as const),
    ["extensionTestsPath", workbench.uri(tests)] as const,
  ];
  await showOrExplain(page, workbench.url(payload));
  const code = await Promise.race([exit, workbench.ended, silent]);
  // Its exit code does not matter any more, and the tests were cut off, when a signal ends the run.
  if (ending !== undefined) return 130;
  if (!testsBegan) console.error(`The tests did not begin. The log of the workbench:\n${before.join("\n")}`);
  if (typeof code === "number") return code;
  throw new Error(
    code === undefined
      ? `The tests said nothing for ${silentMinutes} minutes.`
      : `The VS Code server ended during the tests:\n${code}`,
  );
}

async function showOrExplain(page: Page, url: string): Promise<void> {
  try {
    await showWorkbench(page, url);
  } catch (error) {
    const picture = join(root, "out", "workbench-did-not-start.png");
    await mkdir(dirname(picture), { recursive: true });
    await page.screenshot({ path: picture }).catch(() => undefined);
    throw new Error(`The workbench did not come up; see ${picture}.\n${String(error)}`, {
      cause: error,
    });
  }
}

/** Prints what the test host prints; what the workbench logs before is kept for when it never starts. */
function printLog(level: string, args: unknown): void {
  const line = Array.isArray(args) ? format(...(args as unknown[])) : String(args);
  silence.refresh();
  if (line === testsBegin) testsBegan = true;
  else if (testsBegan && !ofWorkbench.test(line)) console.log(line);
  else before.push(`${level}: ${line}`);
}

async function keepLogs(logs: readonly LogFile[]): Promise<void> {
  const folder = join(root, "out", "test-logs");
  for (const log of logs) {
    const path = join(folder, log.relativePath);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, log.contents);
  }
}
