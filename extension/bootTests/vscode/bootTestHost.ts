import type { ExitOutcome, Outcome } from "../../logs/model.ts";
import type { ProcessResult, ProcessSpec, Run } from "../../platform/process.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";

/** A unikernel that is built, checked and ready to boot. */
export interface PreparedBoot {
  readonly spec: ProcessSpec;
  readonly target: string;
  readonly writers: readonly {
    readonly stdout: (bytes: Uint8Array) => void;
    readonly stderr: (bytes: Uint8Array) => void;
    readonly end: (outcome: Outcome) => void;
  }[];
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly explain: (result: ProcessResult) => ExitOutcome;
  readonly crash: (ending: ExitOutcome) => string | undefined;
}

/** What the boot tests use of the rest of the extension. */
export interface BootTestHost {
  readonly run: Run;
  readonly projects: Projects;
  /**
   * Builds, checks and prompts as F5 does for a launch configuration. Rejects with a ProblemError if this computer can't
   * boot it, and with another error if something else prevents the boot.
   */
  readonly prepareBoot: (
    project: Project,
    configuration: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    /** Called when the user stops the unikernel, for example in the status bar. */
    stop: () => void,
  ) => Promise<PreparedBoot>;
}
