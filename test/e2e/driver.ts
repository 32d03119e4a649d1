/** Actions of a user in the workbench, by keyboard and mouse, and the content that the user sees there. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { root } from "../../scripts/programs.ts";
import { visible } from "../harness/browser.ts";
import { poll } from "./poll.ts";
import { choose, quickInput, quickPickRow, runCommand, shortly } from "./quickInput.ts";

export {
  choose,
  offersCommand,
  openFile,
  openPalette,
  quickPickRow,
  runCommand,
  waitForCommand,
} from "./quickInput.ts";

export interface NewUnikernelAnswers {
  /** The title of the template. */
  readonly template: string;
  /** The name to enter; by default, the suggested name. */
  readonly name?: string;
  /**
   * The row of a folder, or the absolute path of the parent of the open folder, selected with Another Folder.
   */
  readonly folder: RegExp | string;
  readonly target: string;
}

/** Answers the prompts of New Unikernel, which is open, up to the list of files that Create would write. */
export async function answerNewUnikernel(page: Page, answers: NewUnikernelAnswers): Promise<void> {
  const { template, name, folder, target } = answers;
  const input = quickInput(page).locator("input").first();
  await choose(page, template);
  await quickInput(page).getByText("(2/5)").waitFor({ timeout: shortly });
  if (name !== undefined) await input.fill(name);
  await input.press("Enter");
  if (typeof folder === "string") {
    await choose(page, / Another Folder…$/);
    // The dialog starts in the open folder. It updates the path after the list; an earlier click would apply
    // to the previous folder.
    const waitForPath = (path: RegExp) =>
      poll(
        () => input.inputValue(),
        (value) => path.test(value),
        (value) => `The folder dialog shows ${value} instead of ${path}.`,
      );
    await waitForPath(/^\/.*\/$/);
    await quickPickRow(page, "..").click({ timeout: shortly });
    await waitForPath(new RegExp(`^${folder}/$`));
    // The dialog ignores its button while it reads the folder.
    const button = quickInput(page).getByRole("button", { name: "Create Here" });
    const next = quickInput(page).getByText("(4/5)");
    for (const until = performance.now() + shortly; performance.now() < until;) {
      await button.click({ timeout: 2000 }).catch(() => undefined);
      const advanced = await next.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
      if (advanced) break;
    }
  } else await choose(page, folder);
  await quickInput(page).getByText("(4/5)").waitFor({ timeout: shortly });
  await choose(page, target);
  await quickPickRow(page, / Create$/).waitFor({ timeout: shortly });
}

/** Waits until a visible element of the window has this text. */
export async function waitForText(page: Page, text: string | RegExp, timeoutMs = shortly): Promise<Locator> {
  const found = page.getByText(text).filter({ visible: true }).first();
  await found.waitFor({ timeout: timeoutMs });
  return found;
}

/** Waits until a status bar item matches. */
export async function waitForStatus(page: Page, text: string | RegExp, timeoutMs = shortly): Promise<void> {
  const items = page.locator(".part.statusbar .statusbar-item");
  await items.filter({ hasText: text }).first().waitFor({ timeout: timeoutMs });
}

/** Waits until the status bar shows this unikernel as the selected one and, if it is given, this target. */
export async function waitForSelected(
  page: Page,
  name: string | RegExp,
  target?: string,
  timeoutMs = shortly,
): Promise<void> {
  const item = (id: string) => page.locator(`.part.statusbar .statusbar-item[id$=".mirageos.${id}"]`);
  await item("unikernel").filter({ hasText: name }).waitFor({ timeout: timeoutMs });
  if (target !== undefined) await item("target").filter({ hasText: target }).waitFor({ timeout: timeoutMs });
}

/** Returns the text of each visible notification. */
export async function notifications(page: Page): Promise<string[]> {
  const messages = page.locator(".notification-list-item-message");
  return (await messages.allInnerTexts()).map(oneLine);
}

/** Returns the first dialog or notification that shows an error. */
function errorIn(page: Page): Locator {
  const toast = page.locator(".notification-list-item").filter({ has: page.locator(".codicon-error") });
  const dialog = page.locator(".monaco-dialog-box").filter({ has: page.locator(".codicon-error") });
  return toast.or(dialog).first();
}

/** Waits until a dialog or a notification shows an error, and returns its text. */
export async function waitForError(page: Page, timeoutMs: number): Promise<string> {
  const shown = errorIn(page);
  await shown.waitFor({ timeout: timeoutMs });
  return oneLine(await shown.innerText());
}

