import { resolve } from "node:path";
import { stripAnsi } from "../platform/ansi.ts";
import type { SourceRange } from "../project/config.ts";
import { editorRange, isGenerated, parseLocation, pathResolver, type PrintedLocation } from "./location.ts";
import {
  commandEcho,
  headlineFirst,
  openingOf,
  parseSeverity,
  placesIn,
  severityOfOutput,
  shortenSolverReport,
  sourceOf,
  type RelatedPlace,
} from "./message-lines.ts";
import { t } from "../platform/l10n.ts";

/** Something the output of a step says about a file. */
export interface OutputProblem {
  /** Absolute. config.ml where the output names no file. */
  readonly file: string;
  readonly range: SourceRange;
  readonly severity: "error" | "warning";
  /** At most 8 KiB; lines separated by `\n`. */
  readonly message: string;
  /** A warning's or alert's name (`unused-var`), its number where it has no name. */
  readonly code?: string;
  readonly related: readonly RelatedPlace[];
  readonly source: "ocaml" | "dune" | "mirage";
}

export interface OutputParser {
  /** Takes one line of either stream, without its line end. Any text will do. */
  readonly line: (text: string) => void;
  /** What was found, in the order of the output, duplicates removed; at most 500 problems. */
  readonly end: () => readonly OutputProblem[];
}

export interface OutputParserOptions {
  /** Where the tools ran; absolute, as is `configFile`. */
  readonly root: string;
  readonly configFile: string;
  /** Default: every file exists. */
  readonly exists?: (path: string) => boolean;
  /** Text of a line (counted from 0) where the output shows no excerpt: OCaml counts bytes, editors do not. */
  readonly readLine?: (file: string, line: number) => string | undefined;
}

const limits = { problems: 500, message: 8 * 1024, line: 16 * 1024, related: 20 };

const nowhere: SourceRange = { startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };

/** What is being read: lines are added to `target` until another message begins. */
interface Draft {
  readonly place: { readonly file: string; readonly range: SourceRange };
  readonly source: OutputProblem["source"];
  /** Undefined while an action's own output is read: what it is shows in the end. */
  severity: "error" | "warning" | undefined;
  /** Whether this is the output of a C compiler, a linker or another program that dune ran. */
  readonly ofProgram: boolean;
  readonly code: string | undefined;
  message: string;
  readonly related: { file: string; range: SourceRange; message: string }[];
  /** The last related place, while its text is read. */
  target: { message: string };
}

