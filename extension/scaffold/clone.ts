import { mkdir, rm } from "node:fs/promises";
import { lineSplitter } from "../platform/lines.ts";
import type { ProcessResult, Run } from "../platform/process.ts";
import type { Env } from "../platform/env.ts";
import { t } from "../platform/l10n.ts";
import { writeReason } from "./write.ts";

/** Where the examples of MirageOS are. */
export const skeletonUrl = "https://github.com/mirage/mirage-skeleton";

export interface GitInput {
  readonly run: Run;
  /** Absolute path of git. */
  readonly git: string;
  readonly env: Env;
  /** The repository; {@link skeletonUrl} but in tests. */
  readonly url: string;
  readonly signal?: AbortSignal;
  /** A line of git's progress, such as `Receiving objects:  40% (2/5)`. */
  readonly onProgress?: (line: string) => void;
}

/** What git could not do, for people. */
export type GitOutcome = { readonly kind: "done" } | { readonly kind: "cancelled" } | GitFailure;
export interface GitFailure {
  readonly kind: "failed";
  readonly reason: string;
  /** The repository could not be reached: an answer may come later. */
  readonly offline: boolean;
}

/**
 * Clones the repository without its files and without its history into `folder`, which is not there
 * yet: only then is known which examples it has. What was begun and not finished is removed; a folder
 * that somebody else has made, even a moment ago, is not touched.
 */
export async function cloneBare(input: GitInput, folder: string, cwd: string): Promise<GitOutcome> {
  try {
    // Made here and not by git, so that what is removed below is surely ours.
    await mkdir(folder);
  } catch (error) {
    return { kind: "failed", offline: false, reason: writeReason(error) };
  }
  const options = ["--depth=1", "--filter=blob:none", "--sparse", "--no-checkout", "--progress"];
  const outcome = await git(input, cwd, ["clone", ...options, "--", input.url, folder]);
  if (outcome.kind !== "done") await rm(folder, { recursive: true, force: true });
  return outcome;
}

/** The examples of a clone: the folders that hold a config.ml, relative and with `/`, sorted. */
export async function listExamples(
  input: GitInput,
  folder: string,
): Promise<
  { readonly kind: "list"; readonly paths: readonly string[] } | Exclude<GitOutcome, { kind: "done" }>
> {
  const paths: string[] = [];
  const outcome = await git(input, folder, ["ls-tree", "-r", "--name-only", "-z", "HEAD"], (text) => {
    for (const path of text.split("\0")) {
      const example = /^(.+)\/config\.ml$/.exec(path)?.[1];
      if (example !== undefined) paths.push(example);
    }
  });
  return outcome.kind === "done" ? { kind: "list", paths: paths.toSorted() } : outcome;
}

/** Fetches and writes the files of these folders, or of all where none is named. */
export async function checkOut(
  input: GitInput,
  folder: string,
  examples: readonly string[] | "all",
): Promise<GitOutcome> {
  const chosen =
    examples === "all"
      ? await git(input, folder, ["sparse-checkout", "disable"])
      : await git(input, folder, ["sparse-checkout", "set", "--", ...examples]);
  // `disable` checks everything out itself; a clone without a checkout still lacks the files after `set`.
  return chosen.kind === "done" ? git(input, folder, ["checkout", "--progress"]) : chosen;
}

async function git(
  { run, git: file, env, signal, onProgress }: GitInput,
  cwd: string,
  args: readonly string[],
  onOutput?: (text: string) => void,
): Promise<GitOutcome> {
  const said: string[] = [];
  const errors = lineSplitter((line) => {
    said.push(line);
    onProgress?.(line.trim());
  });
  const output: Uint8Array[] = [];
  const result = await run(
    {
      file,
      args,
      cwd,
      // Nobody is there to answer a question, and messages are recognised in English.
      env: { ...env, GIT_TERMINAL_PROMPT: "0", GCM_INTERACTIVE: "never", LC_ALL: "C" },
    },
    {
      onStdout: (bytes) => output.push(bytes),
      onStderr: errors.push,
      ...(signal && { signal }),
    },
  );
  errors.end();
  if (result.kind === "cancelled") return { kind: "cancelled" };
  if (result.kind === "exited" && result.code === 0) {
    onOutput?.(Buffer.concat(output).toString("utf8"));
    return { kind: "done" };
  }
  return failureOf(result, said);
}

const unreachable =
  /Could not resolve host|unable to access|Could not connect|Connection (?:refused|timed out|reset)|Network is unreachable|Failed to connect|early EOF|Temporary failure|No route to host/i;

/** What a failed git means. Lines are those of its standard error. */
export function failureOf(result: ProcessResult, lines: readonly string[]): GitFailure {
  if (result.kind === "notFound")
    return { kind: "failed", offline: false, reason: t("git could not be started: {0}", result.reason) };
  const text = lines.join("\n");
  if (unreachable.test(text))
    return {
      kind: "failed",
      offline: true,
      reason: t(
        "The repository cannot be reached. Check the network connection and its proxy, then try again.",
      ),
    };
  const fatal =
    lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? t("it gave no reason");
  return {
    kind: "failed",
    offline: false,
    reason: t("git failed: {0}", fatal.replace(/^(?:fatal|error):\s*/, "")),
  };
}
