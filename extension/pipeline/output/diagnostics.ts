import { resolve } from "node:path";
import { stripAnsi } from "../../platform/ansi.ts";
import type { SourceRange } from "../../ocaml/sourceRange.ts";
import { locationRange, parseLocation, pathResolver, type PrintedLocation } from "./location.ts";
import {
  commandEcho,
  endsProgramOutput,
  headlineFirst,
  openingOf,
  parseSeverity,
  locationsIn,
  severityOfOutput,
  messageSource,
} from "./compilerMessages.ts";
import type { OutputProblem } from "./outputProblem.ts";
import { atUserCause, packageProblems, type ProblemFiles } from "./moveToUserCause.ts";
import type { ReadText } from "./userSources.ts";

export interface OutputParser {
  /** Reads one line of either stream, without its line end. Accepts any text. */
  readonly line: (text: string) => void;
  /**
   * Returns the problems in the order of the output without duplicates, at most 500. If the step failed and nothing
   * else is an error, whatever programs in rules printed is one: dune does not say which of them failed.
   */
  readonly end: (failed?: boolean) => readonly OutputProblem[];
}

export interface OutputParserOptions {
  /** The folder in which the tools ran. It and `configFile` are absolute. */
  readonly root: string;
  readonly configFile: string;
  /** Default: every file exists. */
  readonly exists?: (path: string) => boolean;
  /** Returns the text of a line (from 0). It converts OCaml's bytes to columns if the output has no excerpt. */
  readonly readLine?: (file: string, line: number) => string | undefined;
  /** Returns the text of config.ml or a file of the unikernel, to find the cause of a problem in a generated file. */
  readonly readText?: ReadText;
}

const limits = { problems: 500, message: 8 * 1024, line: 16 * 1024, related: 20 };

const fileStart: SourceRange = { startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };

/** The message being read. Lines are appended to `target` until another message starts. */
interface Draft {
  readonly location: { readonly file: string; readonly range: SourceRange };
  readonly source: OutputProblem["source"];
  /** Undefined for the output of an action, whose severity is determined at its end. */
  severity: "error" | "warning" | undefined;
  /** Whether this is the output of a C compiler, a linker or another program that dune ran. */
  readonly ofProgram: boolean;
  readonly code: string | undefined;
  message: string;
  readonly related: { file: string; range: SourceRange; message: string }[];
  /** The message itself, or its last related location while the text of that is read. */
  target: { message: string };
}