/** Reads the output of mirage, make, dune and the OCaml compilers line by line. */
export function outputParser(options: OutputParserOptions): OutputParser {
  const { configFile, readLine } = options;
  const root = resolve(options.root);
  const resolvePath = pathResolver(root, options.exists ?? (() => true));
  const problems = new Map<string, OutputProblem>();
  let draft: Draft | undefined;
  /** A location whose message has not begun, and the source lines shown with it. */
  let pending: { readonly location: PrintedLocation; readonly excerpt: Map<number, string> } | undefined;
  let failedRun: string | undefined;

  const placeOf = (location: PrintedLocation, excerpt: ReadonlyMap<number, string>) => {
    const file = resolvePath(location.file);
    // dune names the folder itself where it means the project.
    if (file === root) return { file: configFile, range: nowhere };
    // An excerpt of several lines has dots instead of what is outside the range.
    const shown = location.firstLine === location.lastLine ? excerpt : new Map<number, string>();
    return { file, range: editorRange(location, (line) => shown.get(line) ?? readLine?.(file, line)) };
  };

  const begin = (
    place: Draft["place"],
    source: Draft["source"],
    severity: Draft["severity"],
    text: string,
    code?: string,
  ) => {
    finish();
    const ofProgram = severity === undefined;
    const next: Draft = {
      place,
      source,
      severity,
      ofProgram,
      code,
      message: "",
      related: [],
      target: { message: "" },
    };
    next.target = next;
    draft = next;
    append(text);
  };

  const append = (text: string) => {
    if (!draft || draft.target.message.length >= limits.message) return;
    const glue = draft.target.message === "" ? "" : "\n";
    draft.target.message = (draft.target.message + glue + text).slice(0, limits.message);
  };

  const relate = (location: PrintedLocation, excerpt: ReadonlyMap<number, string>, text: string) => {
    if (!draft || draft.related.length >= limits.related) return;
    const related = { ...placeOf(location, excerpt), message: text.trim() };
    draft.related.push(related);
    draft.target = related;
  };

  const finish = () => {
    const done = draft;
    draft = undefined;
    if (!done) return;
    const severity = done.severity ?? severityOfOutput(done.message);
    if (!severity) return;
    const places = done.ofProgram ? placesIn(done.message, resolvePath) : [];
    const related: RelatedPlace[] = [...done.related, ...places];
    if (isGenerated(done.place.file, configFile)) {
      related.push({
        file: configFile,
        range: nowhere,
        message: t("mirage generates this file from config.ml"),
      });
    }
    add({
      ...done.place,
      severity,
      message: done.ofProgram ? headlineFirst(done.message.trim()) : shortenSolverReport(done.message.trim()),
      ...(done.code === undefined ? {} : { code: done.code }),
      related,
      source: done.source,
    });
  };

  const add = (problem: OutputProblem) => {
    const { file, range, severity, message } = problem;
    const key = JSON.stringify([file, Object.values(range), severity, message]);
    if (problems.has(key)) return;
    if (problems.size >= limits.problems) {
      if (severity === "warning") return;
      const lastWarning = [...problems].findLast(([, other]) => other.severity === "warning");
      if (!lastWarning) return;
      problems.delete(lastWarning[0]);
    }
    problems.set(key, problem);
  };

  const afterLocation = (line: string): void => {
    if (!pending) return;
    const { location, excerpt } = pending;
    // OCaml leaves out the number where a string goes on in the next line.
    const shown = /^ *(\d*) \| ?(.*)$/.exec(line);
    if (shown) {
      const number = shown[1] === "" ? location.firstLine : Number(shown[1]);
      if (excerpt.size < 3) excerpt.set(number - 1, shown[2] ?? "");
      return;
    }
    // The marks below an excerpt, its elision, and dune's name for the build context.
    if (/^[\s^~]*$|^\.{3,}$|^Context: \S+$/.test(line) || commandEcho.test(line)) return;
    pending = undefined;
    const severity = parseSeverity(line);
    // The linker has no file of the user's; what it says belongs to the message before.
    if (/^(?:caml_startup|_none_)$/.test(location.file) && draft) {
      draft.severity = severity?.severity ?? draft.severity;
      append(line);
    } else if (severity) {
      const place = placeOf(location, excerpt);
      begin(place, sourceOf(location.file), severity.severity, severity.text, severity.code);
    } else if (draft?.severity !== undefined && line.startsWith("  ")) {
      relate(location, excerpt, line);
    } else {
      const place = placeOf(location, excerpt);
      begin(place, sourceOf(place.file), undefined, line);
    }
  };

  const line = (raw: string): void => {
    const text = stripAnsi(raw.length > limits.line ? raw.slice(0, limits.line) : raw).trimEnd();
    const location = parseLocation(text);
    if (location) {
      // Of two locations in a row the first has nothing to say.
      if (location.rest === "") pending = { location, excerpt: new Map() };
      else if (draft) relate(location, new Map(), location.rest);
      else begin(placeOf(location, new Map()), "ocaml", "error", location.rest);
      return;
    }
    if (pending) return afterLocation(text);
    const severity = parseSeverity(text);
    if (severity && !draft?.ofProgram) {
      // dune's warnings without a place are about how it was called, not about the project.
      if (severity.severity === "warning") finish();
      else begin({ file: configFile, range: nowhere }, "dune", "error", severity.text, severity.code);
      return;
    }
    const opening = openingOf(text);
    if (opening?.kind === "run") {
      finish();
      failedRun = text;
    } else if (opening?.kind === "end") {
      finish();
    } else if (opening) {
      begin({ file: configFile, range: nowhere }, opening.kind, "error", opening.text);
    } else if (draft) append(text);
    else if (failedRun !== undefined && /^\s+\S/.test(text) && failedRun.length < limits.message) {
      failedRun += ` ${text.trim()}`;
    }
  };

  const end = () => {
    pending = undefined;
    finish();
    const errors = [...problems.values()].some(({ severity }) => severity === "error");
    if (failedRun !== undefined && !errors) {
      const message = failedRun.replace(/^run /, "");
      add({ file: configFile, range: nowhere, severity: "error", message, related: [], source: "mirage" });
    }
    return [...problems.values()];
  };

  return { line, end };
}
