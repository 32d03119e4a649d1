import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { readBrackets } from "../ocaml/brackets.ts";
import { readText } from "../platform/readText.ts";
import { canChooseFolder, chosenFolder, type ConfigureFolder } from "./configureFolder.ts";

/** Where mirage, make and dune run for a config.ml, and how certain that is. */
export interface RootLocation {
  readonly root: string;
  readonly folder: ConfigureFolder;
  /**
   * `certain`: the user, the generated files or all files that say something agree. `convention`: no file says
   * anything. `contradictory`: the files disagree.
   */
  readonly certainty: "certain" | "convention" | "contradictory";
  /** The files that speak for each folder, relative to the workspace folder. */
  readonly evidence: Readonly<Record<ConfigureFolder, readonly string[]>>;
}

const noEvidence: RootLocation["evidence"] = { configFolder: [], parentFolder: [] };

/**
 * Finds the folder in which mirage and make run for a config.ml in `workspaceFolder`. It is the folder of
 * config.ml, except that a `mirage/config.ml` is by convention configured from the folder above, with
 * `mirage configure -f mirage/config.ml`. The user's choice decides, then the files that the last configure
 * generated, then `Sys.getcwd` in config.ml, then what CI files and READMEs do. Runs no program; never rejects.
 */
export async function locateRoot(configFile: string, workspaceFolder: string): Promise<RootLocation> {
  const inside = dirname(configFile);
  const above = dirname(inside);
  const at = (
    folder: ConfigureFolder,
    certainty: RootLocation["certainty"],
    evidence = noEvidence,
  ): RootLocation => ({ root: folder === "configFolder" ? inside : above, folder, certainty, evidence });
  if (!canChooseFolder(configFile, workspaceFolder)) return at("configFolder", "certain");
  const known =
    chosenFolder(configFile) ?? (await generatedIn(inside, above)) ?? (await fromConfig(configFile));
  if (known !== undefined) return at(known, "certain");
  const files = await votes(inside, workspaceFolder);
  const evidence = {
    configFolder: files.filter((file) => file.inPlace).map(({ name }) => name),
    parentFolder: files.filter((file) => file.fromAbove).map(({ name }) => name),
  };
  const [inPlace, fromAbove] = [evidence.configFolder.length > 0, evidence.parentFolder.length > 0];
  if (inPlace && fromAbove) {
    // A CI file is run; a README may be out of date.
    const byCi = files.find(({ isRun, ...file }) => isRun && file.inPlace !== file.fromAbove);
    return at(byCi?.inPlace === true ? "configFolder" : "parentFolder", "contradictory", evidence);
  }
  if (inPlace) return at("configFolder", "certain", evidence);
  return at("parentFolder", fromAbove ? "certain" : "convention", evidence);
}

/** Where the last configure left its Makefile; undefined if there is none, or it may be of another config.ml. */
async function generatedIn(inside: string, above: string): Promise<ConfigureFolder | undefined> {
  const [own, outer] = await Promise.all([inside, above].map((folder) => makefileIn(folder)));
  if (own?.isGenerated && outer?.isGenerated) return own.time >= outer.time ? "configFolder" : "parentFolder";
  if (own && (own.isGenerated || !outer)) return "configFolder";
  if (!outer?.isGenerated) return undefined;
  const hasOther = await stat(join(above, "config.ml")).catch(() => undefined);
  return hasOther ? undefined : "parentFolder";
}

async function makefileIn(
  folder: string,
): Promise<{ readonly isGenerated: boolean; readonly time: number } | undefined> {
  const path = join(folder, "Makefile");
  const [text, found] = await Promise.all([readText(path), stat(path).catch(() => undefined)]);
  return text === undefined || !found
    ? undefined
    : { isGenerated: /^UNIKERNEL_NAME = /m.test(text), time: found.mtimeMs };
}

