import { basename, delimiter, dirname, isAbsolute } from "node:path";
import { stripAnsi } from "../platform/ansi.ts";
import { envValue, findProgram, mergeEnv, parseOpamEnv, type Env } from "../platform/env.ts";
import { problems, ProblemError, type Problem } from "../platform/errors.ts";
import { capture, type CapturedOutput } from "../platform/capture.ts";
import type { Run } from "../platform/process.ts";
import type { SwitchChoice } from "./switches.ts";
import { shellArguments, shellQuote } from "../platform/shellQuote.ts";
import { t } from "../protocol/l10n.ts";

/** The environment in which the tools of a project are found and started. */
export interface Environment {
  readonly env: Env;
  /** The name that users see, such as `opam: mirage`. */
  readonly label: string;
  readonly choice: SwitchChoice;
  /** Words of a command that wraps every tool, with the placeholders `$prog` and `$args`. */
  readonly template?: readonly string[];
}

export interface EnvironmentInput {
  readonly choice: SwitchChoice;
  /** The environment variables of the extension host. */
  readonly base: Env;
  /** The working directory of opam and esy: the project's root or its workspace folder. */
  readonly cwd: string;
  readonly run: Run;
  readonly signal?: AbortSignal;
  /** The path of opam in `mirageos.toolPaths`. */
  readonly opam?: string;
}

/** Reads the environment of a choice from opam or esy, without a shell. */
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
      return await queryEnvironment(input, input.opam ?? "opam", args, input.cwd, parseOpamEnv);
    }
    case "esy":
      return await queryEnvironment(input, "esy", ["command-env", "--json"], choice.root, parseEsyEnv);
  }
}

async function queryEnvironment(
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

/** Describes why a program failed, for users; `undefined` if it exited with 0. */
export function failureOf({ result, stdout, stderr }: CapturedOutput): string | undefined {
  switch (result.kind) {
    case "cancelled":
      return t("it did not answer in time");
    case "notFound":
      return result.reason;
    case "signalled":
      return t("it was terminated by {0}", result.signal);
    case "exited": {
      if (result.code === 0) return undefined;
      const lines = stripAnsi(`${stderr}\n${stdout}`)
        .split("\n")
        .map((line) => line.replace(/^\s*\[ERROR\]\s*|^error:?\s*/i, "").trim());
      return lines.find((line) => line !== "") ?? t("it exited with code {0}", result.code);
    }
  }
}

/** Parses the output of `esy command-env --json`, an object of strings. */
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

/** Splits a command line into words at spaces outside of quotes; `undefined` if a quote is not closed. */
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
 * Returns the command that starts a tool in an environment. In the template of a custom environment, a word `$args`
 * is replaced by one word per argument. Inside of a longer word (`sh -c "$prog $args"`), program and arguments are
 * quoted for the shell that reads that word.
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
        name === "$prog" ? shellQuote(file) : shellArguments(args),
      ),
    ];
  });
  return { file: words[0] ?? file, args: words.slice(1) };
}

/** An opam switch, for a picker. `name` is the path of the folder for a local switch. */
export interface SwitchItem {
  readonly name: string;
  readonly current: boolean;
}

interface OpamQuery {
  readonly run: Run;
  readonly env: Env;
  readonly cwd: string;
  readonly opam?: string;
  readonly signal?: AbortSignal;
  /** Time limit of each opam command, by default 10 s. */
  readonly timeoutMs?: number;
}

/** Returns the switches of `opam switch list`, and marks the one that is current in `cwd`. */
export async function listSwitches(query: OpamQuery): Promise<readonly SwitchItem[] | Problem> {
  const [list, current] = await Promise.all([
    runOpam(query, ["switch", "list", "--short"]),
    // The list is useful even if the current switch is unknown.
    currentSwitch(query).catch(() => undefined),
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
 * Returns the switch that opam uses in `cwd` (`opam switch show`), or `undefined` without opam or without a switch.
 * Rejects with a ProblemError if opam does not answer in time, because the switch is then unknown.
 */
export async function currentSwitch(query: OpamQuery): Promise<string | undefined> {
  const captured = await runOpam(query, ["switch", "show"]);
  if (!captured) return undefined;
  const failure = failureOf(captured);
  if (failure !== undefined && captured.result.kind === "cancelled")
    throw new ProblemError(problems.toolFailed("opam switch show", failure));
  if (failure !== undefined) return undefined;
  const name = captured.stdout.trim();
  return name === "" ? undefined : name;
}

async function runOpam(query: OpamQuery, args: readonly string[]): Promise<CapturedOutput | undefined> {
  const file = await findProgram(query.opam ?? "opam", query.env);
  if (file === undefined) return undefined;
  const spec = { file, args, cwd: query.cwd, env: query.env };
  return await capture(query.run, spec, {
    timeoutMs: query.timeoutMs ?? 10_000,
    ...(query.signal ? { signal: query.signal } : {}),
  });
}
