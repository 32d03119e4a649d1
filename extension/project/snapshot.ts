import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { readText } from "../platform/readText.ts";
import { canChooseFolder } from "./configureFolder.ts";
import { parseContext, withoutConfigFile } from "./mirageContext.ts";
import type { Unikernel } from "./model.ts";
import type { FileStamp, ProjectSnapshot } from "./state.ts";

/** Folders without sources of the unikernel itself. */
const notSource = new Set(["_build", "duniverse", "dist", "mirage", "_opam", "node_modules"]);
const sourceFile = /\.(?:ml|mli|mll|mly|c|h|opam)$|^dune$/;
/** mirage generates the `dune` next to config.ml, and a change of config.ml makes configure stale, not the build. */
const notOwnSource = new Set(["dune", "config.ml"]);
const sourceFileLimit = 5000;

/**
 * Reads the facts about a unikernel's files without running a program. `artifact` returns the path of the image for a
 * target, relative to config.ml's folder, if `dist/dune` doesn't name it; `loadedSize` returns the bytes that an image takes
 * in memory, if it can be read. Rejects only if config.ml itself cannot be read.
 */
export async function readSnapshot(
  { root, buildDir, configFile }: Pick<Unikernel, "root" | "buildDir" | "configFile">,
  artifact: (target: string) => string | undefined,
  loadedSize: (image: string) => Promise<number | undefined>,
): Promise<ProjectSnapshot> {
  const config = { path: basename(configFile), mtime: (await stat(configFile)).mtimeMs };
  const [contextText, dune, makefile, duneBuild, main, duniverse, distDune] = await Promise.all([
    readText(join(buildDir, "mirage", "context")),
    readText(join(buildDir, "dune")),
    readText(join(root, "Makefile")),
    statOf(join(buildDir, "dune.build")),
    statOf(join(buildDir, "mirage", "main.ml")),
    statOf(join(buildDir, "duniverse")),
    readText(join(buildDir, "dist", "dune")),
  ]);
  // mirage writes the context before it compiles config.ml, and dune.build only after that succeeded.
  const configured = contextText !== undefined && makefile !== undefined && duneBuild;
  const context = configured ? parseContext(contextText) : undefined;
  const opamFile = context && (await opamFileFor(buildDir, context.target, makefile ?? ""));
  const lockPath = join(buildDir, `${opamFile?.path}.locked`);
  const lockStat = opamFile && (await statOf(lockPath));
  const image = context && (imageOfRules(distDune ?? "") ?? artifact(context.target));
  const imagePath = image === undefined ? undefined : join(buildDir, image);
  const imageStat = imagePath === undefined ? undefined : await statOf(imagePath);
  return {
    config,
    configure: context && {
      target: context.target,
      options: withoutConfigFile(context.options),
      writtenAt: Math.max(duneBuild?.mtimeMs ?? 0, main?.mtimeMs ?? 0),
    },
    dune,
    missing: [...(dune === undefined ? ["dune"] : []), ...(distDune === undefined ? ["dist/dune"] : [])],
    opamFile,
    lockFile: lockStat && { path: lockPath, mtime: lockStat.mtimeMs },
    duniverse: duniverse?.isDirectory() === true,
    ...(!lockStat && { otherLock: await hasLock(buildDir) }),
    image:
      imagePath && imageStat
        ? {
            path: imagePath,
            mtime: imageStat.mtimeMs,
            bytes: imageStat.size,
            loaded: await loadedSize(imagePath),
          }
        : undefined,
    newestSource: imageStat && (await newestSource(buildDir)),
  };
}

/**
 * The image that the generated rules in `dist/dune` copy, relative to config.ml's folder: config.ml may compute the name of
 * its unikernel, and the option `-o` of configure replaces it. Files for xl come after it.
 */
export function imageOfRules(text: string): string | undefined {
  const name = /^ *\(target ([^\s()"/\\]{1,200})\)/m.exec(text)?.[1];
  return name === undefined ? undefined : `dist/${name}`;
}

/** Finds the opam file of the last configure. mirage does not remove those of earlier names and targets. */
async function opamFileFor(
  buildDir: string,
  target: string,
  makefile: string,
): Promise<FileStamp | undefined> {
  const named = /^UNIKERNEL_NAME = (\S+)$/m.exec(makefile)?.[1];
  const current = named === undefined ? undefined : await stamp(buildDir, `mirage/${named}.opam`);
  if (current) return current;
  const names = await entries(join(buildDir, "mirage"));
  const name = names.find((entry) => entry.name.endsWith(`-${target}.opam`))?.name;
  return name === undefined ? undefined : stamp(buildDir, `mirage/${name}`);
}

async function hasLock(buildDir: string): Promise<boolean> {
  const names = await entries(join(buildDir, "mirage"));
  return names.some(({ name }) => name.endsWith(".opam.locked"));
}

async function newestSource(folder: string): Promise<FileStamp | undefined> {
  let newest: FileStamp | undefined;
  let left = sourceFileLimit;
  const visit = async (inner: string): Promise<void> => {
    for (const entry of await entries(inner)) {
      if (left <= 0) return;
      const path = join(inner, entry.name);
      if (entry.isDirectory()) {
        if (!notSource.has(entry.name) && !entry.name.startsWith(".")) await visit(path);
      } else if (sourceFile.test(entry.name) && !(inner === folder && notOwnSource.has(entry.name))) {
        left--;
        const file = await stamp(folder, relative(folder, path));
        if (file && file.mtime > (newest?.mtime ?? 0)) newest = file;
      }
    }
  };
  await visit(folder);
  return newest;
}

async function stamp(folder: string, path: string): Promise<FileStamp | undefined> {
  const found = await statOf(join(folder, path));
  return found && { path: path.split(sep).join("/"), mtime: found.mtimeMs };
}

// A missing or unreadable file is a normal state of a project, not an error.
const statOf = (path: string) => stat(path).catch(() => undefined);
const entries = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => []);

/**
 * The folder in which mirage and make run for a config.ml in `workspaceFolder`: its own, except where
 * `locateRoot` finds that a `mirage/config.ml` is configured from the folder above.
 */
export async function rootOf(configFile: string, workspaceFolder: string): Promise<string> {
  if (!canChooseFolder(configFile, workspaceFolder)) return dirname(configFile);
  // Loaded on demand, because most workspaces have no mirage/config.ml.
  return (await (await import("./locateRoot.ts")).locateRoot(configFile, workspaceFolder)).root;
}
