import { mkdir, rm } from "node:fs/promises";
import { lineSplitter } from "../platform/lines.ts";
import type { ProcessResult, Run } from "../platform/process.ts";
import type { Env } from "../platform/env.ts";
import { t } from "../protocol/l10n.ts";
import { writeReason } from "./write.ts";

/** The repository of MirageOS examples. */
export const skeletonUrl = "https://github.com/mirage/mirage-skeleton";

export interface GitInput {
  readonly run: Run;
  /** Absolute path of git. */
  readonly git: string;
  readonly env: Env;
  /** The repository: {@link skeletonUrl}, except in tests. */
  readonly url: string;
  readonly signal?: AbortSignal;
  /** Receives each line of git's progress, such as `Receiving objects:  40% (2/5)`. */
  readonly onProgress?: (line: string) => void;
}

/** The result of a git command. */
export type GitOutcome = { readonly kind: "done" } | { readonly kind: "cancelled" } | GitFailure;
export interface GitFailure {
  readonly kind: "failed";
  /** A sentence for users. */
  readonly reason: string;
  /** Whether the repository could not be reached, so that trying again may help. */
  readonly offline: boolean;
}

/**
 * Clones the repository into the new folder `folder`, without its files and history, so that its examples can be
 * listed. Removes the folder if the clone fails or is cancelled. Fails without changing an existing folder.
 */
export async function cloneWithoutFiles(input: GitInput, folder: string, cwd: string): Promise<GitOutcome> {
  try {
    // Created here and not by git, so that the folder that is removed below is certainly the one created here.
    await mkdir(folder);
  } catch (error) {
    return { kind: "failed", offline: false, reason: writeReason(error) };
  }
  const options = ["--depth=1", "--filter=blob:none", "--sparse", "--no-checkout", "--progress"];
  const outcome = await git(input, cwd, ["clone", ...options, "--", input.url, folder]);
  if (outcome.kind !== "done") await rm(folder, { recursive: true, force: true });
  return outcome;
}

/** Lists the examples of a clone: the folders with a config.ml, as sorted relative paths with `/`. */
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

/** Fetches and writes the files of the given folders, or of all folders. */
export async function checkOut(
  input: GitInput,
  folder: string,
  examples: readonly string[] | "all",
): Promise<GitOutcome> {
  const selected =
    examples === "all"
      ? await git(input, folder, ["sparse-checkout", "disable"])
      : await git(input, folder, ["sparse-checkout", "set", "--", ...examples]);
  // `disable` checks out all files itself. After `set`, a clone without a checkout still has none.
  return selected.kind === "done" ? git(input, folder, ["checkout", "--progress"]) : selected;
}

async function git(
  { run, git: file, env, signal, onProgress }: GitInput,
  cwd: string,
  args: readonly string[],
  onOutput?: (text: string) => void,
): Promise<GitOutcome> {
  const errorLines: string[] = [];
  const errors = lineSplitter((line) => {
    errorLines.push(line);
    onProgress?.(line.trim());
  });
  const output: Uint8Array[] = [];
  const result = await run(
    {
      file,
      args,
      cwd,
      // git must not prompt, and its messages must be in English to be recognized.
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
  return gitFailure(result, errorLines);
}

const unreachable =
  /Could not resolve host|unable to access|Could not connect|Connection (?:refused|timed out|reset)|Network is unreachable|Failed to connect|early EOF|Temporary failure|No route to host/i;

/** Explains why git failed. `lines` are those of its standard error. */
export function gitFailure(result: ProcessResult, lines: readonly string[]): GitFailure {
  if (result.kind === "notFound")
    return { kind: "failed", offline: false, reason: t("Could not start git: {0}", result.reason) };
  const text = lines.join("\n");
  if (unreachable.test(text))
    return {
      kind: "failed",
      offline: true,
      reason: t("The repository can't be reached. Check the network connection and proxy, then try again."),
    };
  const fatal =
    lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? t("it gave no reason");
  return {
    kind: "failed",
    offline: false,
    reason: t("git failed: {0}", fatal.replace(/^(?:fatal|error):\s*/, "")),
  };
}
