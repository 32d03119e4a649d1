import { readConfigFile } from "../../mirage/config/registrations.ts";
import { readConfigSource } from "../../mirage/config/parseConfig.ts";
import type { ConfigSource, MainCall } from "../../mirage/config/dslCalls.ts";
import { mainTargets, type MainTarget } from "../../mirage/config/mainTargets.ts";
import { providersOf, unboundModule } from "../../mirage/modules.ts";
import { readBrackets, type Span } from "../../ocaml/brackets.ts";
import { moduleAt, readSource } from "../../ocaml/functors.ts";
import { sourceRanges, type SourceRange } from "../../ocaml/sourceRange.ts";
import { t } from "../../protocol/l10n.ts";
import { functorCode } from "./outputProblem.ts";
import { fileOfModule, isModulePath, userSources, type ReadText } from "./userSources.ts";

/** A problem in a file that mirage generated or opam-monorepo fetched. */
export interface GeneratedProblem {
  readonly file: string;
  readonly message: string;
  /** Returns the line of the file at which it is reported, if it can be read. */
  readonly lineText: () => string | undefined;
}

/** Where a problem of a generated file comes from, in a file of the user. */
export interface UserCause {
  readonly file: string;
  readonly range: SourceRange;
  readonly message: string;
  /** For a functor that does not fit config.ml, which the language features also report. */
  readonly code?: typeof functorCode;
}

/** The user's files of one unikernel. */
export interface UserFiles {
  readonly configFile: string;
  readonly readText: ReadText;
}

/** Finds the place in config.ml or unikernel.ml that causes a problem of a generated file; undefined if none is known. */
export function userCause(problem: GeneratedProblem, files: UserFiles): UserCause | undefined {
  // The cheap checks come first: a build can print very many warnings of dependencies.
  const library = /^Library "([^"]+)" (?:not found|in\s)/.exec(problem.message)?.[1];
  if (library === undefined && !/[\\/]main\.ml$/.test(problem.file)) return undefined;
  // The libraries of config.ml itself are not packages that it names.
  if (/[\\/]dune\.config$/.test(problem.file)) return undefined;
  const user = configOf(files);
  if (user.text === "") return undefined;
  return library === undefined
    ? mainCause(problem, user, files)
    : libraryCause(library, problem.message, user, files);
}

interface UserConfig {
  /** Empty if config.ml cannot be read. */
  readonly text: string;
  readonly config: ConfigSource;
}

const configs = new WeakMap<UserFiles, UserConfig>();

/** Reads config.ml once for the output of one step. */
function configOf(files: UserFiles): UserConfig {
  const known = configs.get(files);
  if (known) return known;
  const text = files.readText(files.configFile) ?? "";
  const read = { text, config: readConfigSource(text) };
  configs.set(files, read);
  return read;
}

/** The place of `package "NAME"` in config.ml, the name without its quotes. */
export function packagePlace(name: string, files: UserFiles): Pick<UserCause, "file" | "range"> | undefined {
  const { text, config } = configOf(files);
  const call = config.packages.find((each) => each.name.value === name);
  return call && { file: files.configFile, range: rangeIn(text, call.name.span) };
}

/** The version header of config.ml, or the start of the file. */
export function headerPlace({ configFile, readText }: UserFiles): Pick<UserCause, "file" | "range"> {
  const { header } = readConfigFile(readText(configFile) ?? "");
  const fileStart = { startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 };
  return { file: configFile, range: header?.range ?? fileStart };
}

/** The call of `register` in config.ml up to the name, or the start of the file. */
export function registerPlace(files: UserFiles): Pick<UserCause, "file" | "range"> {
  const { text, config } = configOf(files);
  const [call] = config.registers;
  const span = call
    ? { start: call.word.start, end: call.nameArgument?.end ?? call.word.end }
    : { start: 0, end: 0 };
  return { file: files.configFile, range: rangeIn(text, span) };
}

const rangeIn = (text: string, { start, end }: Span): SourceRange => sourceRanges(text)(start, end);

/** Removes from dune's chain of what needs a library the files and aliases of the build, which users do not know. */
export const withoutTargets = (message: string): string =>
  message
    .split("\n")
    .filter((line) => !/^-> required by (?!library |executable )/.test(line))
    .join("\n");

