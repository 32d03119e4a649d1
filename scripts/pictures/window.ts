/** Helpers for pictures: opens a window with a folder and a theme, operates it, and takes pictures. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { choose, runCommand, waitForSelected, waitForTreeItem } from "../../test/e2e/driver.ts";
import { openSession, type Session } from "../../test/e2e/session.ts";
import { root } from "../programs.ts";
import { reduceColours } from "./png.ts";

export const buildMs = 120_000;

/** A part of the window, in CSS pixels. */
export interface Clip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Takes the picture with this name, of a part of the window or of the whole window. */
export type Shoot = (name: string, part?: Clip) => Promise<void>;

/** Settings that hide parts of the window that no picture needs. */
export const pictureSettings = {
  "workbench.layoutControl.enabled": false,
  "window.commandCenter": false,
  "editor.minimap.enabled": false,
  "editor.fontSize": 14,
  "editor.lineHeight": 21,
  "editor.cursorBlinking": "solid",
  "terminal.integrated.fontSize": 13,
  "terminal.integrated.tabs.enabled": false,
  "breadcrumbs.enabled": false,
  // A list that opens below the mouse shows a hover even if the mouse has left.
  "workbench.hover.delay": 3000,
  // The title of the panel would show the number of ports of other programs.
  "remote.autoForwardPorts": false,
};

/**
 * The window size of the pictures in the documentation. Pages show them about 800 pixels wide, so their text
 * must be readable at that size, also on high-density screens.
 */
const usualSize = { width: 1040, height: 680 };
const density = 2;

/** Enough colours for anti-aliased text. */
const colours = 128;

/** Opens a window with the folder and runs `act` in it. Saves a screenshot in `out/` if that fails. */
export async function inWindow(
  folder: string,
  env: NodeJS.ProcessEnv,
  settings: Readonly<Record<string, unknown>>,
  act: (session: Session) => Promise<void>,
): Promise<void> {
  const session = await openSession({
    own: true,
    folder,
    env,
    settings: { ...pictureSettings, ...settings },
  });
  try {
    await act(session);
  } catch (error) {
    await session.page.screenshot({ path: join(root, "out", "picture-failed.png") });
    throw error;
  } finally {
    await session.close();
  }
}

/** A window with the size of the pictures in the documentation. */
export interface SmallWindow {
  readonly page: Page;
  /** Saves a picture of the window, or of a part of it, with few colours. */
  readonly takePicture: (path: string, clip?: Clip) => Promise<void>;
}

/** Opens a window with the size of the pictures in the documentation; see `inWindow`. */
export async function inSmallWindow(
  folder: string,
  env: NodeJS.ProcessEnv,
  settings: Readonly<Record<string, unknown>>,
  act: (window: SmallWindow) => Promise<void>,
  size: { readonly width: number; readonly height: number } = usualSize,
): Promise<void> {
  await inWindow(folder, env, settings, async ({ page }) => {
    page.setDefaultTimeout(buildMs);
    await page.setViewportSize(size);
    // Playwright sets the density only for new pages, and resets it with each screenshot.
    const chromium = await page.context().newCDPSession(page);
    const metrics = { ...size, deviceScaleFactor: density, mobile: false };
    await chromium.send("Emulation.setDeviceMetricsOverride", metrics);
    // The toolbar of the debugger floats over the tabs.
    await page.addStyleTag({ content: ".debug-toolbar { opacity: 0 !important; }" });
    const takePicture = async (path: string, clip: Clip = { x: 0, y: 0, ...size }): Promise<void> => {
      const { data } = await chromium.send("Page.captureScreenshot", {
        format: "png",
        clip: { ...clip, scale: 1 },
      });
      const picture = reduceColours(Buffer.from(data, "base64"), colours);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, picture);
      console.log(`${path.slice(root.length + 1)}: ${picture.length} bytes`);
    };
    await act({ page, takePicture });
  });
}

