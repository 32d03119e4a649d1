/**
 * Functions that the tests of the views call in the browser page as `probe.NAME(…)`. It replaces the API that
 * VS Code adds to a webview, and measures what the page shows.
 */
interface PageTheme {
  /** The body's class and data-vscode-theme-kind. */
  readonly kind: string;
  /** The theme's variables, without `--vscode-`. */
  readonly variables: Readonly<Record<string, string>>;
}

interface PageSetup extends PageTheme {
  /** The state that an earlier page saved. */
  readonly savedState: unknown;
}

declare const sendToTest: (message: unknown) => void;

let state: unknown;

/** The state that the page saved last. */
export function savedState(): unknown {
  return state;
}

/** Waits until the saved state contains a text. */
export async function waitForSavedState(text: string): Promise<void> {
  while (!JSON.stringify(state ?? null).includes(text))
    // oxlint-disable-next-line no-await-in-loop -- Polls in each frame.
    await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Defines acquireVsCodeApi and applies a theme. Called before the script of the page. */
export function begin(setup: PageSetup): void {
  state = setup.savedState;
  Object.assign(globalThis, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => sendToTest(message),
      getState: () => state,
      setState: (next: unknown) => {
        state = next;
      },
    }),
  });
  new MutationObserver((_changes, observer) => {
    // The parser creates the body before it runs the script of the page.
    if (document.querySelector("body") === null) return;
    observer.disconnect();
    applyTheme(setup);
  }).observe(document, { childList: true, subtree: true });
}

/** Replaces the theme of the page, as VS Code does when the user selects another one, and waits until it is drawn. */
export async function changeTheme(theme: PageTheme): Promise<void> {
  applyTheme(theme);
  // The toolkit reads the colours of the new theme after the class of the body has changed, and sets them in a frame.
  for (let frame = 0; frame < 2; frame++)
    // oxlint-disable-next-line no-await-in-loop -- One frame follows the other.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

function applyTheme({ kind, variables }: PageTheme): void {
  const { body, documentElement } = document;
  // The style is a live list.
  for (const name of Array.from(documentElement.style))
    if (name.startsWith("--vscode-")) documentElement.style.removeProperty(name);
  for (const [name, value] of Object.entries(variables))
    documentElement.style.setProperty(`--vscode-${name}`, value);
  body.className = kind;
  body.dataset["vscodeThemeKind"] = kind;
}

/** The label of the focused element for screen readers, else its text. */
export function focused(): string {
  const host = document.activeElement;
  return host?.getAttribute("aria-label") ?? host?.textContent ?? "";
}

/** A computed style of the first element that matches. */
export function styleOf(selector: string, property: string): string {
  const node = document.querySelector(selector);
  return node ? getComputedStyle(node).getPropertyValue(property) : "";
}

/** The width of the page content in CSS pixels. */
export function contentWidth(): number {
  return document.documentElement.scrollWidth;
}

/** The texts that have no room, or a contrast of less than 3:1 to their background. */
export function illegibleTexts(selector: string): string[] {
  const faults: string[] = [];
  for (const node of document.querySelectorAll(selector)) {
    const text = node.textContent?.trim() ?? "";
    const visible = node.shadowRoot?.querySelector("button") ?? node;
    const box = visible.getBoundingClientRect();
    if (text === "" || getComputedStyle(node).display === "none") continue;
    if (box.width < 4 || box.height < 4) faults.push(`${text}: no room`);
    const ratio = contrast(visible);
    if (ratio < 3) faults.push(`${text}: contrast ${ratio.toFixed(1)}`);
  }
  return faults;
}

/** The text in the first row that is completely visible in a scrolled element. */
export function firstSeen(scrolled: string, row: string, text: string): string {
  const edge = document.querySelector(scrolled)?.getBoundingClientRect().top ?? 0;
  const rows = [...document.querySelectorAll(row)];
  const first = rows.find((each) => each.getBoundingClientRect().top >= edge - 1);
  return first?.querySelector(text)?.textContent ?? "";
}

/** Scrolls up one step in each frame, `count` steps of each length in pixels; returns the frame times in milliseconds. */
export async function scrollFrames(
  scrolled: string,
  steps: readonly number[],
  count: number,
): Promise<number[]> {
  const node = document.querySelector(scrolled);
  const spans: number[] = [];
  let last = performance.now();
  for (const step of steps.flatMap((each) => Array.from({ length: count }, () => each))) {
    if (node) node.scrollTop -= step;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    spans.push(now - last);
    last = now;
  }
  return spans;
}

/** The times of all frames in the next `ms` milliseconds, in milliseconds. */
export async function frames(ms: number): Promise<number[]> {
  const spans: number[] = [];
  const begun = performance.now();
  let last = begun;
  while (last - begun < ms) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    spans.push(now - last);
    last = now;
  }
  return spans;
}

