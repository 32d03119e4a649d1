/** The palette, quick open and quick picks of the workbench, by keyboard and mouse. */
import type { Locator, Page } from "playwright-core";
import { shortMs } from "../harness/limits.ts";

/** How long the workbench may take to show something that needs no build, in milliseconds. */
export const shortly = shortMs;

/** What the palette, quick open and all quick picks are shown in. */
export const quickInput = (page: Page): Locator => page.locator(".quick-input-widget");

/** The rows of a quick pick with exactly this label and, when given, exactly this line of detail. */
export function quickPickRow(page: Page, label: string | RegExp, detail?: string): Locator {
  const name = page.locator(".label-name").getByText(label, { exact: true });
  const rows = quickInput(page).locator(".monaco-list-row").filter({ has: name });
  if (detail === undefined) return rows;
  return rows.filter({
    has: page.locator(".quick-input-list-label-meta").getByText(detail, { exact: true }),
  });
}

/** The quick input while it shows nothing. */
const closedInput = (page: Page): Locator => page.locator('.quick-input-widget[style*="display: none"]');

/** Opens the command palette, empty. */
export const openPalette = (page: Page): Promise<void> => openQuickInput(page, "F1");

async function openQuickInput(page: Page, key: string): Promise<void> {
  // One that is still closing would take the key, or be taken for the new one.
  await quickInput(page).waitFor({ state: "hidden", timeout: shortly });
  await page.keyboard.press(key);
  await quickInput(page).locator("input").first().waitFor({ state: "visible", timeout: shortly });
}

/**
 * Types `text` into the quick input that is open and takes a row. False when that was closed
 * before: VS Code gives the focus back to a page of an extension some time after it was taken from there, and
 * an input without focus closes.
 */
async function taken(page: Page, text: string, row: Locator): Promise<boolean> {
  const input = quickInput(page).locator("input").first();
  const closed = closedInput(page);
  const clicked = await clicksIn(page);
  const until = performance.now() + shortly;
  for (;;) {
    try {
      if ((await input.inputValue()) !== text) await input.fill(text, { timeout: 2000 });
      await row.or(closed).first().waitFor({ state: "attached", timeout: shortly });
      if ((await closed.count()) > 0) return false;
      await row.click({ timeout: 2000 });
      return true;
    } catch (error) {
      // On a busy machine a click can take longer than its time and have done its work.
      if (await clicked()) return true;
      if ((await closed.count()) > 0) return false;
      if (performance.now() > until) throw error;
    }
  }
}

/** Whether the mouse has been used in the quick input since, also if the window was reloaded for it. */
async function clicksIn(page: Page): Promise<() => Promise<boolean>> {
  // What takes a row when the button goes down has closed the input before it comes up.
  const seen = await page.evaluateHandle(`(() => {
    const seen = { clicked: false };
    const look = ({ target }) => {
      if (!target.closest?.(".quick-input-widget")) return;
      seen.clicked = true;
      document.removeEventListener("pointerdown", look, true);
    };
    document.addEventListener("pointerdown", look, true);
    return seen;
  })()`);
  return async () =>
    seen
      .getProperty("clicked")
      .then((property) => property.jsonValue())
      .then(Boolean, () => true);
}

/**
 * Opens a quick input by its key, types and takes a row; again if it was closed before, which a window that has
 * just been loaded does more than once.
 */
async function takeFrom(page: Page, key: string, text: string, row: Locator): Promise<void> {
  const until = performance.now() + shortly;
  do {
    await openQuickInput(page, key);
    if (await taken(page, text, row)) return;
  } while (performance.now() < until);
  throw new Error(`The quick input was closed again and again before "${text}" was taken in it.`);
}

/**
 * Runs a command by its title in the palette, such as `MirageOS: Build`. Rejects, naming the title,
 * when the palette does not have it within some seconds.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = quickPickRow(page, title).first();
  await takeFrom(page, "F1", `>${title}`, row).catch((error: unknown) => {
    throw new Error(`The palette has no command "${title}".`, { cause: error });
  });
}

/**
 * True as soon as the palette offers the command, false when nothing there matches or, with only
 * similar ones, after `offerMs`.
 */
export async function offersCommand(page: Page, title: string, offerMs = shortly): Promise<boolean> {
  await openPalette(page);
  await quickInput(page).locator("input").first().fill(`>${title}`);
  const row = quickPickRow(page, title).first();
  const none = quickInput(page).getByText(/^No matching /);
  await row
    .or(none)
    .first()
    .waitFor({ timeout: offerMs })
    .catch(() => undefined);
  const offered = await row.isVisible();
  await page.keyboard.press("Escape");
  return offered;
}

/**
 * Waits until the palette offers the command. A palette opened before VS Code has read an extension's
 * manifest never shows its commands, so it is opened again.
 */
export async function waitForCommand(page: Page, title: string): Promise<void> {
  const until = performance.now() + shortly;
  while (!(await offersCommand(page, title, 2000))) {
    if (performance.now() > until) throw new Error(`The palette does not offer "${title}".`);
  }
}

/** Waits for a quick pick, types `label` into it where that is text, and takes its row (see quickPickRow). */
export async function choose(page: Page, label: string | RegExp, detail?: string): Promise<void> {
  const input = quickInput(page).locator("input").first();
  await input.waitFor({ state: "visible", timeout: shortly });
  if (typeof label === "string") await input.fill(label);
  await quickPickRow(page, label, detail).first().click({ timeout: shortly });
}

/** Opens a file of the workspace by its path, through quick open. */
export async function openFile(page: Page, path: string): Promise<void> {
  const [name = path, ...folders] = path.split("/").toReversed();
  // Until the search has an answer the list shows the files opened last.
  const found = quickInput(page)
    .locator(".monaco-list-row.focused")
    .filter({ hasText: name })
    .filter({ hasText: folders.toReversed().join("/") });
  await takeFrom(page, "ControlOrMeta+P", path, found.first());
  await page.locator(".tabs-container .tab.active").filter({ hasText: name }).waitFor({ timeout: shortly });
}
