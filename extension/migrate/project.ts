import { readBrackets, type Span } from "../ocaml/brackets.ts";
import { EditedText } from "./editedText.ts";

/** An OCaml file of a unikernel other than config.ml. */
export interface MigratedModule {
  readonly path: string;
  /** The module's name: `Unikernel` for unikernel.ml. */
  readonly name: string;
  readonly edited: EditedText;
  readonly hasInterface: boolean;
}

/** The files of a unikernel while rules change them. */
export interface MigratedProject {
  /** The version of mirage to migrate to. */
  readonly version: string;
  readonly config: EditedText;
  readonly modules: readonly MigratedModule[];
}

/** A file as it is read: its path, and its text. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
  /** Whether an .mli file is beside it, which hides definitions that are added. */
  readonly hasInterface?: boolean;
}

/** A change of mirage and the edits that follow it. Running a rule twice changes nothing the second time. */
export interface Rule {
  /** The version of mirage that made the change. */
  readonly since: string;
  readonly apply: (project: MigratedProject) => void;
}

/** The file of a module, by its name. */
export function moduleNamed(project: MigratedProject, name: string): MigratedModule | undefined {
  return project.modules.find((each) => each.name === name);
}

/** The span with the white space before it. */
export function withBlanksBefore(text: string, { start, end }: Span): Span {
  let from = start;
  while (from > 0 && /\s/.test(text[from - 1] ?? "")) from--;
  return { start: from, end };
}

/** The span with the white space after it. */
export function withBlanksAfter(text: string, { start, end }: Span): Span {
  let to = end;
  while (to < text.length && /\s/.test(text[to] ?? "")) to++;
  return { start, end: to };
}

/** The line break that the text uses. */
export const lineBreak = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");

/**
 * Every use of a value in an OCaml file, `~name` alone included, in the order of the text. Bindings, labels
 * with a value (`~name:x`) and members of other modules are not uses.
 */
export function usesOf(text: string, name: string): Span[] {
  const { tokens, is } = readBrackets(text);
  return tokens.flatMap(({ start, end }, at) => {
    if (!is(at, name) || is(at - 1, ".") || is(at - 1, "let") || is(at - 1, "and")) return [];
    const isLabel = (is(at - 1, "~") || is(at - 1, "?")) && is(at + 1, ":");
    return isLabel ? [] : [{ start, end }];
  });
}
