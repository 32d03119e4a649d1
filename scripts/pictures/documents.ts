import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../programs.ts";
import {
  buildPictures,
  debuggerPicture,
  imagePicture,
  mismatchPicture,
  setupPicture,
  graphPictures,
  logPictures,
  scaffoldPictures,
  getStartedPicture,
} from "./scenes.ts";
import { inSmallWindow, settle, type Shoot, type SmallWindow } from "./window.ts";

/** Pictures that are taken one after another in the same window. */
interface Scene {
  readonly pictures: readonly string[];
  readonly theme: "Default Light Modern" | "Default Dark Modern";
  /** The unikernels of the workspace: folders of test-workspace or of `samples/` in this folder. */
  readonly unikernels: readonly string[];
  /** True if the pictures show a unikernel that was built with the real mirage, instead of a workspace. */
  readonly isBuilt?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The size of the window in CSS pixels; by default, `usualSize`. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly take: (page: Page, shoot: Shoot) => Promise<void>;
}

const scenes: readonly Scene[] = [
  {
    pictures: ["tree", "status-bar", "run", "target-picker", "options", "diagnostic"],
    theme: "Default Light Modern",
    unikernels: ["hello", "network", "kv_ro", "block", "broken/build-error"],
    // The picture of a run shows the terminal.
    settings: { "mirageos.revealLogs": "debug" },
    take: buildPictures,
  },
  {
    pictures: ["mismatch"],
    theme: "Default Dark Modern",
    unikernels: ["hello", "network"],
    take: mismatchPicture,
  },
  {
    pictures: ["check-setup"],
    theme: "Default Light Modern",
    unikernels: ["hello"],
    take: setupPicture,
  },
  {
    pictures: ["graph", "graph-comparison"],
    theme: "Default Light Modern",
    unikernels: ["hello", "network"],
    settings: { "editor.lineNumbers": "off", "editor.folding": false, "editor.glyphMargin": false },
    take: graphPictures,
  },
  {
    pictures: ["logs", "logs-hvt", "logs-crash", "logs-filtered", "missing-tap"],
    theme: "Default Dark Modern",
    unikernels: ["cooler", "hello", "network"],
    settings: { "editor.folding": false, "editor.scrollBeyondLastLine": false },
    take: logPictures,
  },
  {
    pictures: ["debugger"],
    theme: "Default Dark Modern",
    unikernels: ["router", "hello"],
    size: { width: 1200, height: 680 },
    settings: {
      "editor.folding": false,
      "editor.scrollBeyondLastLine": false,
      // Values beside the code would be cut off at this width.
      "debug.inlineValues": "off",
    },
    take: debuggerPicture,
  },
  {
    pictures: ["image"],
    theme: "Default Dark Modern",
    unikernels: [],
    isBuilt: true,
    size: { width: 1200, height: 640 },
    take: imagePicture,
  },
  {
    pictures: ["new-unikernel", "add-device"],
    theme: "Default Dark Modern",
    unikernels: ["hello"],
    settings: { "diffEditor.renderSideBySide": false },
    take: scaffoldPictures,
  },
  {
    pictures: ["get-started"],
    theme: "Default Light Modern",
    unikernels: [],
    size: { width: 1240, height: 960 },
    take: getStartedPicture,
  },
];

/** The names of all pictures in the documentation. */
export const documentPictures: readonly string[] = scenes.flatMap(({ pictures }) => pictures);

export interface DocumentOptions {
  /** A temporary folder in which workspaces are created. */
  readonly place: string;
  /** The environment with the stand-in tools. */
  readonly env: NodeJS.ProcessEnv;
  /** The folder in which the pictures are saved as NAME.png. */
  readonly images: string;
  readonly names: readonly string[];
  /** A unikernel that was built with the real mirage. Without it, the pictures that need it are not taken. */
  readonly built: string | undefined;
}

/** Takes the pictures with these names. */
export async function takeDocumentPictures(options: DocumentOptions): Promise<void> {
  const { place, env, images, names, built } = options;
  for (const { pictures, theme, unikernels, isBuilt = false, settings, size, take } of scenes) {
    if (!pictures.some((picture) => names.includes(picture))) continue;
    if (isBuilt && built === undefined) {
      console.log(`Not taken without --built=FOLDER: ${pictures.join(", ")}.`);
      continue;
    }
    const folder = join(place, "unikernels");
    if (isBuilt && built !== undefined)
      await cp(built, join(folder, basename(built)), { recursive: true, verbatimSymlinks: true });
    else await createWorkspace(folder, unikernels);
    const allSettings = { ...settings, "workbench.colorTheme": theme };
    const act = async ({ page, takePicture }: SmallWindow): Promise<void> =>
      take(page, async (name, part) => {
        // This picture includes the notification of the failed build.
        if (name === "diagnostic") await page.waitForTimeout(500);
        else await settle(page);
        if (names.includes(name)) await takePicture(join(images, `${name}.png`), part);
      });
    await inSmallWindow(folder, env, allSettings, act, size);
    await rm(folder, { recursive: true });
  }
}

/** The unikernels in `samples/`. */
const pictureSamples = new Set(["cooler", "router"]);

async function createWorkspace(folder: string, unikernels: readonly string[]): Promise<void> {
  await mkdir(join(folder, ".vscode"), { recursive: true });
  for (const name of unikernels) {
    const source = pictureSamples.has(name)
      ? join("scripts", "pictures", "samples", name)
      : join("test-workspace", name);
    const isSource = (path: string): boolean => !/[\\/](_build|dist|_opam|duniverse)$/.test(path);
    await cp(join(root, source), join(folder, name), { recursive: true, filter: isSource });
  }
  const launchOf = (title: string, unikernel: string, target: string, ...args: readonly string[]) => {
    return { type: "mirage", request: "launch", name: title, unikernel, target, args };
  };
  const configurations = [
    launchOf("Cooler", "cooler", "unix"),
    launchOf("Cooler without fan", "cooler", "unix", "--limit", "90"),
    launchOf("Router", "router", "unix"),
    launchOf("Hello on hvt", "hello", "hvt"),
    launchOf("Network on spt", "network", "spt"),
  ].filter(({ unikernel }) => unikernels.includes(unikernel));
  await writeFile(
    join(folder, ".vscode", "launch.json"),
    JSON.stringify({ version: "0.2.0", configurations }),
  );
}
