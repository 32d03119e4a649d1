import { readFile, stat } from "node:fs/promises";
import { existsSync, realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

/** Where the project's files are. */
export interface SourceFolders {
  /** The folder in which dune runs. */
  readonly root: string;
  /** Folders whose files are the user's, in addition to `root`. */
  readonly workspaceFolders: readonly string[];
}

/** A source file of the program. */
export interface ProgramSource {
  /** The path that gdb knows, for breakpoints. */
  readonly built: string;
  /** The path in the user's folders. */
  readonly path: string;
}

/** Translates between the paths in the line tables and the user's files. */
export interface ProgramSources {
  /** Sets the full names that gdb lists. */
  readonly setFiles: (fullNames: readonly string[]) => void;
  /** The files of the program that exist, the user's first. */
  readonly all: () => readonly ProgramSource[];
  /** The existing file for a full name of gdb, or `undefined`. */
  readonly path: (fullName: string | undefined) => string | undefined;
  /** The file of the program whose full name ends with a name as passed to the compiler, such as `lib/a.ml`. */
  readonly withName: (name: string) => string | undefined;
  /** The file of the program for a file of the user, or `undefined` if it is not linked. */
  readonly built: (path: string) => string | undefined;
  /** Whether a file is the user's: not a library's, and not generated. */
  readonly isUser: (path: string | undefined) => boolean;
  /** The text that was compiled, or `undefined` if it is not stored. */
  readonly builtText: (path: string) => Promise<string | undefined>;
  /** The copy that was compiled, if the file has changed since; otherwise `undefined`. */
  readonly builtCopy: (path: string) => Promise<string | undefined>;
}

export function createSources({ root, workspaceFolders }: SourceFolders): ProgramSources {
  const realPaths = new Map<string, string>();
  const real = (file: string): string => {
    const known = realPaths.get(file) ?? realPath(file);
    realPaths.set(file, known);
    return known;
  };
  const folders = [root, ...workspaceFolders].map(realPath);
  const paths = new Map<string, string | undefined>();
  let files: readonly ProgramSource[] = [];
  /** The folder in which dune ran, if it is no longer `root`. */
  let movedFrom: string | undefined;

  const path = (fullName: string | undefined): string | undefined => {
    if (fullName === undefined) return undefined;
    if (!paths.has(fullName)) paths.set(fullName, sourcePath(moved(fullName), root));
    return paths.get(fullName);
  };
  const moved = (fullName: string) =>
    movedFrom !== undefined && fullName.startsWith(`${movedFrom}${sep}_build${sep}`)
      ? root + fullName.slice(movedFrom.length)
      : fullName;
  const users = new Map<string, boolean>();
  const isUser = (file: string | undefined): boolean => {
    if (file === undefined) return false;
    const known = users.get(file) ?? isUserFile(file);
    users.set(file, known);
    return known;
  };
  const isUserFile = (file: string): boolean => {
    const folder = folders.find((each) => isInside(real(file), each));
    if (folder === undefined) return false;
    const [first = "", ...rest] = relative(folder, real(file)).split(sep);
    const isGenerated = first === "mirage" && rest.length > 0;
    return !isGenerated && ![first, ...rest].some((name) => libraryFolders.has(name));
  };
  const builtPath = (file: string) => {
    return files.find(({ path: known }) => known === file || real(known) === real(file))?.built;
  };
  const readStored = async (file: string) => {
    const built = builtPath(file);
    const full = built === undefined ? undefined : moved(built);
    const inBuild = full !== undefined && full.includes(`${sep}_build${sep}`) ? full : undefined;
    const candidates = [
      ...(inBuild === undefined ? [] : [inBuild]),
      ...buildContexts.map((context) => join(root, "_build", context, relative(root, file))),
    ];
    for (const candidate of candidates) {
      const text = await readFile(candidate, "utf8").catch(() => undefined);
      if (text !== undefined) return { path: candidate, text };
    }
    return undefined;
  };
  /** The texts that were compiled, as they were when they were first needed: a later build is not what runs. */
  const stored = new Map<string, ReturnType<typeof readStored>>();
  const storedFile = (file: string) => {
    const known = stored.get(file) ?? readStored(file);
    stored.set(file, known);
    return known;
  };
  const texts = new Map<string, Promise<string | undefined>>();
  const readText = async (file: string) =>
    (await storedFile(file))?.text ?? readFile(file, "utf8").catch(() => undefined);
  /** Whether files differ from what was compiled, with the versions of the files that were compared. */
  const compared = new Map<string, { readonly version: string; readonly isChanged: boolean }>();
  const isChanged = async (file: string, text: string) => {
    const { mtimeMs = 0, size = 0 } = (await stat(file).catch(() => undefined)) ?? {};
    const version = `${mtimeMs} ${size}`;
    const known = compared.get(file);
    if (known?.version === version) return known.isChanged;
    const current = await readFile(file, "utf8").catch(() => text);
    compared.set(file, { version, isChanged: current !== text });
    return current !== text;
  };
  return {
    setFiles: (fullNames) => {
      stored.clear();
      texts.clear();
      compared.clear();
      movedFrom = formerRoot(fullNames, root);
      paths.clear();
      const found = fullNames.flatMap((built) => {
        const known = path(built);
        return known === undefined ? [] : [{ built, path: known }];
      });
      const user = found.filter((file) => isUser(file.path));
      files = [...user, ...found.filter((file) => !user.includes(file))];
    },
    all: () => files,
    path,
    withName: (name) => files.find(({ built }) => built === name || built.endsWith(`/${name}`))?.path,
    built: builtPath,
    isUser,
    builtText: (file) => {
      const text = texts.get(file) ?? readText(file);
      texts.set(file, text);
      return text;
    },
    builtCopy: async (file) => {
      const copy = await storedFile(file);
      return copy !== undefined && (await isChanged(file, copy.text)) ? copy.path : undefined;
    },
  };
}

/** Folders with the code of others, or with what dune writes. */
const libraryFolders = new Set(["_build", "_opam", ".opam", "duniverse"]);
const buildContexts = ["default", "solo5", "unikraft"];

/**
 * The file that a full name of a line table stands for. dune compiles in `ROOT/_build/CONTEXT`, and from its
 * language 3.0 on it writes `/workspace_root` in the place of that folder.
 */
function sourcePath(fullName: string, root: string): string | undefined {
  const inWorkspace = /^\/workspace_root\/(.*)$/.exec(fullName)?.[1];
  const inBuild = /^(.*)\/_build\/[^/]+\/(.*)$/.exec(fullName);
  const candidates =
    inWorkspace === undefined
      ? [...(inBuild ? [join(inBuild[1] ?? "", inBuild[2] ?? "")] : []), fullName]
      : [resolve(root, inWorkspace)];
  return candidates.find((candidate) => isAbsolute(candidate) && existsSync(candidate));
}

/**
 * The folder in which dune ran if that was not `root`: the project was moved, built in a container, or dune's cache had
 * its object files from a copy. It is the one most of whose files are in `root` too.
 */
function formerRoot(fullNames: readonly string[], root: string): string | undefined {
  const builds = new Map<string, string[]>();
  for (const fullName of fullNames) {
    const [, folder, file] = /^(.*)\/_build\/[^/]+\/(.*)$/.exec(fullName) ?? [];
    if (folder === undefined || file === undefined) continue;
    builds.set(folder, [...(builds.get(folder) ?? []), file]);
  }
  if ([...builds.keys()].some((folder) => realPath(folder) === realPath(root))) return undefined;
  const inRoot = [...builds].map(([folder, all]) => ({
    folder,
    count: all.filter((file) => existsSync(join(root, file))).length,
  }));
  const [best] = inRoot.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count);
  return best?.folder;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isInside(path: string, folder: string): boolean {
  const rest = relative(folder, path);
  return rest !== "" && !rest.startsWith("..") && !isAbsolute(rest);
}
