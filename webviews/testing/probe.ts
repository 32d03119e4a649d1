/**
 * What the tests of the views run in a browser page, bundled as one script; the test calls it as
 * `probe.NAME(…)`. It stands in for what VS Code puts into a webview, and measures what is seen.
 */
interface Given {
  /** The body's class and data-vscode-theme-kind. */
  readonly kind: string;
  /** The theme's variables, without `--vscode-`. */
  readonly variables: Readonly<Record<string, string>>;
  /** What an earlier page kept. */
  readonly kept: unknown;
}

declare const sendToTest: (message: unknown) => void;

let state: unknown;

/** What the page's script has kept. */
export function kept(): unknown {
  return state;
}

/** Waits until the page's script has kept something with these words in it. */
export async function keptSoon(words: string): Promise<void> {
  while (!JSON.stringify(state ?? null).includes(words))
    // oxlint-disable-next-line no-await-in-loop -- Frame by frame.
    await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Gives the page VS Code's function and dresses it in a theme. Called before the page's own script. */
export function begin(given: Given): void {
  state = given.kept;
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
    // There is a body as soon as the parser has made it, which is before it comes to the script.
    if (document.querySelector("body") === null) return;
    observer.disconnect();
    for (const [name, value] of Object.entries(given.variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
    document.body.className = given.kind;
    document.body.dataset["vscodeThemeKind"] = given.kind;
  }).observe(document, { childList: true, subtree: true });
}

/** What the focus is on: its label for screen readers, else its text. */
export function focused(): string {
  const host = document.activeElement;
  return host?.getAttribute("aria-label") ?? host?.textContent ?? "";
}

/** A property of the first of some elements, as it is computed. */
export function styleOf(selector: string, property: string): string {
  const node = document.querySelector(selector);
  return node ? getComputedStyle(node).getPropertyValue(property) : "";
}

/** How wide the page is laid out, in CSS pixels. */
export function contentWidth(): number {
  return document.documentElement.scrollWidth;
}

/** Texts without room, or with less than 3:1 contrast to what is behind them. */
export function unseen(selector: string): string[] {
  const faults: string[] = [];
  for (const node of document.querySelectorAll(selector)) {
    const words = node.textContent?.trim() ?? "";
    const shown = node.shadowRoot?.querySelector("button") ?? node;
    const box = shown.getBoundingClientRect();
    if (words === "" || getComputedStyle(node).display === "none") continue;
    if (box.width < 4 || box.height < 4) faults.push(`${words}: no room`);
    const ratio = contrast(shown);
    if (ratio < 3) faults.push(`${words}: contrast ${ratio.toFixed(1)}`);
  }
  return faults;
}

/** The text in the first of the rows that is seen whole in a scrolled element. */
export function firstSeen(scrolled: string, row: string, text: string): string {
  const edge = document.querySelector(scrolled)?.getBoundingClientRect().top ?? 0;
  const rows = [...document.querySelectorAll(row)];
  const first = rows.find((each) => each.getBoundingClientRect().top >= edge - 1);
  return first?.querySelector(text)?.textContent ?? "";
}

/** Scrolls up, a step a frame, `count` steps of each length; how long each frame took, in milliseconds. */
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

/** How long each frame takes from now on, in milliseconds, until `ms` are over. */
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

/** How long each frame takes from now on, in milliseconds, until an element is there and painted. */
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
 * Hands the page a message as VS Code does, and waits until `count` elements of the selector are there
 * and painted; the milliseconds that took.
 */
export async function timeTo(message: unknown, selector: string, count: number): Promise<number> {
  const begun = performance.now();
  window.postMessage(message, "*");
  while (document.querySelectorAll(selector).length !== count) await new Promise(requestAnimationFrame);
  // The frame that shows them is done when the next one begins.
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}

/**
 * From the next click, by the browser's own stamp, until an element holds a text and another scene than
 * before is painted; in milliseconds.
 */
export async function clickToPainted(selector: string, text: string): Promise<number> {
  const before = document.querySelector(".scene");
  const begun = await new Promise<number>((resolve) => {
    document.addEventListener("click", (event) => resolve(event.timeStamp), { capture: true, once: true });
  });
  const there = (): boolean =>
    document.querySelector(selector)?.textContent?.includes(text) === true &&
    document.querySelector(".scene") !== before;
  while (!there()) await new Promise(requestAnimationFrame);
  // This frame paints it, and is done when its turn is over.
  await new Promise((resolve) => setTimeout(resolve));
  return performance.now() - begun;
}

/** From now until another scene than before is painted, in milliseconds. */
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

/** Counts from now on the frames in which a row of the logs was blank. */
export function watchBlanks(): void {
  blankFrames = 0;
  if (watching) return;
  watching = true;
  const look = (): void => {
    if (document.querySelector(".row[aria-busy]")) blankFrames += 1;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

export function blanks(): number {
  return blankFrames;
}

const spoken: string[] = [];

/** Notes from now on what a screen reader is told without being asked. */
export function listen(): void {
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const element = target instanceof Element ? target : target.parentElement;
      const words = element?.closest("[role=status], [role=alert], [aria-live]")?.textContent ?? "";
      if (words !== "" && words !== spoken.at(-1)) spoken.push(words);
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}

export function heard(): readonly string[] {
  return spoken;
}
