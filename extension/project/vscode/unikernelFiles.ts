import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { readText } from "../../platform/readText.ts";
import { ownerOf } from "./pickProject.ts";
import type { Project, Projects } from "./projects.ts";
import type { ConfigSource } from "../../mirage/config/dslCalls.ts";
import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import { mainTargets } from "../../mirage/config/mainTargets.ts";
import { libraryFiles, moduleOfFile, type LibraryFiles } from "../libraries/localLibraries.ts";
import type { Edit } from "../../mirage/config/mismatchFixes.ts";
import type { Span } from "../../ocaml/brackets.ts";
import { sourceRanges } from "../../ocaml/sourceRange.ts";
import { readSource, type SourceModule } from "../../ocaml/functors.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";

/** config.ml files, selected by name because VS Code may not know their language. */
export const configFiles: vscode.DocumentSelector = { scheme: "file", pattern: "**/config.ml" };
/** OCaml files of unikernels, also selected by name. */
export const ocamlFiles: vscode.DocumentSelector = { scheme: "file", pattern: "**/*.ml" };

/** A file with its text in the editor, or on disk if it is not open. */
export interface TextFile {
  readonly uri: vscode.Uri;
  readonly text: string;
  /** The range of a span of its text. */
  readonly range: (span: Span) => vscode.Range;
}

/** One unikernel's parsed config.ml and OCaml files. */
export interface UnikernelFiles {
  readonly project: Project;
  readonly config: TextFile & { readonly read: ConfigSource };
  /**
   * Keyed by the module path that users of the file write: `Unikernel` for unikernel.ml beside config.ml,
   * `Shop.Cart` for cart.ml of a library of the project that a `main` names.
   */
  readonly sources: ReadonlyMap<string, UnikernelSource>;
}

export type UnikernelSource = TextFile & { readonly read: SourceModule };

export interface Files extends vscode.Disposable {
  readonly owner: (uri: vscode.Uri) => Project | undefined;
  /** Undefined if config.ml cannot be read. */
  readonly of: (project: Project) => Promise<UnikernelFiles | undefined>;
  /** The files that `main` can name: those beside config.ml and those of the project's own libraries. */
  readonly all: (project: Project) => Promise<UnikernelFiles["sources"]>;
}

/** Reads and caches the files of unikernels. */
export function createFiles(projects: Projects): Files {
  const texts = new Map<string, Promise<string | undefined>>();
  const folders = new Map<string, Promise<readonly string[]>>();
  const libraries = new Map<string, Promise<LibraryFiles>>();
  const configs = new WeakMap<object, ConfigSource>();
  const modules = new WeakMap<object, SourceModule>();
  const latest = new Map<string, TextFile>();

  const file = async (path: string): Promise<TextFile | undefined> => {
    const open = vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === "file" && uri.fsPath === path,
    );
    const text = open ? open.getText() : await once(texts, path, () => readText(path));
    const last = latest.get(path);
    if (text === undefined || last?.text === text) return text === undefined ? undefined : last;
    const made = textFile(vscode.Uri.file(path), text);
    latest.set(path, made);
    return made;
  };
  const once = <T>(cache: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> => {
    const known = cache.get(key) ?? read();
    cache.set(key, known);
    return known;
  };
  const cached = <T>(cache: WeakMap<object, T>, of: TextFile, read: (text: string) => T): T => {
    const known = cache.get(of);
    if (known) return known;
    const made = read(of.text);
    cache.set(of, made);
    return made;
  };

  const of = async (project: Project): Promise<UnikernelFiles | undefined> => {
    const config = await file(project.configFile);
    if (!config) return undefined;
    const read = cached(configs, config, readConfigSource);
    const sources = await beside(project);
    const named = new Set(read.mains.map(({ module }) => module.value.split(".")[0] ?? ""));
    // Most unikernels have no library of their own, so their folders need not be read.
    if ([...named].some((module) => module !== "" && !sources.has(module)))
      await addLibraries(project, sources, (module) => named.has(module));
    return { project, config: { ...config, read }, sources };
  };

  const beside = async ({ buildDir }: Project): Promise<Map<string, UnikernelSource>> => {
    const names = await once(folders, buildDir, () => readdir(buildDir).catch(() => []));
    const sources = new Map<string, UnikernelSource>();
    for (const name of names) {
      const module = name === "config.ml" ? undefined : moduleOfFile(name);
      const source = module === undefined ? undefined : await file(join(buildDir, name));
      if (module !== undefined && source)
        sources.set(module, { ...source, read: cached(modules, source, readSource) });
    }
    return sources;
  };

  /** Adds the files of the libraries that are selected by name. A file beside config.ml hides a library of its name. */
  const addLibraries = async (
    { root, buildDir }: Project,
    sources: Map<string, UnikernelSource>,
    isSelected: (module: string) => boolean,
  ): Promise<void> => {
    const own = new Set(sources.keys());
    const found = await once(libraries, `${root}\0${buildDir}`, () => libraryFiles(root, buildDir));
    for (const [module, path] of found) {
      const [first = ""] = module.split(".");
      const source = own.has(first) || !isSelected(first) ? undefined : await file(path);
      if (source) sources.set(module, { ...source, read: cached(modules, source, readSource) });
    }
  };

  const all = async (project: Project): Promise<UnikernelFiles["sources"]> => {
    const sources = await beside(project);
    await addLibraries(project, sources, () => true);
    return sources;
  };

  const watching = projects.onDidChange(() => {
    texts.clear();
    folders.clear();
    libraries.clear();
  });
  return { owner: (uri) => ownerOf(uri, projects.all()), of, all, dispose: () => watching.dispose() };
}

function textFile(uri: vscode.Uri, text: string): TextFile {
  const rangeOf = sourceRanges(text);
  return { uri, text, range: ({ start, end }) => editorRange(rangeOf(start, end)) };
}

/** Finds config.ml or one of the sources by its URI. */
export function fileAt(files: UnikernelFiles, uri: vscode.Uri): TextFile | undefined {
  const path = uri.fsPath;
  return [files.config, ...files.sources.values()].find((each) => each.uri.fsPath === path);
}

/** The file that defines the module which a `main` names. */
export const sourceOfMain = (
  { sources }: UnikernelFiles,
  { file: name }: { readonly file: string | undefined },
): UnikernelSource | undefined => (name === undefined ? undefined : sources.get(name));

/**
 * Opens the source file that the first `main` of config.ml names, usually unikernel.ml. Opens config.ml if there is no
 * such file.
 */
export async function openMainSource(projects: Projects, project: Project): Promise<void> {
  const files = createFiles(projects);
  try {
    const read = await files.of(project);
    const [target] = read ? mainTargets(read.config.read, (name) => read.sources.get(name)?.read) : [];
    const source = read && target && sourceOfMain(read, target);
    await vscode.window.showTextDocument(source?.uri ?? vscode.Uri.file(project.configFile));
  } finally {
    files.dispose();
  }
}

/** Converts edits of config.ml and of one source file into an edit of the workspace. */
export function workspaceEdit(
  config: TextFile,
  source: TextFile | undefined,
  edits: readonly Edit[],
): vscode.WorkspaceEdit {
  const made = new vscode.WorkspaceEdit();
  for (const edit of edits) {
    const target = edit.file === "config" ? config : source;
    if (target) made.replace(target.uri, target.range(edit.span), edit.text);
  }
  return made;
}
