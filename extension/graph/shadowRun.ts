import { stripAnsi } from "../platform/ansi.ts";
import type { ProcessResult, ProcessSpec, Run } from "../platform/process.ts";
import { formatContext, splitTarget } from "../project/context.ts";
import type { Configuration } from "./model.ts";
import type { ShadowFailure } from "./shadowModel.ts";
import { t } from "../platform/l10n.ts";

/** How a program ended that ran with a time limit, and what it said. */
export interface Ended {
  readonly result: ProcessResult | { readonly kind: "timedOut" };
  readonly stdout: string;
  readonly stderr: string;
}

/** Bytes of each stream that are kept: the last ones, since what mirage prints follows what config.ml prints. */
const kept = 4 * 1024 * 1024;

/** Runs a program to its end or to the end of its time. */
export async function runLimited(
  run: Run,
  spec: ProcessSpec,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Ended> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  const [out, err] = [tail(), tail()];
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

function tail() {
  let chunks: Uint8Array[] = [];
  let size = 0;
  const cut = () => {
    const all = Buffer.concat(chunks);
    const last = all.subarray(Math.max(0, all.length - kept));
    chunks = [last];
    size = last.length;
    return last;
  };
  return {
    push: (bytes: Uint8Array) => {
      chunks.push(Uint8Array.from(bytes));
      size += bytes.length;
      // Seldom, so that a flood costs a copy of each byte and not more.
      if (size > 4 * kept) cut();
    },
    text: () => cut().toString("utf8"),
  };
}

/** What went wrong when a program of config.ml did not exit with 0. */
export function failureOf({ result, stdout, stderr }: Ended, seconds: number): ShadowFailure | undefined {
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
        output: `${t("config.ml's program was ended by {0}.", result.signal)}\n${said(stderr)}`.trim(),
      };
    case "exited":
      if (result.code === 0) return undefined;
      return {
        kind: "failed",
        output:
          said(stderr) || said(stdout) || t("config.ml's program ended with exit code {0}.", result.code),
      };
  }
}

const said = (text: string): string =>
  stripAnsi(text)
    .trim()
    .slice(-64 * 1024);

interface Where {
  /** Of config.ml below the folder mirage runs in, with `/`. */
  readonly configFile: string;
}

/**
 * Arguments of config.exe for a graph in `dotFile`. mirage hands its own arguments on and adds the
 * saved context; what it would refuse here is a configuration's `-o`, and what only configure knows.
 */
export function describeArguments(
  configuration: Configuration,
  { configFile, dotFile, contextFile }: Where & { readonly dotFile: string; readonly contextFile?: string },
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
 * Arguments of config.exe to write what a configure writes, with the default names, and the saved
 * context in which mirage leaves them first. Paths are below the folder it runs in.
 */
export function configureArguments(
  configuration: Configuration,
  { configFile }: Where,
): { readonly args: readonly string[]; readonly contextFile: string; readonly context: string } {
  const { target } = configuration;
  const options = [...fileArguments(configFile), ...withoutOptions(configuration.options, outputOptions)];
  const folder = configFile === "config.ml" ? "./" : configFile.slice(0, -"config.ml".length);
  const contextFile = `${folder}mirage/context`;
  return {
    // Before the options: these may end with `--` and words that are none.
    args: ["configure", ...targetArguments(target), "--context-file", contextFile, ...options],
    contextFile,
    context: formatContext({ command: "configure", target, options }),
  };
}

/** Arguments of config.exe for the manual. */
export const helpArguments = ({ configFile }: Where): readonly string[] => [
  "configure",
  ...fileArguments(configFile),
  "--help=plain",
];

const targetArguments = (target: string) => (target === "" ? [] : ["-t", target]);
const fileArguments = (configFile: string) => (configFile === "config.ml" ? [] : ["-f", configFile]);

interface OptionName {
  /** All its long forms; cmdliner takes a prefix of at least `shortest` characters for one. */
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

/** Options without the named ones and their values, and without a target: that is given apart. */
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
 * What `mirage describe` prints without `-o`: the file's name is ours. `Output` and the name stand
 * on one line or on two (functoria's info.ml, `Info.pp`), and no line end follows: what a second
 * `register` prints goes on there, indented as far.
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
