/**
 * Measures `activate()` in a real VS Code, compared with that of the built-in git extension.
 *
 * VS Code measures the call of each extension's `activate` and shows it in the table "Extension Activation
 * Stats" of `Developer: Startup Performance`, in whole milliseconds. The bench reads the figures of both
 * extensions from the same window, in several windows one after another. "Load Code" is the time to read and
 * evaluate the extension's modules before the call. The extension is the packaged one, and the workspace
 * contains the sample unikernels.
 */
import type { Page } from "playwright-core";
import type { Row } from "../../scripts/bench.ts";
import { runCommand, waitForSelected } from "../e2e/driver.ts";
import { poll } from "../e2e/poll.ts";
import { temporarySamples } from "../harness/samples.ts";
import { rounds } from "./figures.ts";
import { withInstalled } from "./window.ts";

export const name = "activation";

const windows = 7;
const own = "mirageos.mirageos";
const git = "vscode.git";

interface Times {
  readonly load: number;
  readonly call: number;
}

/** Opens several windows and reads the times that VS Code measured in each. */
export async function run(): Promise<readonly Row[]> {
  const samples = await temporarySamples();
  try {
    return await withInstalled(samples.path, async ({ inWindow }) => {
      // The first window of a new VS Code also fills caches on disk and in V8.
      await inWindow(readTimes);
      const measured: Map<string, Times>[] = [];
      while (measured.length < windows) measured.push(await inWindow(readTimes));
      const of = (id: string, part: keyof Times) => rounds(measured.map((times) => timesOf(times, id)[part]));
      return [
        {
          what: `activate(), ${windows} windows`,
          ...of(own, "call"),
          unit: "ms",
          against: { what: "git", ...of(git, "call") },
          target: 20,
        },
        {
          what: "loading its code",
          ...of(own, "load"),
          unit: "ms",
          against: { what: "git", ...of(git, "load") },
        },
      ];
    });
  } finally {
    await samples.remove();
  }
}

async function readTimes(page: Page): Promise<Map<string, Times>> {
  // The status bar items appear when the extension is activated.
  await waitForSelected(page, /./, undefined, 60_000);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await runCommand(page, "Developer: Startup Performance");
  const text = page.locator(".editor-instance .view-lines").filter({ hasText: "System Info" });
  await text.waitFor();
  await text.click();
  // VS Code writes the report again when another extension is activated, which removes the selection, so the copy may
  // be empty or a single line.
  return poll(
    async () => {
      await page.evaluate(clearClipboard);
      // The editor renders only visible lines, but the clipboard gets all of them.
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.press("ControlOrMeta+C");
      return parseTimes(await page.evaluate(readClipboard));
    },
    (times) => times.has(own) && times.has(git),
    (times) => `VS Code reported only the activation of ${[...times.keys()].join(", ") || "no extension"}.`,
  );
}

interface PageScope {
  readonly navigator: {
    readonly clipboard: { readText(): Promise<string>; writeText(text: string): Promise<void> };
  };
}

// These run in the page. The project is checked without the types of a browser.
const readClipboard = (): Promise<string> =>
  (globalThis as unknown as PageScope).navigator.clipboard.readText();
const clearClipboard = (): Promise<void> =>
  (globalThis as unknown as PageScope).navigator.clipboard.writeText("");

/** Parses rows such as `| vscode.git | true | 69 | 10 | 41 | * | vscode.git |`: id, eager, load, call, … */
function parseTimes(report: string): Map<string, Times> {
  const rows = report.matchAll(/^\| ([\w-]+\.[\w-]+) +\| (?:true|false) *\| (\d+) *\| (\d+) *\|/gm);
  return new Map(
    [...rows].map(([, id = "", load, call]) => [id, { load: Number(load), call: Number(call) }]),
  );
}

function timesOf(times: Map<string, Times>, id: string): Times {
  const found = times.get(id);
  if (found === undefined) throw new Error(`VS Code did not report the activation of ${id}.`);
  return found;
}
