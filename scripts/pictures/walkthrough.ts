import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import {
  choose,
  clickButton,
  openFile,
  runCommand,
  waitForCommand,
  waitForTerminal,
  waitForTreeItem,
} from "../../test/e2e/driver.ts";
import { freshOpam } from "../../test/e2e/freshOpam.ts";
import type { Session } from "../../test/e2e/session.ts";
import { reduceColours } from "./png.ts";
import {
  buildMs,
  expand,
  inWindow,
  panelOf,
  restMouse,
  settle,
  shownLog,
  waitUntilEnded,
  widenSideBar,
} from "./window.ts";

/** The steps that have pictures, as package.json names them. */
export const walkthroughSteps: readonly string[] = [
  "opam",
  "mirage",
  "setup",
  "create",
  "configure",
  "fetch",
  "build",
  "run",
  "graph",
  "logs",
  "hvt",
];

export interface WalkthroughOptions {
  /** A temporary folder in which workspaces are created. */
  readonly place: string;
  /** The environment with the stand-in tools. */
  readonly env: NodeJS.ProcessEnv;
  readonly media: string;
  readonly steps: readonly string[];
}

/** The themes by the names that package.json uses for the pictures of a step. */
const themes = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  hc: "Default High Contrast",
  "hc-light": "Default High Contrast Light",
} as const;

/** The size in which the walkthrough shows pictures, in CSS pixels. */
const [width, height] = [640, 400];
const colours = 10;
/** The size of a window whose editor area, without the side bar, has the size of a picture. */
const small = { width: width + 52, height: height + 36 };

/**
 * The steps whose pictures differ in high contrast themes. Other such pictures would only enlarge the
 * package.
 */
const highContrastSteps = new Set(["opam", "create", "configure"]);

const settings = {
  // Two pictures show the terminal, which the log panel would hide.
  "mirageos.revealLogs": "debug",
  "workbench.colorTheme": themes.light,
  // The pictures are small, so they show only the text of the editor.
  "editor.fontSize": 13,
  "editor.lineNumbers": "off",
  "editor.folding": false,
  "editor.glyphMargin": false,
  "editor.stickyScroll.enabled": false,
  "window.menuBarVisibility": "hidden",
};

/**
 * Takes the pictures of the steps in each theme, while following the walkthrough from an empty folder to hvt.
 */
export async function walkthroughPictures({ place, env, media, steps }: WalkthroughOptions): Promise<void> {
  const folder = join(place, "hello");
  await mkdir(folder);
  /**
   * Returns a function that takes pictures of the part of the window that starts at an element's corner or at
   * a point.
   */
  const shootIn =
    (session: Session) =>
    async (step: string, corner: Locator | { readonly x: number; readonly y: number }): Promise<void> => {
      if (!steps.includes(step)) return;
      const { page } = session;
      for (const [theme, colorTheme] of Object.entries(themes)) {
        if (theme.startsWith("hc") && !highContrastSteps.has(step)) continue;
        await session.changeSettings({ "workbench.colorTheme": colorTheme });
        await page.locator(`.monaco-workbench.${classOf(theme)}`).waitFor();
        await settle(page);
        const from = "x" in corner ? corner : await corner.boundingBox();
        if (!from) throw new Error(`The element for the picture of ${step} is not visible.`);
        const clip = { x: Math.max(0, from.x), y: Math.max(0, from.y), width, height };
        const png = await page.screenshot({ clip, animations: "disabled" });
        const picture = reduceColours(png, colours);
        await writeFile(join(media, "walkthrough", `${step}-${theme}.png`), picture);
        console.log(`media/walkthrough/${step}-${theme}.png: ${picture.length} bytes`);
      }
    };
  const includesStep = (...some: readonly string[]) => some.some((step) => steps.includes(step));
  if (includesStep("opam"))
    await takeDialogPicture("new", "opam", "Install opam and a Switch", folder, shootIn);
  if (includesStep("mirage")) await takeDialogPicture("switch", "mirage", "Install mirage", folder, shootIn);
  if (includesStep(...walkthroughSteps.slice(2)))
    await inWindow(folder, env, settings, async (session) => takeStepPictures(session, shootIn(session)));
}

type ShootStep = (
  step: string,
  corner: Locator | { readonly x: number; readonly y: number },
) => Promise<void>;

