import { stripAnsi } from "../../platform/ansi.ts";
import type { ProcessResult, ProcessSpec, Run } from "../../platform/process.ts";
import { formatContext, splitTarget } from "../../project/mirageContext.ts";
import type { GraphConfiguration } from "../model.ts";
import type { EvaluationFailure } from "./types.ts";
import { t } from "../../protocol/l10n.ts";

/** The result and output of a program that ran with a time limit. */
export interface TimeoutRunResult {
  readonly result: ProcessResult | { readonly kind: "timedOut" };
  readonly stdout: string;
  readonly stderr: string;
}

/** Bytes kept of each stream: the last ones, because what mirage prints follows what config.ml prints. */
const maxOutputBytes = 4 * 1024 * 1024;

/** Runs a program until it exits, or for at most `timeoutMs`. */
export async function runWithTimeout(
  run: Run,
  spec: ProcessSpec,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<TimeoutRunResult> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  const [out, err] = [outputTail(), outputTail()];
  try {
    const result = await run(spec, {
      onStdout: out.push,
      onStderr: err.push,
      signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
      graceMs: 500,
    });
    const timedOut = result.kind === "cancelled" && signal?.aborted !== true;
    return { result: timedOut ? { kind: "timedOut" } : result, stdout: out.text(), stderr: err.text() };
  } finally {
    clearTimeout(timer);
  }
}

function outputTail() {
  let chunks: Uint8Array[] = [];
  let size = 0;
  const cut = () => {
    const all = Buffer.concat(chunks);
    const last = all.subarray(Math.max(0, all.length - maxOutputBytes));
    chunks = [last];
    size = last.length;
    return last;
  };
  return {
    push: (bytes: Uint8Array) => {
      chunks.push(Uint8Array.from(bytes));
      size += bytes.length;
      // Cutting rarely bounds the cost to about one copy of each byte.
      if (size > 4 * maxOutputBytes) cut();
    },
    text: () => cut().toString("utf8"),
  };
}

/** Why config.ml's program did not exit with 0; undefined if it did. */
export function failureOfRun(
  { result, stdout, stderr }: TimeoutRunResult,
  seconds: number,
): EvaluationFailure | undefined {
  switch (result.kind) {
    case "timedOut":
      return { kind: "timedOut", step: "evaluate", seconds };
    case "cancelled":
      return { kind: "cancelled" };
    case "notFound":
      return { kind: "failed", output: result.reason };
    case "signalled":
      return {
        kind: "failed",
        output:
          `${t("config.ml's program was terminated by {0}.", result.signal)}\n${plainText(stderr)}`.trim(),
      };
    case "exited":
      if (result.code === 0) return undefined;
      return {
        kind: "failed",
        output:
          plainText(stderr) ||
          plainText(stdout) ||
          t("config.ml's program exited with code {0}.", result.code),
      };
  }
}

const plainText = (text: string): string =>
  stripAnsi(text)
    .trim()
    .slice(-64 * 1024);

interface ConfigLocation {
  /** Path of config.ml relative to the folder where mirage runs, with `/`. */
  readonly configFile: string;
}

/**
 * Arguments of config.exe that write a graph to `dotFile`. mirage passes on its own arguments and adds the
 * saved context. Leaves out `-o` of the configuration and options that only configure accepts.
 */
export function describeArguments(
  configuration: GraphConfiguration,
  {
    configFile,
    dotFile,
    contextFile,
  }: ConfigLocation & { readonly dotFile: string; readonly contextFile?: string },
): readonly string[] {
  const options = withoutOptions(configuration.options, [...outputOptions, ...configureOnly]);
  return [
    "describe",
    "--dot",
    "-o",
    dotFile,
    configuration.evaluate ? "--eval" : "--no-eval",
    ...targetArguments(configuration.target),
    ...fileArguments(configFile),
    ...(contextFile === undefined ? [] : ["--context-file", contextFile]),
    ...options,
  ];
}

/**
 * Arguments of config.exe that generate the files of a configure under their default names, and the
 * content of the context file in which mirage stores them beforehand. Paths are relative to the folder
 * where it runs.
 */
export function configureArguments(
  configuration: GraphConfiguration,
  { configFile }: ConfigLocation,
): { readonly args: readonly string[]; readonly contextFile: string; readonly context: string } {
  const { target } = configuration;
  const options = [...fileArguments(configFile), ...withoutOptions(configuration.options, outputOptions)];
  const folder = configFile === "config.ml" ? "./" : configFile.slice(0, -"config.ml".length);
  const contextFile = `${folder}mirage/context`;
  return {
    // Before the options, because these may end with `--` and positional arguments.
    args: ["configure", ...targetArguments(target), "--context-file", contextFile, ...options],
    contextFile,
    context: formatContext({ command: "configure", target, options }),
  };
}

/** Arguments of config.exe that print the manual. */
export const helpArguments = ({ configFile }: ConfigLocation): readonly string[] => [
  "configure",
  ...fileArguments(configFile),
  "--help=plain",
];

const targetArguments = (target: string) => (target === "" ? [] : ["-t", target]);
const fileArguments = (configFile: string) => (configFile === "config.ml" ? [] : ["-f", configFile]);

interface OptionName {
  /** The long form; cmdliner accepts a prefix of at least `shortest` characters. */
  readonly long: string;
  readonly shortest: number;
  readonly letter?: string;
  readonly value: boolean;
}

const outputOptions: readonly OptionName[] = [
  { long: "--output", shortest: 4, letter: "-o", value: true },
  { long: "--file", shortest: 4, letter: "-f", value: true },
  { long: "--config-file", shortest: 5, value: true },
  { long: "--dry-run", shortest: 4, value: false },
];

const configureOnly: readonly OptionName[] = [
  { long: "--extra-repos", shortest: 4, value: true },
  { long: "--no-extra-repo", shortest: 5, value: false },
  { long: "--depext", shortest: 4, value: false },
  { long: "--no-depext", shortest: 5, value: false },
];

/** Removes the named options with their values, and the target. */
function withoutOptions(all: readonly string[], names: readonly OptionName[]): readonly string[] {
  const { options } = splitTarget(all);
  const rest: string[] = [];
  for (let i = 0; i < options.length; i++) {
    const option = options[i] ?? "";
    if (option === "--") return [...rest, ...options.slice(i)];
    const [flag = ""] = option.split("=", 1);
    const name = names.find(
      ({ long, shortest, letter }) =>
        (flag.length >= shortest && long.startsWith(flag)) ||
        (letter !== undefined && option.startsWith(letter)),
    );
    if (name === undefined) rest.push(option);
    else if (name.value && (option === flag ? flag.startsWith("--") || flag === name.letter : false)) i++;
  }
  return rest;
}

/**
 * Removes from the output of `mirage describe` the `Output` field, which names our own file. The name is on
 * the line of `Output` or on the next (functoria's info.ml, `Info.pp`) and no newline follows it, so that
 * the output of a second `register` continues there, indented to that column.
 */
export function withoutOutputLine(stdout: string, dotFile: string): string {
  let text = stdout;
  for (let name = text.lastIndexOf(dotFile); name >= 0; name = text.lastIndexOf(dotFile, name - 1)) {
    const line = text.lastIndexOf("Output", name);
    if (line < 0) break;
    const end = name + dotFile.length;
    const indent = " ".repeat(end - (text.lastIndexOf("\n", name) + 1));
    const rest = text.slice(end).replace(/^\n/, "").replaceAll(`\n${indent}`, "\n");
    text = text.slice(0, line) + rest;
    if (name === 0) break;
  }
  return text;
}
