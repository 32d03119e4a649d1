/** Headless Chromium: its start, its pages, and VS Code in a page. */
import { chromium, type Browser, type Page } from "playwright-core";
import { findProgram } from "../../scripts/programs.ts";
import { shortMs, testMs } from "./limits.ts";

export interface OpenPage {
  readonly browser: Browser;
  readonly page: Page;
  readonly close: () => Promise<void>;
}

// The headless shell is first: it has no window around the pages, which saves CPU time.
const chromiumNames = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];

let sharedChromium: (() => Promise<Browser>) | undefined;

/** Makes all calls of `openPage` share one Chromium, which the returned function stops. */
export function shareChromium(): () => Promise<void> {
  let launched: Promise<Browser> | undefined;
  sharedChromium = () => (launched ??= launchChromium(process.env));
  return async () => {
    sharedChromium = undefined;
    await (await launched)?.close();
  };
}

/** Starts a headless Chromium from PATH, or the one that `CHROME_BIN` names. */
async function launchChromium(env: NodeJS.ProcessEnv): Promise<Browser> {
  const executablePath = env["CHROME_BIN"] ?? findProgram(chromiumNames, env);
  if (executablePath === undefined) {
    throw new Error(`No Chromium on PATH (looked for ${chromiumNames.join(", ")}); set CHROME_BIN.`);
  }
  return chromium.launch({
    executablePath,
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    timeout: testMs,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Disables animations. Without a graphics card, a spinner keeps half a core busy. */
const disableAnimations = `if (self === top) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { animation: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}`;

export interface OpenBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** Starts a new Chromium, or returns the shared one, which `close` does not stop. */
export async function openBrowser(env: NodeJS.ProcessEnv = process.env): Promise<OpenBrowser> {
  const shared = await sharedChromium?.();
  if (shared !== undefined) return { browser: shared, close: () => Promise.resolve() };
  const browser = await launchChromium(env);
  return { browser, close: () => browser.close() };
}

/** Opens an empty page of 1280×800 in a new Chromium, or in a new context of the shared one. */
export async function openPage(env: NodeJS.ProcessEnv = process.env): Promise<OpenPage> {
  const { browser, close } = await openBrowser(env);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
  context.setDefaultTimeout(shortMs);
  await context.addInitScript(disableAnimations);
  const page = await context.newPage();
  return {
    browser,
    page,
    close: async () => {
      await context.close();
      await close();
    },
  };
}

/** Loads the workbench in a page and waits until it shows its status bar. */
export async function showWorkbench(page: Page, url: string, timeoutMs = testMs): Promise<void> {
  await page.goto(url, { timeout: timeoutMs });
  await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: timeoutMs });
}
