import { basename, delimiter, dirname, isAbsolute } from "node:path";
import { stripAnsi } from "../platform/ansi.ts";
import { envValue, findProgram, mergeEnv, parseOpamEnv, type Env } from "../platform/env.ts";
import { problems, ProblemError, type Problem } from "../platform/errors.ts";
import { capture, type Captured } from "../platform/capture.ts";
import type { Run } from "../platform/process.ts";
import type { SwitchChoice } from "./switches.ts";
import { t } from "../platform/l10n.ts";

/** Where the tools of a project are and how they are started. */
export interface Environment {
  readonly env: Env;
  /** What it is called on screen, such as `opam: mirage`. */
  readonly label: string;
  readonly choice: SwitchChoice;
  /** Words of a command that wraps every tool, with `$prog` and `$args` in their places. */
  readonly template?: readonly string[];
}

export interface EnvironmentInput {
  readonly choice: SwitchChoice;
  /** The environment VS Code gives the extension. */
  readonly base: Env;
  /** Where opam and esy run: the project's root or its workspace folder. */
  readonly cwd: string;
  readonly run: Run;
  readonly signal?: AbortSignal;
  /** The user's own path of opam. */
  readonly opam?: string;
}

/** Reads the environment of a choice by asking opam or esy for it. No shell is involved. */
export async function readEnvironment(input: EnvironmentInput): Promise<Environment | Problem> {
  const { choice, base } = input;
  const label = labelOf(choice);
  switch (choice.kind) {
    case "path":
      return { env: base, label, choice };
    case "dune":
      return { env: withFolder(base, choice.dune), label, choice };
    case "custom": {
      const template = templateWords(choice.template);
      if (!template)
        return problems.switchUnusable(label, t("a quotation mark in its template is not closed"));
      return { env: base, label, choice, template };
    }
    case "opam": {
      const args = ["env", `--switch=${choice.switch}`, "--set-switch", "--sexp"];
      return await askFor(input, input.opam ?? "opam", args, input.cwd, parseOpamEnv);
    }
    case "esy":
      return await askFor(input, "esy", ["command-env", "--json"], choice.root, parseEsyEnv);
  }
}

async function askFor(
  input: EnvironmentInput,
  program: string,
  args: readonly string[],
  cwd: string,
  parse: (text: string) => Env | undefined,
): Promise<Environment | Problem> {
  const label = labelOf(input.choice);
  const file = await findProgram(program, input.base);
  if (file === undefined) return problems.toolMissing(program);
  const captured = await capture(
    input.run,
    { file, args, cwd, env: input.base },
    input.signal ? { signal: input.signal } : {},
  );
  const failure = failureOf(captured);
  if (failure !== undefined) return problems.switchUnusable(label, failure);
  const patch = parse(captured.stdout);
  if (!patch) return problems.switchUnusable(label, t("{0} did not print an environment", basename(program)));
  return { env: mergeEnv(input.base, patch), label, choice: input.choice };
}

/** Why a program that should have answered did not, in words; `undefined` when it exited with 0. */
export function failureOf({ result, stdout, stderr }: Captured): string | undefined {
  switch (result.kind) {
    case "cancelled":
      return t("it did not answer in time");
    case "notFound":
      return result.reason;
    case "signalled":
      return t("it was ended by {0}", result.signal);
    case "exited": {
      if (result.code === 0) return undefined;
      const lines = stripAnsi(`${stderr}\n${stdout}`)
        .split("\n")
        .map((line) => line.replace(/^\s*\[ERROR\]\s*|^error:?\s*/i, "").trim());
      return lines.find((line) => line !== "") ?? t("it ended with exit code {0}", result.code);
    }
  }
}

/** The object of strings that `esy command-env --json` prints. */
function parseEsyEnv(text: string): Env | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
    const pairs = Object.entries(parsed).filter(
      (pair): pair is [string, string] => typeof pair[1] === "string",
    );
    return Object.fromEntries(pairs);
  } catch {
    return undefined;
  }
}

function withFolder(base: Env, program: string | undefined): Env {
  if (program === undefined || !isAbsolute(program)) return base;
  const path = [dirname(program), envValue(base, "PATH") ?? ""].filter((part) => part !== "");
  return mergeEnv(base, { PATH: path.join(delimiter) });
}

