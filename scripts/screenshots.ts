/**
 * `npm run screenshots`: takes the pictures of the README (media/NAME.png) and of the walkthrough
 * (media/walkthrough/STEP-THEME.png) anew, from the packaged extension with the stand-in tools; look at each
 * before you commit it. Words after the command take only the pictures named: `tree`, `walkthrough/run`, or
 * `walkthrough` for all of those. Paths
 * can be seen in some of them: `--in=FOLDER` puts the workspace and the tools in a new folder with a name fit
 * for that, and removes it afterwards.
 */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Page } from "playwright-core";
import { copySamples, standInHost } from "../test/harness/samples.ts";
import { temporaryFolder } from "../test/harness/workbench.ts";
import { packageExtension } from "./package.ts";
import { darkPictures, graphPictures, lightPictures, logPictures } from "./pictures/readme.ts";
import { getStartedPicture, walkthroughPictures, walkthroughSteps } from "./pictures/walkthrough.ts";
import { inWindow, settle, showTree, type Shoot } from "./pictures/window.ts";
import { root } from "./programs.ts";
import { installWorkbench } from "./vscode.ts";

const media = join(root, "media");
const words = process.argv.slice(2);
const only = words.filter((word) => !word.startsWith("--"));
const given = words.find((word) => word.startsWith("--in="))?.slice("--in=".length);

await installWorkbench();
await packageExtension();
await mkdir(join(media, "walkthrough"), { recursive: true });
const place = given ?? (await temporaryFolder("mirageos-pictures-")).path;
// Fails where something of the user's is there already.
if (given !== undefined) await mkdir(given);
const folder = join(place, "unikernels");
const standIns = join(place, "stand-ins");
const env = {
  ...process.env,
  PATH: [join(standIns, "toolchain", "bin"), process.env["PATH"] ?? ""].join(delimiter),
  MIRAGEOS_HOST_ROOT: standInHost,
};
const launchOf = (title: string, unikernel: string, target: string, ...args: readonly string[]) => {
  return { type: "mirage", request: "launch", name: title, unikernel, target, args };
};
const launchJson = {
  version: "0.2.0",
  configurations: [
    launchOf("Hello on unix", "hello", "unix"),
    launchOf("Hello on hvt", "hello", "hvt"),
    launchOf("Network on spt", "network", "spt"),
    launchOf("Crash", "crash", "unix"),
    launchOf("All levels", "crash", "unix", "--mode", "levels", "-l", "*:debug"),
  ],
};
const [light, dark] = ["Default Light Modern", "Default Dark Modern"];
try {
  await copySamples(folder);
  for (const part of ["toolchain", "recordings"]) {
    await cp(join(root, "test-workspace", part), join(standIns, part), { recursive: true });
  }
  // The samples of mistakes would be half of the tree.
  for (const name of ["no-register", "syntax-error", "too-new", "two-registers", "type-error"]) {
    await rm(join(folder, "broken", name), { recursive: true, force: true });
  }
  for (const name of ["several", "café ünïcode", "crash"]) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
  const graphs = ["graph", "graph-comparison"];
  const ofLogs = ["logs-unix", "logs-hvt", "logs-crash", "logs-filtered", "missing-tap"];
  const stepOf = (name: string) => walkthroughSteps.find((step) => name === `walkthrough/${step}`);
  const isOfSteps = (name: string) => name === "walkthrough" || stepOf(name) !== undefined;
  const wanted = (passes: (name: string) => boolean) => only.length === 0 || only.some(passes);
  if (wanted((name) => ![...graphs, ...ofLogs, "get-started"].includes(name) && !isOfSteps(name))) {
    await inTheme(light, lightPictures);
    await inTheme(dark, darkPictures);
  }
  if (wanted((name) => graphs.includes(name))) await inTheme(light, graphPictures);
  if (wanted((name) => ofLogs.includes(name))) {
    await cp(join(root, "test-workspace", "crash"), join(folder, "crash"), { recursive: true });
    await mkdir(join(folder, ".vscode"), { recursive: true });
    await writeFile(join(folder, ".vscode", "launch.json"), JSON.stringify(launchJson));
    await inTheme(dark, logPictures);
  }
  const ofGuide = { place, env, media, steps: walkthroughSteps };
  if (wanted((name) => name === "get-started")) await getStartedPicture(ofGuide);
  if (wanted(isOfSteps)) {
    const steps = only.flatMap((name) => stepOf(name) ?? []);
    await walkthroughPictures(steps.length > 0 ? { ...ofGuide, steps } : ofGuide);
  }
} finally {
  await rm(place, { recursive: true, force: true });
}

/** Takes pictures of a window on the samples. */
async function inTheme(theme: string, take: (page: Page, shoot: Shoot) => Promise<void>): Promise<void> {
  await inWindow(folder, env, { "workbench.colorTheme": theme }, async ({ page }) => {
    await showTree(page);
    await take(page, async (name) => {
      if (only.length > 0 && !only.includes(name)) return;
      // The notification of the failed build belongs to its picture.
      if (name !== "diagnostic") await settle(page);
      else await page.waitForTimeout(500);
      await page.screenshot({ path: join(media, `${name}.png`), animations: "disabled" });
      console.log(`media/${name}.png`);
    });
  });
}