/** Returns the text of an error that a dialog or a notification shows now, if any. */
export async function findError(page: Page): Promise<string | undefined> {
  const shown = errorIn(page);
  return (await shown.isVisible()) ? oneLine(await shown.innerText()) : undefined;
}

/** Waits until a tree shows an item with this accessible name. */
export async function waitForTreeItem(page: Page, name: string | RegExp, timeoutMs = shortly): Promise<void> {
  await page.getByRole("treeitem", { name }).first().waitFor({ timeout: timeoutMs });
}

/** Shows the side bar with the view of unikernels. */
export async function showUnikernels(page: Page): Promise<void> {
  const tab = page.getByRole("tab", { name: "MirageOS" }).first();
  // A click on the selected tab would hide the side bar.
  if ((await tab.getAttribute("aria-selected", { timeout: shortly })) !== "true") await tab.click();
}

/** Closes all editors with the keyboard. None of them may have unsaved changes. */
export async function closeEditors(page: Page): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.press("ControlOrMeta+w");
  await page.locator(".tabs-container .tab").first().waitFor({ state: "detached", timeout: shortly });
}

/** Clicks a button of a notification or of a dialog. */
export async function clickButton(page: Page, title: string, timeoutMs = shortly): Promise<void> {
  const places = page.locator(".notifications-toasts, .notifications-center, .monaco-dialog-box");
  await places.getByRole("button", { name: title }).first().click({ timeout: timeoutMs });
}

/** Replaces every occurrence of a string in the focused editor. */
export async function replaceAll(page: Page, text: string, replacement: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+h");
  await page.keyboard.type(text);
  await page.keyboard.press("Tab");
  await page.keyboard.type(replacement);
  await page.keyboard.press("ControlOrMeta+Alt+Enter");
  await page.keyboard.press("Escape");
}

/**
 * Returns the lines of the visible terminal, including its scrollback, without empty lines at the end. Joins
 * wrapped lines. Returns no lines if no terminal is open.
 */
export async function readTerminal(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Line {
      readonly isWrapped: boolean;
      translateToString(trimRight: boolean): string;
    }
    interface Terminal {
      readonly buffer: {
        readonly active: { readonly length: number; getLine(row: number): Line | undefined };
      };
    }
    interface Wrapper {
      readonly offsetParent: unknown;
      readonly xterm?: Terminal;
    }
    // This function runs in the page; the rest of the project is checked without the types of a browser.
    const { document } = globalThis as unknown as {
      document: { querySelectorAll(selector: string): Iterable<Wrapper> };
    };
    const wrappers = [...document.querySelectorAll(".terminal-wrapper")];
    const terminal = wrappers.find((element) => element.offsetParent !== null && element.xterm)?.xterm;
    const lines: string[] = [];
    if (terminal === undefined) return lines;
    for (let row = 0; row < terminal.buffer.active.length; row++) {
      const line = terminal.buffer.active.getLine(row);
      const text = line?.translateToString(true) ?? "";
      if (line?.isWrapped) lines.push((lines.pop() ?? "") + text);
      else lines.push(text);
    }
    while (lines.at(-1) === "") lines.pop();
    return lines;
  });
}

/** Waits until a line of the visible terminal matches, and returns all its lines. */
export async function waitForTerminal(page: Page, pattern: RegExp, timeoutMs: number): Promise<string[]> {
  return poll(
    () => readTerminal(page),
    (lines) => lines.some((line) => pattern.test(line)),
    (lines) => `No line of the terminal matched ${pattern}. Its lines:\n${lines.join("\n")}`,
    timeoutMs,
  );
}

/** Trusts the open folder. */
export async function trustWorkspace(page: Page): Promise<void> {
  await runCommand(page, "Workspaces: Manage Workspace Trust");
  const editor = page.locator(".workspace-trust-editor");
  await editor.getByRole("button", { name: "Trust", exact: true }).click();
  await editor.getByText("You trust this folder").waitFor();
  await page.locator(".monaco-modal-editor-block .codicon-close").first().click();
  await editor.waitFor({ state: "hidden" });
}

/** Saves a screenshot of the window as out/screenshots/NAME.png and returns its path. */
export async function picture(page: Page, name: string): Promise<string> {
  const path = join(root, "out", "screenshots", `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path, style: visible });
  return path;
}

/** Saves a screenshot if MIRAGEOS_PICTURES is set. Screenshots take CPU time. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env["MIRAGEOS_PICTURES"] !== undefined) await picture(page, name);
}

function oneLine(text: string): string {
  // Icons are characters in a private use area.
  return text
    .replace(/[\u{e000}-\u{f8ff}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}