function libraryCause(
  library: string,
  message: string,
  { config, text }: UserConfig,
  files: UserFiles,
): UserCause | undefined {
  // The last library of dune's chain is the one that the unikernel lists.
  const chain = [
    ...message.matchAll(/^-> required by (?:library "([^"]+)"|.*\bduniverse\/([^/\s]+)\/)/gm),
  ].map(([, name, folder = ""]) => name ?? folder);
  const names = [library, ...chain].map((name) => name.replace(/\..*/s, "")).toReversed();
  const shown = withoutTargets(message);
  for (const name of names) {
    const call = config.packages.find((each) => each.name.value === name);
    if (call) return { file: files.configFile, range: rangeIn(text, call.name.span), message: shown };
  }
  const [listed = ""] = names;
  for (const file of userSources(files.configFile, files.readText)) {
    const source = files.readText(file) ?? "";
    const use = firstUse(source, listed);
    if (use) return { file, range: rangeIn(source, use), message: shown };
  }
  return undefined;
}

/** The first use of a module that a package provides: `open Duration`, `Duration.of_sec`. */
function firstUse(source: string, packageName: string): Span | undefined {
  const provided = new Map([[packageName, ""]]);
  const { tokens, is } = readBrackets(source);
  return tokens.find(
    ({ kind, text }, at) =>
      kind === "name" &&
      /^\p{Lu}/u.test(text) &&
      !is(at - 1, ".") &&
      (is(at + 1, ".") || is(at - 1, "open") || is(at - 1, "include") || is(at - 1, "=")) &&
      providersOf(text, provided).some((each) => each.package === packageName),
  );
}

/** The name of the module in mirage/main.ml that applies a functor, without the number at its end. */
function generatedName(module: string): string {
  const name = module.replace(/\W/g, "_").toLowerCase();
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}__`;
}

function mainCause(
  problem: GeneratedProblem,
  { config, text }: UserConfig,
  files: UserFiles,
): UserCause | undefined {
  const { message } = problem;
  const lineText = problem.lineText() ?? "";
  const printed = `${message}\n${lineText}`;
  const at = config.mains.findIndex((main) => isAbout(printed, main, config));
  const main = config.mains[at];
  const unbound = unboundModule(message);
  if (!main && unbound !== undefined) {
    const isProvider = (name: string) =>
      providersOf(unbound, new Map([[name, ""]])).some((each) => each.package === name);
    const call = config.packages.find(({ name }) => isProvider(name.value));
    return call && { file: files.configFile, range: rangeIn(text, call.name.span), message };
  }
  if (!main) return undefined;
  const module = main.module.value;
  const inConfig = { file: files.configFile, range: rangeIn(text, main.module.span) };
  const shown = message.replaceAll(new RegExp(`\\b${generatedName(module)}\\d+`, "g"), module);
  const unboundKind = /^Unbound (\w+) /.exec(message)?.[1];
  if (unboundKind === "module") return { ...inConfig, message: shown };
  const sourceOf = (path: string) =>
    path.includes(".") ? undefined : files.readText(fileOfModule(files.configFile, path));
  const target = mainTargets(config, (path) => {
    const source = sourceOf(path);
    return source === undefined ? undefined : readSource(source);
  })[at];
  const source = target?.file === undefined ? undefined : sourceOf(target.file);
  if (source === undefined || target?.file === undefined) return { ...inConfig, message: shown };
  const inSource = (span: Span) => ({
    file: fileOfModule(files.configFile, target.file ?? ""),
    range: rangeIn(source, span),
  });
  const definition = target.definition ?? (module.includes(".") ? undefined : { start: 0, end: 0 });
  if (/^The module \S+ is a functor, it cannot have any components/.test(message)) {
    return {
      ...(definition ? inSource(definition) : inConfig),
      message: t("{0} has more functor parameters than config.ml passes to it.", module),
      code: functorCode,
    };
  }
  const isStart = /\bunit io\b|\.start\b/.test(printed) && unboundKind !== "value";
  const start = isStart ? startOf(source, target) : undefined;
  const place = start ?? definition;
  const isApplication = /\bmodule \w+ *=/.test(lineText) || /functor|Signature mismatch/.test(message);
  return {
    ...(place ? inSource(place) : inConfig),
    message: shown,
    ...(isApplication || start ? { code: functorCode } : {}),
  };
}

function startOf(source: string, { module }: MainTarget): Span | undefined {
  return moduleAt(readSource(source), module.split(".").slice(1))?.start?.nameSpan;
}

/** Whether a message of mirage/main.ml is about the module of a `main`. Only `start` has the type `unit io`. */
function isAbout(printed: string, { module }: MainCall, { mains }: ConfigSource): boolean {
  // Only such a path can be printed, and it has no special character of a regular expression but the dot.
  if (!isModulePath(module.value)) return false;
  const [file = ""] = module.value.split(".");
  const isNamed = (name: string) =>
    new RegExp(`(?<![\\w.])${name.replaceAll(".", "\\.")}(?!\\w)`).test(printed);
  if (printed.includes(generatedName(module.value)) || isNamed(module.value)) return true;
  return mains.length === 1 && (isNamed(file) || /\bunit io\b/.test(printed));
}
