import { basename, dirname } from "node:path";
import { capture } from "../../platform/capture.ts";
import { findProgram, type Env } from "../../platform/env.ts";
import type { Run } from "../../platform/process.ts";
import { t } from "../../protocol/l10n.ts";

/** The last committed text of a file. Rejects with a message for the user if git has none. */
export async function committedText(run: Run, file: string, signal: AbortSignal): Promise<string> {
  const env = process.env as Env;
  const git = await findProgram("git", env);
  if (git === undefined)
    throw new Error(t("Could not find git, which is needed to read the committed config.ml."));
  const spec = { file: git, args: ["show", `HEAD:./${basename(file)}`], cwd: dirname(file), env };
  const { result, stdout, stderr } = await capture(run, spec, { signal, timeoutMs: 10_000 });
  if (result.kind === "exited" && result.code === 0) return stdout;
  if (stderr.includes("not a git repository")) throw new Error(t("This folder is not in a git repository."));
  if (/invalid object name|unknown revision/.test(stderr))
    throw new Error(t("This git repository has no commits yet."));
  if (/does not exist|exists on disk, but not in/.test(stderr))
    throw new Error(t("config.ml has not been committed yet."));
  throw new Error(
    t("git could not read the committed config.ml: {0}", stderr.trim().split("\n").at(-1) ?? ""),
  );
}
