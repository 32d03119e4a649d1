import { basename, dirname } from "node:path";
import { capture } from "../../platform/capture.ts";
import { findProgram, type Env } from "../../platform/env.ts";
import type { Run } from "../../platform/process.ts";
import { t } from "../../platform/l10n.ts";

/** The text of a file as it was committed last. Rejects with a sentence where git has none. */
export async function committedText(run: Run, file: string, signal: AbortSignal): Promise<string> {
  const env = process.env as Env;
  const git = await findProgram("git", env);
  if (git === undefined)
    throw new Error(t("git was not found, so there is no committed config.ml to compare with."));
  const spec = { file: git, args: ["show", `HEAD:./${basename(file)}`], cwd: dirname(file), env };
  const { result, stdout, stderr } = await capture(run, spec, { signal, timeoutMs: 10_000 });
  if (result.kind === "exited" && result.code === 0) return stdout;
  if (stderr.includes("not a git repository")) throw new Error(t("This folder is in no git repository."));
  if (/invalid object name|unknown revision/.test(stderr))
    throw new Error(t("Nothing has been committed yet."));
  if (/does not exist|exists on disk, but not in/.test(stderr))
    throw new Error(t("config.ml has never been committed."));
  throw new Error(
    t("git could not read the committed config.ml: {0}", stderr.trim().split("\n").at(-1) ?? ""),
  );
}
