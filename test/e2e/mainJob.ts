/**
 * The main job of a new user: selects `hello` and a target, configures, builds and runs it, and checks its
 * log lines. Uses keyboard and mouse in a window with the packaged extension.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { root, secondsSince } from "../../scripts/programs.ts";
import {
  choose,
  clickButton,
  findError,
  picture,
  readTerminal,
  runCommand,
  showUnikernels,
  waitForSelected,
  waitForTerminal,
  waitForText,
  waitForTreeItem,
} from "./driver.ts";
import { openSession, type Session } from "./session.ts";
import { buildMs } from "../harness/limits.ts";

export interface MainJobOptions {
  /** A copy of the sample projects. */
  readonly folder: string;
  /** The environment of VS Code, which determines the mirage that is used. */
  readonly env: NodeJS.ProcessEnv;
  /** False if the switch already has the libraries, so that nothing is fetched. */
  readonly fetch: boolean;
  /** True to load all extensions of VS Code, as users have them. */
  readonly own?: boolean;
}

const greeting = /\[INFO\]\s+\[application\]\s+hello$/;

interface Step {
  readonly name: string;
  /** Runs the step, and returns the evidence that it succeeded. */
  readonly run: (page: Page) => Promise<string>;
}

/**
 * Opens a window, runs all steps and prints their results. Returns true if all passed. Saves screenshots in
 * out/screenshots.
 */
export async function runMainJob(options: MainJobOptions): Promise<boolean> {
  const started = performance.now();
  const session = await openSession({ folder: options.folder, env: options.env, own: options.own ?? false });
  try {
    const passed = await runMainJobSteps(session, { fetch: options.fetch, save: picture });
    console.log(`${passed ? "The main job works" : "The main job FAILED"}; ${secondsSince(started)}.`);
    return passed;
  } finally {
    await session.close();
  }
}

/**
 * Runs all steps in a window with the sample projects and prints their results. Returns true if all passed.
 * `save` is called with the name of a screenshot after each step, and returns its path if it saved one.
 */
export async function runMainJobSteps(
  session: Session,
  { fetch, save }: { fetch: boolean; save: (page: Page, name: string) => Promise<string | undefined> },
): Promise<boolean> {
  const steps = stepsFor(join(session.folder, "hello"), fetch);
  for (const [index, step] of steps.entries()) {
    const started = performance.now();
    const name = `check-${index + 1}-${step.name.replaceAll(" ", "-")}`;
    const watch = new AbortController();
    try {
      const evidence = await Promise.race([
        step.run(session.page),
        rejectOnError(session.page, watch.signal),
      ]);
      const path = await save(session.page, name);
      const details = [secondsSince(started), ...(path === undefined ? [] : [relative(root, path)])];
      console.log(`ok    ${step.name}: ${evidence} (${details.join("; ")})`);
    } catch (error) {
      const path = await picture(session.page, `${name}-failed`);
      console.log(`FAILED ${step.name} (${relative(root, path)})`);
      console.log(error instanceof Error ? error.message : error);
      const lines = await readTerminal(session.page);
      if (lines.length > 0) console.log(`Output of the terminal:\n${lines.join("\n")}`);
      return false;
    } finally {
      watch.abort();
    }
  }
  return true;
}

/** Rejects with the text of an error as soon as the window shows one. Resolves only after `signal`. */
async function rejectOnError(page: Page, signal: AbortSignal): Promise<never> {
  // A wait of Playwright would go on after the step, and use CPU time.
  while (!signal.aborted) {
    const error = await findError(page);
    if (error !== undefined) throw new Error(`VS Code shows an error: ${error}`);
    await sleep(200, undefined, { signal }).catch(() => undefined);
  }
  return new Promise<never>(() => undefined);
}

function stepsFor(hello: string, fetch: boolean): readonly Step[] {
  const checkWritten = (path: string): string => {
    if (!existsSync(join(hello, path))) throw new Error(`hello/${path} was not written.`);
    return `hello/${path} exists`;
  };
  return [
    {
      name: "open the samples",
      run: async (page) => {
        await showUnikernels(page);
        await waitForText(page, "hello-key");
        return "the view lists the unikernels";
      },
    },
    {
      name: "select hello",
      run: async (page) => {
        await runCommand(page, "MirageOS: Select Unikernel…");
        await choose(page, "hello", join("hello", "config.ml"));
        await waitForSelected(page, "hello");
        return "the status bar shows it";
      },
    },
    {
      name: "select the target",
      run: async (page) => {
        await runCommand(page, "MirageOS: Select Target…");
        await choose(page, "unix");
        await waitForSelected(page, "hello", "unix");
        return "the status bar shows hello and unix";
      },
    },
    {
      name: "configure",
      run: async (page) => {
        await runCommand(page, "MirageOS: Configure");
        await waitForTreeItem(page, "hello, unix, configured", buildMs);
        return checkWritten("Makefile");
      },
    },
    {
      name: "build",
      run: async (page) => {
        await runCommand(page, "MirageOS: Build");
        await clickButton(page, fetch ? "Fetch Dependencies" : "Build Without Fetching");
        await waitForTreeItem(page, "hello, unix, built", buildMs);
        return checkWritten(join("dist", "hello"));
      },
    },
    {
      name: "run",
      run: async (page) => {
        await runCommand(page, "MirageOS: Run");
        // The log panel comes to the front as the unikernel boots.
        const panel = page.frameLocator("iframe.webview").frameLocator("#active-frame");
        await panel.locator(".row").filter({ hasText: "hello" }).nth(3).waitFor({ timeout: buildMs });
        await runCommand(page, "Terminal: Focus Terminal");
        const lines = await waitForTerminal(page, /^■ /, buildMs);
        const greetings = lines.filter((line) => greeting.test(line));
        if (greetings.length !== 4) throw new Error(`hello logged ${greetings.length} greetings, not 4.`);
        return `the log panel and the terminal show four log lines, the last: ${greetings.at(-1)}`;
      },
    },
  ];
}