/** Returns the part of the window that contains these elements and a margin in pixels. */
export async function around(margin: number, ...elements: readonly Locator[]): Promise<Clip> {
  const boxes = await Promise.all(
    elements.map(async (element) => {
      const box = await element.first().boundingBox();
      if (!box) throw new Error(`${String(element)} is not in the window.`);
      return box;
    }),
  );
  const { width, height } = elements[0]?.page().viewportSize() ?? usualSize;
  const left = Math.max(0, Math.min(...boxes.map(({ x }) => x)) - margin);
  const top = Math.max(0, Math.min(...boxes.map(({ y }) => y)) - margin);
  const right = Math.min(width, Math.max(...boxes.map((box) => box.x + box.width)) + margin);
  const bottom = Math.min(height, Math.max(...boxes.map((box) => box.y + box.height)) + margin);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Returns the upper part of an area with this height in pixels. */
export const upper = (clip: Clip, pixels: number): Clip => ({ ...clip, height: pixels });

/** Shows the Unikernels view with the sample hello, with this width in pixels. */
export async function showTree(page: Page, pixels: number): Promise<void> {
  await page.getByRole("tab", { name: "MirageOS" }).first().click();
  await waitForTreeItem(page, /^hello,/, 60_000);
  await widenSideBar(page, pixels);
}

/** Waits until progress notifications are gone, and half a second for animations. */
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

export async function waitUntilEnded(page: Page): Promise<void> {
  await page.locator(".debug-toolbar").filter({ visible: true }).waitFor({ state: "detached" });
}

export async function selectUnikernel(page: Page, name: string, file: string): Promise<void> {
  await runCommand(page, "MirageOS: Select Unikernel…");
  await choose(page, name, file);
  await waitForSelected(page, name);
}

export async function selectTarget(page: Page, target: string): Promise<void> {
  await runCommand(page, "MirageOS: Select Target…");
  await choose(page, target);
  await waitForSelected(page, /./, target);
}

/** Opens a source file of a unikernel and waits for its text. */
export async function openSource(page: Page, folderName: string, file: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+P");
  await page.locator(".quick-input-widget input").first().fill(`${folderName}/${file}`);
  const row = page.locator(".quick-input-widget .monaco-list-row").filter({ hasText: folderName });
  await row.filter({ hasText: file }).first().click();
  await page.locator(`.editor-instance[aria-label*="${file}"] .view-line`).first().waitFor();
}

/** Moves the cursor to a line of the active editor and scrolls the line to the middle. */
export async function goToLine(page: Page, line: number): Promise<void> {
  await page.keyboard.press("Control+G");
  await page.locator(".quick-input-widget input").first().fill(`:${line}`);
  await page.keyboard.press("Enter");
}

export async function expand(page: Page, name: RegExp): Promise<void> {
  const item = page.getByRole("treeitem", { name }).first();
  await item.locator(".monaco-tl-twistie").click();
}

/** Drags the border of the side bar to this many pixels from the left. */
export async function widenSideBar(page: Page, pixels: number): Promise<void> {
  const edge = await page.locator(".part.sidebar").boundingBox();
  if (!edge) throw new Error("The side bar is not visible.");
  await drag(page, { x: edge.x + edge.width, y: edge.y + edge.height / 2 }, { x: edge.x + pixels });
}

/** Drags the upper border of the panel to this many pixels from the top. */
export async function raisePanel(page: Page, pixels: number): Promise<void> {
  const edge = await page.locator(".part.panel").boundingBox();
  if (!edge) throw new Error("The panel is not visible.");
  await drag(page, { x: edge.x + edge.width / 2, y: edge.y }, { y: pixels });
}

/** Drags a border between two parts of the window. */
export async function drag(
  page: Page,
  from: { readonly x: number; readonly y: number },
  to: { readonly x?: number; readonly y?: number },
): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x ?? from.x, to.y ?? from.y, { steps: 5 });
  await page.mouse.up();
}

/** Moves the mouse to a place without a hover, and waits until the previous hover is gone. */
export async function restMouse(page: Page): Promise<void> {
  await page.mouse.move(620, 676);
  await page.locator(".workbench-hover").filter({ visible: true }).waitFor({ state: "detached" });
}
