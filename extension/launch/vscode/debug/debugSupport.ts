import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { AttachTo } from "../../../debugger/targets/attached.ts";
import { debugProblems } from "../../../platform/debugErrors.ts";
import { ProblemError } from "../../../platform/errors.ts";
import { ownerOf } from "../../../project/vscode/pickProject.ts";
import type { BootSpec } from "../../boot/bootSpec.ts";
import type { LaunchConfiguration } from "../../configuration/launchConfiguration.ts";
import type { DebugSupport } from "../../session/preparedLaunch.ts";
import { isSourceOf, notDebuggable } from "../../session/debugTargets.ts";
import type { BootRequest, PrepareBootContext } from "../bootRequest.ts";

/** How to debug a unikernel that is ready to boot or already running. Searches for gdb only if it is needed. */
export function debugSupport(
  { projects, toolchain, run }: PrepareBootContext,
  configuration: LaunchConfiguration,
  { project, scope, target, image }: BootRequest,
  boot: BootSpec,
  attach?: AttachTo,
): DebugSupport {
  const all = projects.all();
  // A launch configuration may name only an image, which its unikernel's folder usually contains.
  const owner = project ?? ownerOf(vscode.Uri.file(image), all);
  const roots = all.map(({ root }) => root);
  return {
    unavailable:
      attach && attach.kind !== "process" ? undefined : notDebuggable(target, process.platform, process.arch),
    isRequired: configuration.debug || configuration.stopOnEntry,
    concerns: (path) => isSourceOf(path, owner?.root, roots),
    request: async () => {
      const gdb = configuration.gdb ?? (await toolchain.path("gdb", scope));
      if (gdb === undefined) throw new ProblemError(debugProblems.gdbMissing());
      const { debugRequest } = await import("../../session/debugRequest.ts");
      const debugTender = target === "hvt" ? debugTenderOf(boot) : undefined;
      const compiler = await toolchain.path("ocaml", scope);
      // The toplevel is beside the compiler, which is the tool that is looked for.
      const ocaml = compiler === undefined ? undefined : join(dirname(compiler), "ocaml");
      return debugRequest({
        target,
        spec: boot.spec,
        image,
        ...(attach && { attach }),
        gdb,
        ocaml,
        debugTender,
        root: owner?.root ?? scope.root,
        workspaceFolders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
        run,
        configuration,
      });
    },
  };
}

/** The tender of Solo5 with a gdb server, which is beside the plain one. */
const debugTenderOf = ({ spec }: BootSpec): string =>
  [spec.file, ...spec.args].find((word) => /(?:^|\/)solo5-hvt$/.test(word))?.concat("-debug") ??
  "solo5-hvt-debug";
