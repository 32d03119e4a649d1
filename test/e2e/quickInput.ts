/** Uses the palette, quick open and quick picks of the workbench by keyboard and mouse. */
import type { Locator, Page } from "playwright-core";
import { shortMs } from "../harness/limits.ts";

/** Milliseconds that the workbench may take to show something that needs no build. */
export const shortly = shortMs;

/** Milliseconds after which a key that had no effect is pressed again. */
const keyMs = 5000;

/** The widget that shows the palette, quick open and all quick picks. */
export const quickInput = (page: Page): Locator => page.locator(".quick-input-widget");

/** Returns the rows of a quick pick with exactly this label and, if given, exactly this detail. */
export function quickPickRow(page: Page, label: string | RegExp, detail?: string): Locator {
  const name = page.locator(".label-name").getByText(label, { exact: true });
  const rows = quickInput(page).locator(".monaco-list-row").filter({ has: name });
  if (detail === undefined) return rows;
  return rows.filter({
    has: page.locator(".quick-input-list-label-meta").getByText(detail, { exact: true }),
  });
}

/** Returns a locator that matches the quick input only while it is closed. */
const closedInput = (page: Page): Locator => page.locator('.quick-input-widget[style*="display: none"]');

/** Opens the command palette with an empty input. */
export const openPalette = (page: Page): Promise<void> => openQuickInput(page, "F1");

async function openQuickInput(page: Page, key: string): Promise<void> {
  // A quick input that is still closing would receive the key, or be mistaken for the new one.
  await quickInput(page).waitFor({ state: "hidden", timeout: shortly });
  const input = quickInput(page).locator("input").first();
  const until = performance.now() + shortly;
  // A page of an extension that has the focus and is still loading does not pass the key to the workbench.
  do {
    await page.keyboard.press(key);
    if (await appears(input, keyMs)) return;
  } while (performance.now() < until);
  throw new Error(`The quick input did not open in response to ${key}.`);
}

const appears = (element: Locator, limitMs: number): Promise<boolean> =>
  element.waitFor({ state: "visible", timeout: limitMs }).then(
    () => true,
    () => false,
  );

/**
 * Types `text` into the open quick input and clicks a row. Returns false if the input closed before: VS Code
 * may return the focus to an extension's page late, and an input that loses the focus closes. Rejects if the row is
 * not shown within `limitMs`.
 */
async function pickRow(page: Page, text: string, row: Locator, limitMs: number): Promise<boolean> {
  const input = quickInput(page).locator("input").first();
  const closed = closedInput(page);
  const clicked = await trackClicks(page);
  const until = performance.now() + limitMs;
  for (;;) {
    try {
      if ((await input.inputValue()) !== text) await input.fill(text, { timeout: 2000 });
      await row.or(closed).first().waitFor({ state: "attached", timeout: limitMs });
      if ((await closed.count()) > 0) return false;
      await row.click({ timeout: 2000 });
      return true;
    } catch (error) {
      // On a busy machine, a click can exceed its timeout although it had its effect.
      if (await clicked()) return true;
      if ((await closed.count()) > 0) return false;
      if (performance.now() > until) throw error;
    }
  }
}

/**
 * Returns a function that checks whether the quick input was clicked since; a reload of the window counts as
 * a click.
 */
async function trackClicks(page: Page): Promise<() => Promise<boolean>> {
  // Rows react when the mouse button is pressed, and the input closes before it is released.
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
 * Opens a quick input with its key, types text and clicks a row. Tries again if the input closes first, which
 * can happen several times in a window that has just loaded.
 */
async function openAndPick(
  page: Page,
  key: string,
  text: string,
  row: Locator,
  limitMs = shortly,
): Promise<void> {
  const until = performance.now() + shortly;
  do {
    await openQuickInput(page, key);
    if (await pickRow(page, text, row, limitMs)) return;
  } while (performance.now() < until);
  throw new Error(`The quick input closed repeatedly before "${text}" could be selected.`);
}

/** How long an open palette may take to show a command, in milliseconds. */
const paletteMs = 5000;

/**
 * Runs a command by its title in the palette, such as `MirageOS: Build`. Opens the palette again if it does not show the
 * command: in a window that has just loaded, VS Code sets its context keys, such as the trust of the workspace, late.
 * Rejects with the title if no palette shows the command in time.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = quickPickRow(page, title).first();
  const until = performance.now() + shortly;
  for (;;) {
    try {
      return await openAndPick(page, "F1", `>${title}`, row, paletteMs);
    } catch (error) {
      if (performance.now() > until)
        throw new Error(`The palette has no command "${title}".`, { cause: error });
      if (await quickInput(page).isVisible()) await page.keyboard.press("Escape");
    }
  }
}

/**
 * Returns true as soon as the palette offers the command. Returns false if no command matches, or after
 * `offerMs` if the palette has only similar ones.
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
 * Waits until the palette offers the command. Opens the palette repeatedly, since a palette that was opened
 * before VS Code read the extension's manifest never shows its commands.
 */
export async function waitForCommand(page: Page, title: string): Promise<void> {
  const until = performance.now() + shortly;
  while (!(await offersCommand(page, title, 2000))) {
    if (performance.now() > until) throw new Error(`The palette does not offer "${title}".`);
  }
}

/** Waits for a quick pick, filters by `label` if it is a string, and clicks its row (see quickPickRow). */
export async function choose(page: Page, label: string | RegExp, detail?: string): Promise<void> {
  const input = quickInput(page).locator("input").first();
  await input.waitFor({ state: "visible", timeout: shortly });
  if (typeof label === "string") await input.fill(label);
  await quickPickRow(page, label, detail).first().click({ timeout: shortly });
}

/** Opens a file of the workspace by its path, through quick open. */
export async function openFile(page: Page, path: string): Promise<void> {
  const [name = path, ...folders] = path.split("/").toReversed();
  // The list shows recently opened files until the search has results.
  const found = quickInput(page)
    .locator(".monaco-list-row.focused")
    .filter({ hasText: name })
    .filter({ hasText: folders.toReversed().join("/") });
  const editor = page.locator(`.editor-instance .monaco-editor[data-uri$="/${encodeURI(path)}"]`).first();
  const until = performance.now() + shortly;
  do {
    await openAndPick(page, "ControlOrMeta+P", path, found.first());
    // VS Code sometimes closes the list without opening the file.
    const isOpen = await editor.waitFor({ timeout: openMs }).then(
      () => true,
      () => false,
    );
    if (isOpen) return;
  } while (performance.now() < until);
  throw new Error(`The file ${path} could not be opened.`);
}

/** How long an editor may take to open after its file was selected, in milliseconds. */
const openMs = 10_000;