/** Parses the output of mirage, make, dune and the OCaml compilers line by line. */
export function outputParser(options: OutputParserOptions): OutputParser {
  const { configFile, readLine } = options;
  const root = resolve(options.root);
  const resolvePath = pathResolver(root, options.exists ?? (() => true));
  const files: ProblemFiles = {
    root,
    configFile,
    readText: options.readText ?? (() => undefined),
    readLine: readLine ?? (() => undefined),
  };
  const problems = new Map<string, OutputProblem>();
  let draft: Draft | undefined;
  /** A location whose message has not started, and the source lines printed with it. */
  let pending: { readonly location: PrintedLocation; readonly excerpt: Map<number, string> } | undefined;
  let failedRun: string | undefined;
  /** Outputs of programs in rules that do not look like a failure. */
  const calm: Draft[] = [];

  const resolveLocation = (location: PrintedLocation, excerpt: ReadonlyMap<number, string>) => {
    const file = resolvePath(location.file);
    // dune names the folder itself for a problem of the whole project.
    if (file === root) return { file: configFile, range: fileStart };
    // An excerpt of several lines has dots in place of the text outside the range.
    const lines = location.firstLine === location.lastLine ? excerpt : new Map<number, string>();
    return { file, range: locationRange(location, (line) => lines.get(line) ?? readLine?.(file, line)) };
  };

  const begin = (
    at: Draft["location"],
    source: Draft["source"],
    severity: Draft["severity"],
    text: string,
    code?: string,
  ) => {
    finish();
    const ofProgram = severity === undefined;
    const next: Draft = {
      location: at,
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
    const related = { ...resolveLocation(location, excerpt), message: text.trim() };
    draft.related.push(related);
    draft.target = related;
  };

  const finish = () => {
    const done = draft;
    draft = undefined;
    if (!done) return;
    const severity = done.severity ?? severityOfOutput(done.message);
    if (severity) publish(done, severity);
    else if (done.message !== "" && calm.length < limits.problems) calm.push(done);
  };

  const publish = (done: Draft, severity: OutputProblem["severity"]) => {
    const locations = done.ofProgram ? locationsIn(done.message, resolvePath) : [];
    const whole = withoutCredentials(done.message.trim());
    const problem: OutputProblem = {
      ...done.location,
      severity,
      message: done.ofProgram ? headlineFirst(whole) : whole,
      ...(done.code === undefined ? {} : { code: done.code }),
      related: [...done.related, ...locations],
      source: done.source,
    };
    for (const each of packageProblems(problem, files)) add(atUserCause(each, files));
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
    // OCaml omits the number of a line that continues a string.
    const excerptLine = /^ *(\d*) \| ?(.*)$/.exec(line);
    if (excerptLine) {
      const [, digits = "", text = ""] = excerptLine;
      const number = digits === "" ? location.firstLine : Number(digits);
      if (excerpt.size < 3) excerpt.set(number - 1, text);
      return;
    }
    // Skip the marks below an excerpt, its ellipsis, and dune's line with the build context.
    if (/^[\s^~]*$|^\.{3,}$|^Context: \S+$/.test(line) || commandEcho.test(line)) return;
    pending = undefined;
    const severity = parseSeverity(line);
    // The linker names no file of the user, so its message belongs to the previous one.
    if (/^(?:caml_startup|_none_)$/.test(location.file) && draft) {
      draft.severity = severity?.severity ?? draft.severity;
      append(line);
    } else if (severity) {
      const at = resolveLocation(location, excerpt);
      begin(at, messageSource(location.file), severity.severity, severity.text, severity.code);
    } else if (
      draft?.severity !== undefined &&
      line.startsWith("  ") &&
      messageSource(location.file) === "ocaml"
    ) {
      relate(location, excerpt, line);
    } else {
      const at = resolveLocation(location, excerpt);
      begin(at, messageSource(at.file), undefined, line);
    }
  };

  const line = (raw: string): void => {
    const text = stripAnsi(raw.length > limits.line ? raw.slice(0, limits.line) : raw).trimEnd();
    const location = parseLocation(text);
    if (location) {
      // If two locations follow each other, the first has no message.
      if (location.rest === "") pending = { location, excerpt: new Map() };
      else if (draft) relate(location, new Map(), location.rest);
      else begin(resolveLocation(location, new Map()), "ocaml", "error", location.rest);
      return;
    }
    if (pending) return afterLocation(text);
    if (draft?.ofProgram && !endsProgramOutput(text)) return append(text);
    const severity = parseSeverity(text);
    if (severity) {
      // dune's warnings without a location are about its command line, not about the project.
      if (severity.severity === "warning") finish();
      else begin({ file: configFile, range: fileStart }, "dune", "error", severity.text, severity.code);
      return;
    }
    const opening = openingOf(text);
    if (opening?.kind === "run") {
      finish();
      failedRun = text;
    } else if (opening?.kind === "end") {
      finish();
    } else if (opening) {
      begin({ file: configFile, range: fileStart }, opening.kind, "error", opening.text, opening.code);
    } else if (draft) append(text);
    else if (failedRun !== undefined && /^\s+\S/.test(text) && failedRun.length < limits.message) {
      failedRun += ` ${text.trim()}`;
    }
  };

  const end = (failed = false) => {
    pending = undefined;
    finish();
    const hasError = () => [...problems.values()].some(({ severity }) => severity === "error");
    if (failed && !hasError()) for (const output of calm) publish(output, "error");
    if (failedRun !== undefined && !hasError()) {
      const message = failedRun.replace(/^run /, "");
      add({
        file: configFile,
        range: fileStart,
        severity: "error",
        message,
        related: [],
        source: "configure",
      });
    }
    return [...problems.values()];
  };

  return { line, end };
}

/** Removes user and password from the URLs of a message: opam-monorepo prints those of pins. */
const withoutCredentials = (message: string): string =>
  message.replaceAll(/(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'<>]{1,256}@/gi, "$1");
