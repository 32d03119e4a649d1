/**
 * The main job of a new user: selects `hello` and a target, configures, builds and runs it, and checks its
 * log lines. Uses keyboard and mouse in a window with the packaged extension.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { Page } from "playwright-core";
import { root, secondsSince } from "../../scripts/programs.ts";
import {
  choose,
  clickButton,
  picture,
  readTerminal,
  runCommand,
  waitForError,
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
 * Runs all steps and prints their results. Returns true if all passed. Saves screenshots in out/screenshots.
 */
export async function runMainJob(options: MainJobOptions): Promise<boolean> {
  const hello = join(options.folder, "hello");
  const started = performance.now();
  const session = await openSession({ folder: options.folder, env: options.env, own: options.own ?? false });
  try {
    const passed = await runSteps(session, stepsFor(hello, options.fetch));
    console.log(`${passed ? "The main job works" : "The main job FAILED"}; ${secondsSince(started)}.`);
    return passed;
  } finally {
    await session.close();
  }
}

async function runSteps(session: Session, steps: readonly Step[]): Promise<boolean> {
  for (const [index, step] of steps.entries()) {
    const started = performance.now();
    const name = `check-${index + 1}-${step.name.replaceAll(" ", "-")}`;
    try {
      const evidence = await Promise.race([step.run(session.page), rejectOnError(session.page)]);
      const path = await picture(session.page, name);
      console.log(`ok    ${step.name}: ${evidence} (${secondsSince(started)}; ${relative(root, path)})`);
    } catch (error) {
      const path = await picture(session.page, `${name}-failed`);
      console.log(`FAILED ${step.name} (${relative(root, path)})`);
      console.log(error instanceof Error ? error.message : error);
      const lines = await readTerminal(session.page);
      if (lines.length > 0) console.log(`Output of the terminal:\n${lines.join("\n")}`);
      return false;
    }
  }
  return true;
}

/** Never resolves; rejects with the text of an error as soon as the window shows one. */
async function rejectOnError(page: Page): Promise<never> {
  // The wait also rejects when the page closes, but then nothing uses the result.
  const message = await waitForError(page, 0).catch(() => new Promise<never>(() => undefined));
  throw new Error(`VS Code shows an error: ${message}`);
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
        await page.getByRole("tab", { name: "MirageOS" }).first().click();
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
        const lines = await waitForTerminal(page, /^■ /, buildMs);
        const greetings = lines.filter((line) => greeting.test(line));
        if (greetings.length !== 4) throw new Error(`hello logged ${greetings.length} greetings, not 4.`);
        return `the terminal shows four log lines, the last: ${greetings.at(-1)}`;
      },
    },
  ];
}
