import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugRunRequest } from "../../debugger/session/debugTypes.ts";
import { createProgramTypes } from "../../debugger/program/programTypes.ts";
import { hvtTarget, qemuTarget } from "../../debugger/targets/gdbServer.ts";
import { sptTarget } from "../../debugger/targets/spt.ts";
import { attachTarget, type AttachTo } from "../../debugger/targets/attached.ts";
import type { DebugTarget } from "../../debugger/targets/target.ts";
import { processTarget } from "../../debugger/targets/unix.ts";
import { readElfSymbols } from "../../image/elfSymbols.ts";
import { targets, type TargetId } from "../../mirage/targets.ts";
import { debugProblems } from "../../platform/debugErrors.ts";
import { ProblemError } from "../../platform/errors.ts";
import type { ProcessSpec, Run } from "../../platform/process.ts";
import type { LaunchConfiguration } from "../configuration/launchConfiguration.ts";
import { t } from "../../protocol/l10n.ts";

/** A boot that is to be debugged. */
export interface DebugRequestInput {
  readonly target: TargetId;
  /** The boot without gdb. */
  readonly spec: ProcessSpec;
  readonly image: string;
  /** What gdb opens instead of booting. */
  readonly attach?: AttachTo;
  /** The paths of the programs. */
  readonly gdb: string;
  readonly ocaml: string | undefined;
  readonly debugTender: string | undefined;
  /** The folder in which dune runs. */
  readonly root: string;
  readonly workspaceFolders: readonly string[];
  readonly run: Run;
  readonly configuration: Pick<LaunchConfiguration, "stopOnEntry" | "justMyCode" | "gdbSetup">;
}

/** Plans how gdb debugs a boot. Rejects with a ProblemError if it cannot. */
export async function debugRequest(input: DebugRequestInput): Promise<DebugRunRequest> {
  const { spec, image, gdb, ocaml, run, root, workspaceFolders, configuration } = input;
  const { stopOnEntry, justMyCode, gdbSetup } = configuration;
  return {
    target: await debugTarget(input),
    spec,
    image,
    folders: { root, workspaceFolders },
    gdb,
    setup: gdbSetup,
    stopOnEntry,
    justMyCode,
    types: createProgramTypes({ run, ocaml, env: spec.env, root }),
  };
}

async function debugTarget(input: DebugRequestInput): Promise<DebugTarget> {
  const { target, spec, image, debugTender, attach } = input;
  if (attach) return attachTarget(attach, image);
  switch (targets[target].booter) {
    case "process":
      return processTarget(spec, image);
    case "solo5-spt": {
      const tender = [spec.file, ...spec.args].find((word) => /(?:^|\/)solo5-spt$/.test(word));
      return sptTarget(spec, tender ?? spec.file, image);
    }
    case "solo5-hvt":
      if (debugTender === undefined || !existsSync(debugTender))
        throw new ProblemError(
          debugProblems.notDebuggable(
            t(
              "solo5-hvt-debug was not found beside solo5-hvt. Debug on spt, or install a solo5 that has it.",
            ),
          ),
        );
      return hvtTarget({ spec, image, entry: undefined }, debugTender);
    case "virtio":
    case "unikraft-qemu": {
      if (![spec.file, ...spec.args].some((word) => /(?:^|\/)qemu-system-\w+$/.test(word)))
        throw new ProblemError(
          debugProblems.notDebuggable(t("Debugging needs QEMU itself. Install qemu-system-x86_64.")),
        );
      const elf = readElfSymbols(await readFile(image));
      // The paths of UNIX sockets have at most about a hundred characters.
      const socket = join(tmpdir(), `mirageos-gdb-${randomUUID().slice(0, 13)}`);
      return qemuTarget({ spec, image, entry: elf?.entry }, socket);
    }
    case "xl":
    case "unikraft-firecracker":
    case undefined:
      throw new ProblemError(
        debugProblems.notDebuggable(t("An image for {0} can't be debugged from VS Code.", target)),
      );
  }
}