/** What a pin such as `"git+file://" ^ Filename.dirname (Sys.getcwd ())` in config.ml needs to find its repository. */
async function fromConfig(configFile: string): Promise<ConfigureFolder | undefined> {
  const text = (await readText(configFile)) ?? "";
  if (!text.includes("getcwd")) return undefined;
  const { tokens } = readBrackets(text);
  const names = new Set(tokens.flatMap((token) => (token.kind === "name" ? [token.text] : [])));
  const strings = tokens.flatMap((token) => (token.kind === "string" ? [token.text] : []));
  if (!names.has("getcwd") || !strings.some((each) => each.includes("file://"))) return undefined;
  const leavesFolder =
    names.has("dirname") ||
    names.has("parent_dir_name") ||
    strings.some((each) => /^\/?\.\.(?:[/#]|$)/.test(each));
  if (leavesFolder) return "configFolder";
  const folder = dirname(configFile);
  const isRepository = await stat(join(folder, ".git")).catch(() => undefined);
  return isRepository ? "configFolder" : "parentFolder";
}

/** What one file of the project does with `mirage/`. */
interface Vote {
  /** Relative to the workspace folder, with `/`. */
  readonly name: string;
  readonly inPlace: boolean;
  readonly fromAbove: boolean;
  /** Whether machines run it. */
  readonly isRun: boolean;
}

/** Bounds how many files are read and how large they may be. */
const fileLimit = 40;
const byteLimit = 256 * 1024;

const ciFile =
  /^(?:\.cirrus\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|Dockerfile.*|GNUmakefile|Makefile|.+\.sh)$/;
const readme = /^(?:readme|install|hacking|contributing)(?:\.\w+)?$/i;

async function votes(inside: string, workspaceFolder: string): Promise<readonly Vote[]> {
  const folders = [inside];
  for (let at = dirname(inside); ; at = dirname(at)) {
    folders.push(at);
    if (at === workspaceFolder || at === dirname(at) || !at.startsWith(workspaceFolder + sep)) break;
  }
  const workflows = folders.map((folder) => join(folder, ".github", "workflows"));
  const listed = await Promise.all(
    [...folders, ...workflows, ...folders.map((folder) => join(folder, ".circleci"))].map(async (folder) => {
      const names = await readdir(folder).catch(() => []);
      const isCi = basename(folder) === "workflows" || basename(folder) === ".circleci";
      return names.flatMap((name) => {
        const isRun = isCi ? /\.ya?ml$/.test(name) : ciFile.test(name);
        return isRun || readme.test(name) ? [{ path: join(folder, name), isRun }] : [];
      });
    }),
  );
  const files = listed.flat().slice(0, fileLimit);
  const read = await Promise.all(
    files.map(async ({ path, isRun }): Promise<Vote[]> => {
      const text = await readText(path, byteLimit);
      const name = relative(workspaceFolder, path).split(sep).join("/");
      return text === undefined ? [] : [{ name, isRun, ...folderUsedBy(text) }];
    }),
  );
  return read.flat().filter(({ inPlace, fromAbove }) => inPlace || fromAbove);
}

/** Whether commands in the text of a script, CI file or README configure in `mirage/`, or from the folder above it. */
export function folderUsedBy(text: string): { readonly inPlace: boolean; readonly fromAbove: boolean } {
  const fromAbove = /(?:-f|--file)[ =]["']?(?:[\w.$@{}/-]*\/)?mirage\/config\.ml\b/.test(text);
  // Those who build mirage itself change into its clone.
  const clones = /git clone\b.*[/:]mirage(?:\.git)?\s/.test(text);
  const configures = /\bmirage (?:configure|build)\b|\bmake (?:all|build|depends?)\b/.test(text);
  const enters =
    /(?:\bcd|\bpushd)\s+["']?(?:[\w.$@{}-]*\/)*mirage\/?["']?(?=\s|;|&|\)|`|$)/m.test(text) ||
    /^\s*(?:-\s+)?working-directory:\s*["']?(?:[\w.$@{}-]*\/)*mirage\/?["']?\s*$/m.test(text) ||
    /^\s*WORKDIR\s+(?:\S*\/)?mirage\/?\s*$/m.test(text);
  const makes = /\bmake\s+-C\s+(?:[\w.$@{}-]*\/)*mirage\/?(?=\s|;|&|$)/m.test(text);
  return { inPlace: (enters && configures && !clones) || makes, fromAbove };
}
