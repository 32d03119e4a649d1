import type { Level } from "../ocaml/logs/levels.ts";
import type { ProblemAction } from "../platform/errors.ts";
import type { BootTimes } from "../project/model.ts";

/** The stream a line was read from. Solo5 guests print everything on stdout, their tender on stderr. */
export type ConsoleStream = "stdout" | "stderr";

/** A source location in a backtrace. Lines count from 1, columns from 0, as OCaml prints them. */
export interface StackFrame {
  /** As printed: relative to the project's build root, `duniverse/…`, or absolute. */
  readonly file: string;
  readonly line: number;
  readonly startColumn: number;
  readonly endColumn: number;
  readonly name: string | undefined;
  readonly inlined: boolean;
}

/** What printed a record. */
export type RecordKind =
  /** A Logs reporter. */
  | "log"
  /** Solo5 or the firmware while booting: banner, version and memory map. */
  | "boot"
  /** `solo5_exit(N)` or `solo5_abort()`: how the guest ends. */
  | "exit"
  | "abort"
  /** A processor exception with its registers. */
  | "trap"
  /** An uncaught OCaml exception with its backtrace. */
  | "exception"
  /** The tender. */
  | "tender"
  /** Cmdliner: a command line error or a usage text. */
  | "usage"
  /** Anything else. */
  | "plain";

/** One entry of a console: a first line and the lines that belong to it. */
export interface LogRecord {
  /** Counts up from 0 within a session, without gaps. */
  readonly seq: number;
  /** When its first byte arrived, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The time that the record itself states, in milliseconds since the epoch. */
  readonly loggedAt: number | undefined;
  /**
   * The time to show, in milliseconds since the epoch: what the record states, mapped to the host's clock if
   * needed, or its arrival. Whole seconds if the unikernel states whole seconds. Default: one of the above.
   */
  readonly shownAt?: number;
  readonly kind: RecordKind;
  readonly stream: ConsoleStream;
  readonly level: Level | undefined;
  /** The log source, such as `application`. */
  readonly source: string | undefined;
  /** The message without time, level and source; terminal escapes are removed. */
  readonly message: string;
  /** How many characters at the start of `message` are tags and the header, not part of the call's format. */
  readonly prefixLength: number;
  /** Lines that continue the message; terminal escapes are removed. */
  readonly more: readonly string[];
  readonly frames: readonly StackFrame[];
  /** The exit status; only for the kind `exit`. */
  readonly status: number | undefined;
}

/** Reasons for an exit that lead to specific advice. They are stored with a session, so they are not translated. */
export const exitCauses = [
  "helpPrinted",
  "argumentsRejected",
  "ownExitCode",
  "forbiddenSystemCall",
  "memoryFault",
  "refused",
] as const;
export type ExitCause = (typeof exitCauses)[number];

/** How a session ended. `text` is a phrase in the user's language; advice depends on `cause` alone. */
export interface Outcome {
  readonly kind: "ok" | "failed" | "stopped";
  readonly text: string;
  readonly cause?: ExitCause | undefined;
  /** Why a session with the cause `refused` did not start: sentences in the user's language. */
  readonly reason?: string | undefined;
  /** What the user can do about that. Not stored: the situation may be another one in the next window. */
  readonly actions?: readonly ProblemAction[] | undefined;
}

/** How a run ended. `code` is the unikernel's own exit code if it can be told from the tender's. */
export interface ExitOutcome extends Outcome {
  readonly code: number;
}

/** One run of a unikernel, running or past. */
export interface LogSession {
  readonly id: string;
  /** The unikernel's name. */
  readonly name: string;
  /** The unikernel's id: the absolute path of its config.ml. */
  readonly unikernel: string;
  readonly target: string;
  /** Milliseconds since the epoch, like `endedAt`. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly outcome: Outcome | undefined;
  /** The host's side of its devices, in the form of the setting `mirageos.devices`. */
  readonly attachments?: unknown;
  readonly bootArguments?: readonly string[] | undefined;
  /** It runs on a host with albatross, whose view has its arguments and devices. */
  readonly onHost?: boolean | undefined;
  /** The id of its process, or of gdb; undefined unless it runs in this window. */
  readonly pid?: number | undefined;
  /** Undefined if they were not measured, as under gdb. */
  readonly boot?: BootTimes | undefined;
  /** Its addresses as its arguments, records or leases say, most of them with the length of the prefix. */
  readonly addresses?: readonly string[] | undefined;
  /** Absolute path of the file with the raw console. */
  readonly rawFile: string | undefined;
}

/** The time to show for a record, in milliseconds since the epoch. */
export const shownTime = ({ shownAt, loggedAt, receivedAt }: LogRecord): number =>
  shownAt ?? loggedAt ?? receivedAt;
