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
import { withPalette } from "./png.ts";
import {
  buildMs,
  expand,
  inWindow,
  panelOf,
  restMouse,
  settle,
  shownLog,
  whenOver,
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
  /** A folder of the script's own, where workspaces are made. */
  readonly place: string;
  /** The environment with the stand-in tools. */
  readonly env: NodeJS.ProcessEnv;
  readonly media: string;
  readonly steps: readonly string[];
}

/** By the names that package.json gives the pictures of a step. */
const themes = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  hc: "Default High Contrast",
  "hc-light": "Default High Contrast Light",
} as const;

/** As large as the walkthrough shows them, and colours enough for a user interface. */
const [width, height] = [640, 400];
const colours = 10;
/** A window in which what is shown without the side bar is just as large. */
const small = { width: width + 52, height: height + 36 };

/** Where high contrast looks unlike dark and light; the others would only make the package larger. */
const ofControls = new Set(["opam", "create", "configure"]);

const settings = {
  "workbench.colorTheme": themes.light,
  // The pictures are small.
  "editor.fontSize": 13,
  "editor.lineNumbers": "off",
  "editor.folding": false,
  "editor.glyphMargin": false,
  "editor.stickyScroll.enabled": false,
  "window.menuBarVisibility": "hidden",
};

/** Takes the picture of each step in each theme, as somebody gets from an empty folder to a boot on hvt. */
export async function walkthroughPictures({ place, env, media, steps }: WalkthroughOptions): Promise<void> {
  const folder = join(place, "hello");
  await mkdir(folder);
  /** Of the part of the window that begins at an element's corner, or at a point. */
  const shootIn =
    (session: Session) =>
    async (step: string, corner: Locator | { readonly x: number; readonly y: number }): Promise<void> => {
      if (!steps.includes(step)) return;
      const { page } = session;
      for (const [theme, colorTheme] of Object.entries(themes)) {
        if (theme.startsWith("hc") && !ofControls.has(step)) continue;
        await session.changeSettings({ "workbench.colorTheme": colorTheme });
        await page.locator(`.monaco-workbench.${classOf(theme)}`).waitFor();
        await settle(page);
        const from = "x" in corner ? corner : await corner.boundingBox();
        if (!from) throw new Error(`There is nothing to take a picture of for ${step}.`);
        const clip = { x: Math.max(0, from.x), y: Math.max(0, from.y), width, height };
        const png = await page.screenshot({ clip, animations: "disabled" });
        const picture = withPalette(png, colours);
        await writeFile(join(media, "walkthrough", `${step}-${theme}.png`), picture);
        console.log(`media/walkthrough/${step}-${theme}.png: ${picture.length} bytes`);
      }
    };
  const wants = (...some: readonly string[]) => some.some((step) => steps.includes(step));
  if (wants("opam")) await questionPicture("new", "opam", "Install opam and a Switch", folder, shootIn);
  if (wants("mirage")) await questionPicture("switch", "mirage", "Install mirage", folder, shootIn);
  if (wants(...walkthroughSteps.slice(2)))
    await inWindow(folder, env, settings, async (session) => workPictures(session, shootIn(session)));
}

type ShootStep = (
  step: string,
  corner: Locator | { readonly x: number; readonly y: number },
) => Promise<void>;

/** The question before something is installed, on a computer that has got no further. */
async function questionPicture(
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
      if (!box) throw new Error("There is no question.");
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      await shootIn(session)(step, { x: middle.x - width / 2, y: middle.y - height / 2 });
      await page.keyboard.press("Escape");
    });
  } finally {
    await remove();
  }
}

/** All steps from the check of the setup on, in one window. */
async function workPictures(session: Session, shoot: ShootStep): Promise<void> {
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
  await waitForTreeItem(page, /^hello, unix, unconfigured/);
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
  await whenOver(page);
  // To the line that logs, in the middle of the small editor.
  await openFile(page, "unikernel.ml");
  await page.keyboard.press("Control+G");
  await page.locator(".quick-input-widget input").first().fill(":7");
  await page.keyboard.press("Enter");
  await shoot("logs", editor);

  await runCommand(page, "MirageOS: Select Target…");
  await choose(page, "hvt");
  await runInTerminal(page, panel, shoot, "hvt");
}

/** Runs the unikernel, and takes the picture of the terminal that is left. */
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
