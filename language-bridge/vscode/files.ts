import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { readText } from "../../extension/platform/text.ts";
import { ownerOf } from "../../extension/project/vscode/pick.ts";
import type { Project, Projects } from "../../extension/project/vscode/projects.ts";
import { readConfigSource, type ConfigSource } from "../configSource.ts";
import type { Edit } from "../mismatchFixes.ts";
import type { Span } from "../tokens.ts";
import { readSource, type SourceModule } from "../unikernelSource.ts";

/** Files of a unikernel; by name, because VS Code may know no language for them. */
export const configFiles: vscode.DocumentSelector = { scheme: "file", pattern: "**/config.ml" };
/** OCaml files of unikernels, by name too. */
export const ocamlFiles: vscode.DocumentSelector = { scheme: "file", pattern: "**/*.ml" };

/** A file as it stands in the editor, or on disk where it is not open. */
export interface TextFile {
  readonly uri: vscode.Uri;
  readonly text: string;
  /** The range of a piece of its text. */
  readonly range: (span: Span) => vscode.Range;
}

/** One unikernel's config.ml and the OCaml files beside it, read. */
export interface UnikernelFiles {
  readonly project: Project;
  readonly config: TextFile & { readonly read: ConfigSource };
  /** By the name of the module that the file is. */
  readonly sources: ReadonlyMap<string, TextFile & { readonly read: SourceModule }>;
}

export interface Files extends vscode.Disposable {
  readonly owner: (uri: vscode.Uri) => Project | undefined;
  /** Undefined where config.ml cannot be read. */
  readonly of: (project: Project) => Promise<UnikernelFiles | undefined>;
}

/** Reads the files of unikernels, each text once. */
export function createFiles(projects: Projects): Files {
  const texts = new Map<string, Promise<string | undefined>>();
  const folders = new Map<string, Promise<readonly string[]>>();
  const configs = new WeakMap<object, ConfigSource>();
  const modules = new WeakMap<object, SourceModule>();
  const latest = new Map<string, TextFile>();

  const onDisk = (path: string) => {
    const known = texts.get(path);
    if (known) return known;
    const read = readText(path);
    texts.set(path, read);
    return read;
  };
  const file = async (path: string): Promise<TextFile | undefined> => {
    const open = vscode.workspace.textDocuments.find(
      ({ uri }) => uri.scheme === "file" && uri.fsPath === path,
    );
    const text = open ? open.getText() : await onDisk(path);
    const last = latest.get(path);
    if (text === undefined || last?.text === text) return text === undefined ? undefined : last;
    const made = textFile(vscode.Uri.file(path), text);
    latest.set(path, made);
    return made;
  };
  const listed = (folder: string) => {
    const known = folders.get(folder);
    if (known) return known;
    const names = readdir(folder).catch(() => []);
    folders.set(folder, names);
    return names;
  };
  const remembered = <T>(memory: WeakMap<object, T>, of: TextFile, read: (text: string) => T): T => {
    const known = memory.get(of);
    if (known) return known;
    const made = read(of.text);
    memory.set(of, made);
    return made;
  };

  const of = async (project: Project): Promise<UnikernelFiles | undefined> => {
    const config = await file(project.configFile);
    if (!config) return undefined;
    const names = (await listed(project.buildDir)).filter(
      (name) => name.endsWith(".ml") && name !== "config.ml",
    );
    const sources = new Map<string, TextFile & { read: SourceModule }>();
    for (const name of names) {
      const source = await file(join(project.buildDir, name));
      if (source) sources.set(moduleOf(name), { ...source, read: remembered(modules, source, readSource) });
    }
    return { project, config: { ...config, read: remembered(configs, config, readConfigSource) }, sources };
  };

  const watching = projects.onDidChange(() => {
    texts.clear();
    folders.clear();
  });
  return { owner: (uri) => ownerOf(uri, projects.all()), of, dispose: () => watching.dispose() };
}

function moduleOf(path: string): string {
  const name = basename(path, ".ml");
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function textFile(uri: vscode.Uri, text: string): TextFile {
  const lines = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) lines.push(match.index + match[0].length);
  const position = (offset: number) => {
    let [low, high] = [0, lines.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((lines[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return new vscode.Position(low, offset - (lines[low] ?? 0));
  };
  return { uri, text, range: ({ start, end }) => new vscode.Range(position(start), position(end)) };
}

/** The files by uri: config.ml or one of the sources. */
export function fileAt(files: UnikernelFiles, uri: vscode.Uri): TextFile | undefined {
  const path = uri.fsPath;
  return [files.config, ...files.sources.values()].find((each) => each.uri.fsPath === path);
}

/** Edits of config.ml and of one source as VS Code applies them. */
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
