import { ProblemError } from "../../../extension/platform/errors.ts";
import type { Run } from "../../../extension/platform/process.ts";
import type { Toolchain } from "../../../extension/toolchain/vscode/toolchain.ts";
import type { ToolchainScope } from "../../../extension/toolchain/toolchainScope.ts";
import type { ServerProgram } from "../chooseServer.ts";
import { queryServerVersion } from "../serverVersion.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/**
 * Finds the ocamllsp of a unikernel's switch and its version. The version may take `timeoutMs`
 * milliseconds. If there is no ocamllsp, the result says why.
 */
export async function findServer(
  scope: ToolchainScope,
  toolchain: Toolchain,
  run: Run,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ServerProgram> {
  try {
    if ((await toolchain.path("ocamllsp", scope)) === undefined) {
      const { label } = await toolchain.environment(scope);
      const reason = t(
        "ocamllsp was not found in {0}. Install the package ocaml-lsp-server in the opam switch.",
        label,
      );
      return { kind: "missing", reason };
    }
    const command = await toolchain.command("ocamllsp", ["--version"], scope);
    const answer = await queryServerVersion(run, { ...command, cwd: scope.root }, limits);
    switch (answer.kind) {
      case "late":
        return { kind: "late", seconds: limits.timeoutMs / 1000 };
      case "failed":
        return { kind: "missing", reason: t("{0} could not be started: {1}", command.path, answer.reason) };
      case "answered":
        return { kind: "found", file: command.path, version: answer.version };
    }
  } catch (error) {
    if (error instanceof ProblemError) return { kind: "missing", reason: error.problem.message };
    throw error;
  }
}
