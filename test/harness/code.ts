/**
 * Replaces desktop `code` on machines without it. Accepts the arguments that `runTests` of
 * @vscode/test-electron passes, runs the tests in the npm workbench, prints the output of the test host, and
 * exits with the exit code of the tests.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { format, parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { testsBegin } from "./begin.ts";
import { openPage, showWorkbench, visible } from "./browser.ts";
import { temporaryFolder } from "./temporaryFolder.ts";
import { startWorkbench, undrawnSettings } from "./workbench.ts";

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

const absolutePath = (value: unknown): string | undefined =>
  typeof value === "string" ? resolve(value) : undefined;

/** Minutes without output after which the tests count as hung. This is longer than the limit of a test. */
const silentMinutes = 15;

const cleanups: (() => Promise<void>)[] = [];
let ending: Promise<void> | undefined;
const earlierLog: string[] = [];
/**
 * Messages of the workbench itself: stack traces of requests that its end cut off, and the missing gallery
 * and accounts.
 */
const workbenchMessages =
  /\/browser\/workbench\/workbench\.js:|additional builtin extensions|^No search provider registered|^\[DefaultAccount\]/;
let testsBegan = false;

/** Resolves when the tests count as hung. */
const { promise: hung, resolve: resolveAsHung } = Promise.withResolvers<undefined>();
const silenceTimer = setTimeout(() => resolveAsHung(undefined), silentMinutes * 60_000);

/** Runs the cleanups once, newest first, and ends this process. */
function end(code: number): Promise<void> {
  ending ??= (async () => {
    for (const cleanup of cleanups.toReversed())
      await cleanup().catch((error: unknown) => console.error(error));
    if (process.env["MIRAGEOS_RIG_VERBOSE"] !== undefined) console.error(earlierLog.join("\n"));
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
  const tests = absolutePath(values.extensionTestsPath);
  const developed = (values.extensionDevelopmentPath ?? [])
    .map((path) => absolutePath(path))
    .filter((path) => path !== undefined);
  if (tests === undefined || developed.length === 0) {
    throw new Error("The arguments --extensionDevelopmentPath and --extensionTestsPath are required.");
  }
  const data = await temporaryFolder("mirageos-code-");
  cleanups.push(data.remove);
  const userData = join(data.path, "server");
  const folder = absolutePath(positionals[0]);
  const workbench = await startWorkbench({
    ...(folder !== undefined && { folder }),
    userData,
    extensionsDir: absolutePath(values["extensions-dir"]) ?? join(data.path, "extensions"),
    env: { ...process.env, MIRAGEOS_LOGS: join(userData, "data", "logs") },
    gallery: false,
    builtins: false,
    trust: values["disable-workspace-trust"] === true,
    settings: undrawnSettings,
    // The workbench reads the payload of the address only with this option. Windows for users must not have
    // it, because it hides notifications.
    args: ["--enable-smoke-test-driver"],
  });
  cleanups.push(workbench.stop);
  const { page, close } = await openPage({ isDrawn: false });
  cleanups.push(close);
  const exit = new Promise<number>((resolveExit) => {
    void page.exposeFunction("codeAutomationExit", async (code: number, logs: LogFile[]) => {
      if (code !== 0) await saveLogs(logs);
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
  const code = await Promise.race([exit, workbench.ended, hung]);
  // After a signal, the tests were cut off and their exit code has no meaning.
  if (ending !== undefined) return 130;
  if (!testsBegan)
    console.error(`The tests did not start. The log of the workbench:\n${earlierLog.join("\n")}`);
  if (typeof code === "number") return code;
  throw new Error(
    code === undefined
      ? `The tests printed nothing for ${silentMinutes} minutes.`
      : `The VS Code server ended during the tests:\n${code}`,
  );
}

async function showOrExplain(page: Page, url: string): Promise<void> {
  try {
    await showWorkbench(page, url);
  } catch (error) {
    const picture = join(root, "out", "workbench-did-not-start.png");
    await mkdir(dirname(picture), { recursive: true });
    await page.screenshot({ path: picture, style: visible }).catch(() => undefined);
    throw new Error(`The workbench did not start; see ${picture}.\n${String(error)}`, {
      cause: error,
    });
  }
}

/**
 * Prints the output of the test host. Stores earlier output of the workbench, which is printed if the tests
 * never start.
 */
function printLog(level: string, args: unknown): void {
  const line = Array.isArray(args) ? format(...(args as unknown[])) : String(args);
  silenceTimer.refresh();
  if (line === testsBegin) testsBegan = true;
  else if (testsBegan && !workbenchMessages.test(line)) console.log(line);
  else earlierLog.push(`${level}: ${line}`);
}

async function saveLogs(logs: readonly LogFile[]): Promise<void> {
  const folder = join(root, "out", "test-logs");
  for (const log of logs) {
    const path = join(folder, log.relativePath);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, log.contents);
  }
}
