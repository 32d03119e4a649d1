/** What the pictures share: a window on a folder in a theme, and what a user does in it. */
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { choose, runCommand, waitForStatus, waitForTreeItem } from "../../test/e2e/driver.ts";
import { openSession, type Session } from "../../test/e2e/session.ts";
import { root } from "../programs.ts";

export const buildMs = 120_000;

/** Takes the picture of this name, of all that the window shows. */
export type Shoot = (name: string) => Promise<void>;

/** Settings by which nothing is seen that a picture is not about. */
export const pictureSettings = {
  "workbench.layoutControl.enabled": false,
  "window.commandCenter": false,
  "editor.minimap.enabled": false,
  "editor.fontSize": 14,
  "terminal.integrated.fontSize": 13,
  "terminal.integrated.tabs.enabled": false,
  "breadcrumbs.enabled": false,
};

/** Opens a window on the folder, does something in it, and keeps a picture of what is to be seen when that fails. */
export async function inWindow(
  folder: string,
  env: NodeJS.ProcessEnv,
  settings: Readonly<Record<string, unknown>>,
  act: (session: Session) => Promise<void>,
): Promise<void> {
  const session = await openSession({ folder, env, settings: { ...pictureSettings, ...settings } });
  try {
    await act(session);
  } catch (error) {
    await session.page.screenshot({ path: join(root, "out", "picture-failed.png") });
    throw error;
  } finally {
    await session.close();
  }
}

/** Shows the Unikernels view, with the sample hello in it, as wide as pictures want it. */
export async function showTree(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "MirageOS" }).first().click();
  await waitForTreeItem(page, /^hello,/, 60_000);
  await widenSideBar(page, 360);
}

/** Waits until nothing moves: no notification of progress, nothing that is animated or about to be drawn. */
export async function settle(page: Page): Promise<void> {
  const progress = page.locator(".notifications-toasts .notification-toast").filter({ visible: true });
  await progress.first().waitFor({ state: "hidden" });
  await page.waitForTimeout(500);
}

export function panelOf(page: Page): FrameLocator {
  return page.frameLocator("iframe.webview").frameLocator("#active-frame");
}

export function shownLog(page: Page, text: string): Locator {
  return panelOf(page).locator(".row").filter({ hasText: text });
}

export async function whenOver(page: Page): Promise<void> {
  await page.locator(".debug-toolbar").filter({ visible: true }).waitFor({ state: "detached" });
}

export async function selectUnikernel(page: Page, name: string, file: string): Promise<void> {
  await runCommand(page, "MirageOS: Select Unikernel…");
  await choose(page, name, file);
  await waitForStatus(page, `${name} · `);
}

export async function selectTarget(page: Page, target: string): Promise<void> {
  await runCommand(page, "MirageOS: Select Target…");
  await choose(page, target);
  await waitForStatus(page, ` · ${target}`);
}

/** Opens a source file of a unikernel and waits for its text. */
export async function openSource(page: Page, folderName: string, file: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+P");
  await page.locator(".quick-input-widget input").first().fill(`${folderName}/${file}`);
  const row = page.locator(".quick-input-widget .monaco-list-row").filter({ hasText: folderName });
  await row.filter({ hasText: file }).first().click();
  await page.locator(`.editor-instance[aria-label*="${file}"] .view-line`).first().waitFor();
}

export async function expand(page: Page, name: RegExp): Promise<void> {
  const item = page.getByRole("treeitem", { name }).first();
  await item.locator(".monaco-tl-twistie").click();
}

/** Drags the border of the side bar to this many pixels from the left. */
export async function widenSideBar(page: Page, width: number): Promise<void> {
  const edge = await page.locator(".part.sidebar").boundingBox();
  if (!edge) throw new Error("There is no side bar.");
  const y = edge.y + edge.height / 2;
  await page.mouse.move(edge.x + edge.width, y);
  await page.mouse.down();
  await page.mouse.move(edge.x + width, y, { steps: 5 });
  await page.mouse.up();
}

/** Where it shows no hover. */
export async function restMouse(page: Page): Promise<void> {
  await page.mouse.move(900, 600);
}
