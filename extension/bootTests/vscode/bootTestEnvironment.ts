import type { LogStore } from "../../logs/store/logStore.ts";
import type { ExitOutcome, Outcome } from "../../logs/model.ts";
import type { TargetId } from "../../mirage/targets.ts";
import type { ProcessResult, ProcessSpec, Run } from "../../platform/process.ts";
import type { Jobs } from "../../pipeline/model.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";

/** A unikernel that is built, checked and ready to boot. */
export interface PreparedBoot {
  readonly spec: ProcessSpec;
  readonly target: string;
  readonly writers: readonly {
    readonly started?: (pid: number, isDebugged: boolean) => void;
    readonly stdout: (bytes: Uint8Array) => void;
    readonly stderr: (bytes: Uint8Array) => void;
    readonly end: (outcome: Outcome) => void;
  }[];
  /** The id of the log session of the boot. */
  readonly session?: string | undefined;
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly explain: (result: ProcessResult) => ExitOutcome;
  readonly crash: (ending: ExitOutcome) => string | undefined;
}

/** With what a unikernel is configured. */
export interface TargetConfiguration {
  readonly target: TargetId;
  readonly options: readonly string[];
}

/** What the boot tests use of the rest of the extension. */
export interface BootTestEnvironment {
  readonly run: Run;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  /** The queue of each project, in which dune runs tests. */
  readonly jobs: Pick<Jobs, "runQueued">;
  readonly logStore: () => Promise<LogStore>;
  /**
   * Builds, checks and prompts as F5 does for a launch configuration. Rejects with a ProblemError if this computer can't
   * boot it, and with another error if something else prevents the boot.
   */
  readonly prepareBoot: (boot: {
    readonly project: Project;
    /** The properties of a launch configuration. */
    readonly launch: Readonly<Record<string, unknown>>;
    /** Options of `mirage configure`. */
    readonly options: readonly string[];
    readonly signal: AbortSignal;
    /** Called when the user stops the unikernel, for example in the status bar. */
    readonly stop: () => void;
  }) => Promise<PreparedBoot>;
  /** Configures or builds a unikernel as the commands do. */
  readonly make: (
    project: Project,
    goal: "configure" | "build",
    configuration: TargetConfiguration,
    signal?: AbortSignal,
  ) => Promise<{ readonly kind: "done" | "ran" | "failed" | "cancelled" }>;
}
