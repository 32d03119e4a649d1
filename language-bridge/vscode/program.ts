import { ProblemError } from "../../extension/platform/errors.ts";
import type { Run } from "../../extension/platform/process.ts";
import type { Place, Toolchain } from "../../extension/toolchain/vscode/toolchain.ts";
import type { ServerProgram } from "../select.ts";
import { askServerVersion } from "../serverVersion.ts";
import { t } from "../../extension/platform/l10n.ts";

/**
 * The ocamllsp of a unikernel's switch and its version, which may take `timeoutMs` milliseconds. Why there is
 * none is in the result.
 */
export async function findServer(
  place: Place,
  toolchain: Toolchain,
  run: Run,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ServerProgram> {
  try {
    const file = await toolchain.path("ocamllsp", place);
    if (file === undefined) {
      const { label } = await toolchain.environment(place);
      const reason = t(
        "ocamllsp was not found in {0}. Install the package ocaml-lsp-server in the opam switch.",
        label,
      );
      return { kind: "missing", reason };
    }
    const command = await toolchain.command("ocamllsp", ["--version"], place);
    const answer = await askServerVersion(run, { ...command, cwd: place.root }, limits);
    if (answer === "late") return { kind: "late", seconds: limits.timeoutMs / 1000 };
    return { kind: "found", file, version: answer.version };
  } catch (error) {
    if (error instanceof ProblemError) return { kind: "missing", reason: error.problem.message };
    throw error;
  }
}