function labelOf(choice: SwitchChoice): string {
  switch (choice.kind) {
    case "opam":
      return isAbsolute(choice.switch)
        ? t("opam: {0} (local)", basename(choice.switch))
        : `opam: ${choice.switch}`;
    case "esy":
      return `esy: ${basename(choice.root)}`;
    case "custom":
      return t("custom command");
    case "dune":
      return t("dune package management");
    case "path":
      return "PATH";
  }
}

/** The words of a command line, split at spaces outside quotation marks; `undefined` if one is not closed. */
export function templateWords(template: string): string[] | undefined {
  const words: string[] = [];
  const word = /\s*((?:[^\s"'\\]|\\[^]|"(?:[^"\\]|\\[^])*"|'[^']*')+)\s*/y;
  for (let at = 0; at < template.length; at = word.lastIndex) {
    word.lastIndex = at;
    const match = word.exec(template);
    if (!match) return template.slice(at).trim() === "" ? words : undefined;
    words.push(unquoted(match[1] ?? ""));
  }
  return words;
}

function unquoted(word: string): string {
  return word.replace(
    /\\([^])|"((?:[^"\\]|\\[^])*)"|'([^']*)'/g,
    (_, escaped: string | undefined, double: string | undefined, single: string | undefined) =>
      escaped ?? double?.replace(/\\(["\\$`])/g, "$1") ?? single ?? "",
  );
}

/**
 * How a tool is started in an environment. In the template of a custom one, a word `$args` becomes
 * one word an argument; inside a longer word (`sh -c "$prog $args"`) both are quoted for the
 * shell that will read that word.
 */
export function commandIn(
  environment: Pick<Environment, "template">,
  file: string,
  args: readonly string[],
): { readonly file: string; readonly args: readonly string[] } {
  if (!environment.template) return { file, args };
  const words = environment.template.flatMap((word) => {
    if (word === "$prog") return [file];
    if (word === "$args") return args;
    return [
      word.replaceAll(/\$prog|\$args/g, (name) =>
        name === "$prog" ? shellQuoted(file) : args.map(shellQuoted).join(" "),
      ),
    ];
  });
  return { file: words[0] ?? file, args: words.slice(1) };
}

/** A word as a POSIX shell reads it back. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A switch of opam, for a picker. `name` is the folder's path for a local switch. */
export interface SwitchItem {
  readonly name: string;
  readonly current: boolean;
}

interface Ask {
  readonly run: Run;
  readonly env: Env;
  readonly cwd: string;
  readonly opam?: string;
  readonly signal?: AbortSignal;
  /** For each question; default 10 s. */
  readonly timeoutMs?: number;
}

/** The switches of `opam switch list`, the one in use in `cwd` marked. */
export async function listSwitches(ask: Ask): Promise<readonly SwitchItem[] | Problem> {
  const [list, current] = await Promise.all([
    askOpam(ask, ["switch", "list", "--short"]),
    // A list that marks none is better than none.
    currentSwitch(ask).catch(() => undefined),
  ]);
  if (!list) return problems.toolMissing("opam");
  const failure = failureOf(list);
  if (failure !== undefined) return problems.toolFailed("opam switch list", failure);
  return list.stdout
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((name) => ({ name, current: name === current }));
}

/**
 * The switch opam uses in `cwd` (`opam switch show`); `undefined` without opam or without a switch. Rejects
 * with a ProblemError when opam does not answer in time: nothing is known of the switch then.
 */
export async function currentSwitch(ask: Ask): Promise<string | undefined> {
  const shown = await askOpam(ask, ["switch", "show"]);
  if (!shown) return undefined;
  const failure = failureOf(shown);
  if (failure !== undefined && shown.result.kind === "cancelled")
    throw new ProblemError(problems.toolFailed("opam switch show", failure));
  if (failure !== undefined) return undefined;
  const name = shown.stdout.trim();
  return name === "" ? undefined : name;
}

async function askOpam(ask: Ask, args: readonly string[]): Promise<Captured | undefined> {
  const file = await findProgram(ask.opam ?? "opam", ask.env);
  if (file === undefined) return undefined;
  const spec = { file, args, cwd: ask.cwd, env: ask.env };
  return await capture(ask.run, spec, {
    timeoutMs: ask.timeoutMs ?? 10_000,
    ...(ask.signal ? { signal: ask.signal } : {}),
  });
}
