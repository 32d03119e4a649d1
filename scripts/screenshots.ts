/**
 * `npm run screenshots`: takes the pictures of the documentation (docs/images/NAME.png) and of the
 * walkthrough (media/walkthrough/STEP-THEME.png) from the packaged extension with the stand-in tools. Look at
 * each picture before you commit it. Names after the command select pictures: `tree`, `walkthrough/run`, or
 * `walkthrough` for all of the walkthrough. Some pictures show paths: `--in=FOLDER` puts the workspace and
 * the tools into a new folder with a presentable name, and removes it afterwards. `--built=FOLDER` names a
 * unikernel that was built with the real mirage, which the picture `image` shows.
 */
import { cp, mkdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { temporaryFolder } from "../test/harness/temporaryFolder.ts";
import { packageExtension } from "./package.ts";
import { documentPictures, takeDocumentPictures } from "./pictures/documents.ts";
import { walkthroughPictures, walkthroughSteps } from "./pictures/walkthrough.ts";
import { root } from "./programs.ts";
import { installWorkbench } from "./vscode.ts";

const media = join(root, "media");
const images = join(root, "docs", "images");
const words = process.argv.slice(2);
const option = (name: string): string | undefined =>
  words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const given = option("in");
const built = option("built");
const selected = words.filter((word) => !word.startsWith("--"));
const isSelected = (...names: readonly string[]): boolean =>
  selected.length === 0 || names.some((name) => selected.includes(name));
const names = documentPictures.filter((name) => isSelected(name));
const steps = walkthroughSteps.filter((step) => isSelected("walkthrough", `walkthrough/${step}`));
if (names.length + steps.length === 0) {
  const all = [...documentPictures, ...walkthroughSteps.map((step) => `walkthrough/${step}`)];
  throw new Error(`Unknown picture: ${selected.join(" ")}. The pictures are: ${all.join(", ")}.`);
}

await installWorkbench();
await packageExtension();
await mkdir(join(media, "walkthrough"), { recursive: true });
const place = given ?? (await temporaryFolder("mirageos-pictures-")).path;
// This fails if the folder exists, so that no file of the user is removed below.
if (given !== undefined) await mkdir(given);
// The pictures show this path as the path of an opam switch.
const opam = join(place, ".opam");
const toolchain = join(opam, "mirage");
const env = {
  ...process.env,
  PATH: [join(toolchain, "bin"), process.env["PATH"] ?? ""].join(delimiter),
  MIRAGEOS_HOST_ROOT: join(toolchain, "host"),
};
try {
  await cp(join(root, "test-workspace", "toolchain"), toolchain, { recursive: true });
  await cp(join(root, "test-workspace", "recordings"), join(opam, "recordings"), { recursive: true });
  if (names.length > 0) await takeDocumentPictures({ place, env, images, names, built });
  if (steps.length > 0) await walkthroughPictures({ place, env, media, steps });
} finally {
  await rm(place, { recursive: true, force: true });
}