/** Takes a picture of the dialog before an installation, with opam at the given stage. */
async function takeDialogPicture(
  stage: "new" | "switch",
  step: string,
  button: string,
  folder: string,
  shootIn: (session: Session) => ShootStep,
): Promise<void> {
  const { env, remove } = await freshOpam(stage);
  try {
    await inWindow(folder, env, settings, async (session) => {
      const { page } = session;
      await waitForCommand(page, "MirageOS: Get Started");
      await runCommand(page, "MirageOS: Get Started");
      const steps = page.locator(".getting-started-step");
      await steps.filter({ hasText: button }).first().click();
      await steps.getByRole("button", { name: button }).click();
      const dialog = page.locator(".monaco-dialog-box");
      await dialog
        .getByText(/^opam /)
        .first()
        .waitFor();
      const box = await dialog.boundingBox();
      if (!box) throw new Error("The dialog is not visible.");
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      await shootIn(session)(step, { x: middle.x - width / 2, y: middle.y - height / 2 });
      await page.keyboard.press("Escape");
    });
  } finally {
    await remove();
  }
}

/** Takes the pictures of all steps from Check Setup on, in one window. */
async function takeStepPictures(session: Session, shoot: ShootStep): Promise<void> {
  const { page } = session;
  const editor = page.locator(".part.editor");
  const panel = page.locator(".part.panel");
  const sideBar = page.locator(".part.sidebar");

  await waitForCommand(page, "MirageOS: Check Setup");
  await runCommand(page, "MirageOS: Check Setup");
  await panelOf(page)
    .getByText(/^Ready to build and run/)
    .waitFor({ timeout: 60_000 });
  await restMouse(page);
  await shoot("setup", editor);
  await runCommand(page, "View: Close Editor");

  await runCommand(page, "MirageOS: New Unikernel…");
  const list = page.locator(".quick-input-widget");
  await list.locator(".monaco-list-row").nth(4).waitFor();
  await restMouse(page);
  const at = await list.boundingBox();
  await shoot("create", { x: (at?.x ?? 0) - 19, y: 0 });
  await choose(page, "Hello");
  await page.locator(".quick-input-widget").getByText("(2/5)").waitFor();
  await page.keyboard.press("Enter");
  await choose(page, / This folder \(/);
  await choose(page, "unix");
  await choose(page, / Create$/);
  await page.getByRole("tab", { name: "MirageOS" }).first().click();
  await waitForTreeItem(page, /^hello, unix, not configured/);
  await clickButton(page, "Configure");
  await waitForTreeItem(page, /^hello, unix, configured/, 60_000);
  await widenSideBar(page, 400);
  await expand(page, /^hello, unix, configured/);
  await restMouse(page);
  await shoot("configure", sideBar);

  await runCommand(page, "MirageOS: Fetch Dependencies");
  await waitForTreeItem(page, /^hello, unix, fetched/, buildMs);
  await restMouse(page);
  await shoot("fetch", sideBar);
  await runCommand(page, "MirageOS: Build");
  await waitForTreeItem(page, /^hello, unix, built/, buildMs);
  await restMouse(page);
  await shoot("build", sideBar);

  await page.keyboard.press("ControlOrMeta+B");
  await page.setViewportSize(small);
  await runInTerminal(page, panel, shoot, "run");
  await runCommand(page, "View: Toggle Panel Visibility");

  await runCommand(page, "View: Close All Editors");
  await runCommand(page, "MirageOS: Show Functor Graph");
  await panelOf(page).locator("g.node").first().waitFor({ timeout: 60_000 });
  await panelOf(page).getByRole("button", { name: /^Fit/ }).first().click();
  await restMouse(page);
  await shoot("graph", editor);
  await runCommand(page, "View: Close All Editors");

  await openFile(page, "unikernel.ml");
  await runCommand(page, "MirageOS: Debug");
  await shownLog(page, "Hello from MirageOS").nth(3).waitFor({ timeout: buildMs });
  await waitUntilEnded(page);
  // This scrolls the line that logs to the middle of the small editor.
  await openFile(page, "unikernel.ml");
  await page.keyboard.press("Control+G");
  await page.locator(".quick-input-widget input").first().fill(":7");
  await page.keyboard.press("Enter");
  await shoot("logs", editor);

  await runCommand(page, "MirageOS: Select Target…");
  await choose(page, "hvt");
  await runInTerminal(page, panel, shoot, "hvt");
}

/** Runs the unikernel, and takes a picture of the terminal. */
async function runInTerminal(page: Page, panel: Locator, shoot: ShootStep, step: string): Promise<void> {
  if (step === "hvt") {
    await runCommand(page, "MirageOS: Build and Run");
    await clickButton(page, "Fetch Dependencies");
    await runCommand(page, "Terminal: Focus Terminal");
    await waitForTerminal(page, /solo5_exit/, buildMs);
  } else await runCommand(page, "MirageOS: Run");
  await waitForTerminal(page, /^■/, 60_000);
  await runCommand(page, "View: Toggle Maximized Panel");
  await shoot(step, panel);
  await runCommand(page, "View: Toggle Maximized Panel");
}

const classes: Readonly<Record<string, string>> = {
  light: "vs",
  dark: "vs-dark",
  hc: "hc-black",
  "hc-light": "hc-light",
};
const classOf = (theme: string): string => classes[theme] ?? theme;