/** The times of all frames until an element is in the page and painted, in milliseconds. */
export async function framesUntil(selector: string): Promise<number[]> {
  const spans: number[] = [];
  let last = performance.now();
  for (let after = 0; after < 3;) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    spans.push(now - last);
    last = now;
    if (document.querySelector(selector) !== null) after += 1;
  }
  return spans;
}

/**
 * Posts a message to the page as VS Code does, waits until `count` elements match the selector and are painted,
 * and returns the milliseconds that this took.
 */
export async function timeTo(message: unknown, selector: string, count: number): Promise<number> {
  const begun = performance.now();
  window.postMessage(message, "*");
  while (document.querySelectorAll(selector).length !== count) await new Promise(requestAnimationFrame);
  // The frame that shows them ends when the next one begins.
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}

/**
 * The milliseconds from the next change of a dropdown until an element contains a text and another scene is
 * painted.
 */
export async function changeToPainted(selector: string, text: string): Promise<number> {
  const before = document.querySelector(".scene");
  const begun = await new Promise<number>((resolve) => {
    document.addEventListener("change", (event) => resolve(event.timeStamp), { capture: true, once: true });
  });
  const isShown = (): boolean =>
    document.querySelector(selector)?.textContent?.includes(text) === true &&
    document.querySelector(".scene") !== before;
  while (!isShown()) await new Promise(requestAnimationFrame);
  // This frame paints it, and ends after its task.
  await new Promise((resolve) => setTimeout(resolve));
  return performance.now() - begun;
}

/** The milliseconds from now until another scene is painted. */
export async function scenePainted(): Promise<number> {
  const begun = performance.now();
  const before = document.querySelector(".scene");
  while (document.querySelector(".scene") === before) await new Promise(requestAnimationFrame);
  await new Promise((resolve) => setTimeout(resolve));
  return performance.now() - begun;
}

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

function contrast(node: Element): number {
  const back = behind(node);
  const front = over(colourOf(getComputedStyle(node).color), back);
  const [one, other] = [luminance(front), luminance(back)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** The computed forms `rgb(r, g, b)` and `rgba(r, g, b, a)`. */
function colourOf(css: string): Colour {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, alpha];
}

function over(top: Colour, below: Colour): Colour {
  const mix = (index: 0 | 1 | 2): number => top[index] * top[3] + below[index] * (1 - top[3]);
  return [mix(0), mix(1), mix(2), 1];
}

function behind(node: Element): Colour {
  const layers: Colour[] = [];
  for (let at: Element | null = node; at !== null; at = parentOf(at)) {
    layers.push(colourOf(getComputedStyle(at).backgroundColor));
  }
  return layers.reduceRight((below, top) => over(top, below), [255, 255, 255, 1] as Colour);
}

function parentOf(node: Element): Element | null {
  const root = node.getRootNode();
  return node.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

/** https://www.w3.org/TR/WCAG21/#dfn-relative-luminance */
function luminance([red, green, blue]: Colour): number {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

let blankFrames = 0;
let watching = false;

/** Starts to count the frames in which a row of the log is blank. */
export function watchBlanks(): void {
  blankFrames = 0;
  if (watching) return;
  watching = true;
  const count = (): void => {
    if (document.querySelector(".row[aria-busy]")) blankFrames += 1;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}

export function blanks(): number {
  return blankFrames;
}

const announced: string[] = [];

/** Starts to record what live regions announce to screen readers. */
export function recordAnnouncements(): void {
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const element = target instanceof Element ? target : target.parentElement;
      const text = element?.closest("[role=status], [role=alert], [aria-live]")?.textContent ?? "";
      if (text !== "" && text !== announced.at(-1)) announced.push(text);
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}

export function announcements(): readonly string[] {
  return announced;
}
