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
  sharedChromium = () => (launched ??= launchChromium(process.env, shortLivedPages));
  return async () => {
    sharedChromium = undefined;
    await (await launched)?.close();
  };
}

/**
 * Flags of V8 that save a fifth of the CPU time of a page that is closed within seconds: such a page does not
 * earn back what optimizing its code costs, nor small steps of garbage collection. Benchmarks do without them.
 */
const shortLivedPages = ["--js-flags=--no-maglev,--no-turbofan,--no-flush-bytecode,--min-semi-space-size=64"];

/** Starts a headless Chromium from PATH, or the one that `CHROME_BIN` names, with additional arguments. */
async function launchChromium(env: NodeJS.ProcessEnv, more: readonly string[] = []): Promise<Browser> {
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
      ...more,
    ],
  });
}

/** Disables animations. Without a graphics card, a spinner keeps half a core busy. */
const withoutAnimations = "*, *::before, *::after { animation: none !important }";

/**
 * Makes the page transparent, so that Chromium does not draw it. The layout, and what scripts and clicks find
 * on the page, stay the same.
 */
const transparent = "body { opacity: 0 !important }";

/** Makes a transparent page visible, for a screenshot. */
export const visible = "html body { opacity: 1 !important }";

/** Returns a script that adds rules to the page, but not to the pages in its frames. */
const addRules = (rules: string): string => `if (self === top) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(${JSON.stringify(rules)});
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}`;

/**
 * Makes VS Code start its parts one after another without waiting for idle time, as it does in browsers that
 * cannot report idle time. On a busy computer, commands would be missing for minutes.
 */
const withoutIdleTime = "delete globalThis.requestIdleCallback";

export interface OpenBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** Starts a new Chromium, or returns the shared one, which `close` does not stop. */
export async function openBrowser(): Promise<OpenBrowser> {
  const shared = await sharedChromium?.();
  if (shared !== undefined) return { browser: shared, close: () => Promise.resolve() };
  const browser = await launchChromium(process.env);
  return { browser, close: () => browser.close() };
}

/**
 * Opens an empty page of 1280×800 in a new Chromium, or in a new context of the shared one. Unless `isDrawn`,
 * its pages are laid out but not drawn, which takes less CPU time.
 */
export async function openPage({ isDrawn = true } = {}): Promise<OpenPage> {
  const { browser, close } = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
  context.setDefaultTimeout(shortMs);
  await context.addInitScript(addRules(isDrawn ? withoutAnimations : withoutAnimations + transparent));
  await context.addInitScript(withoutIdleTime);
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
