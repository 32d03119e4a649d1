import type { DebugRunRequest } from "../../debugger/session/debugRun.ts";
import { processTarget } from "../../debugger/targets/unix.ts";
import { targets, type TargetId } from "../../mirage/targets.ts";
import { problems, ProblemError } from "../../platform/errors.ts";
import type { ProcessSpec, Run } from "../../platform/process.ts";
import type { LaunchConfiguration } from "../configuration/launchConfiguration.ts";
import { t } from "../../protocol/l10n.ts";

/** A boot that is to be debugged. */
export interface DebugRequestInput {
  readonly target: TargetId;
  /** The boot without gdb. */
  readonly spec: ProcessSpec;
  readonly image: string;
  /** The paths of the programs. */
  readonly gdb: string;
  readonly ocaml: string | undefined;
  readonly debugTender: string | undefined;
  /** The folder in which dune runs. */
  readonly root: string;
  readonly workspaceFolders: readonly string[];
  /** The extension's storage folder. */
  readonly scratch: string;
  readonly run: Run;
  readonly configuration: Pick<LaunchConfiguration, "stopOnEntry" | "justMyCode" | "gdbSetup">;
}

/** Plans how gdb debugs a boot. Throws a ProblemError if it cannot. */
export function debugRequest(input: DebugRequestInput): DebugRunRequest {
  const { spec, image, gdb, root, workspaceFolders, configuration } = input;
  const { stopOnEntry, justMyCode, gdbSetup } = configuration;
  return {
    target: debugTarget(input),
    spec,
    image,
    folders: { root, workspaceFolders },
    gdb,
    setup: gdbSetup,
    stopOnEntry,
    justMyCode,
    types: { declarations: async () => undefined, outline: async () => [] },
  };
}

function debugTarget({ target, spec, image }: DebugRequestInput): DebugRunRequest["target"] {
  switch (targets[target].booter) {
    case "process":
      return processTarget(spec, image);
    default:
      throw new ProblemError(
        problems.notDebuggable(t("An image for {0} can't be debugged from VS Code.", target)),
      );
  }
}
