/** Levels of OCaml's Logs library, from the gravest; `app` is its level for users. */
export const levels = ["app", "error", "warning", "info", "debug"] as const;
export type Level = (typeof levels)[number];

/** Which stream a line came on. Solo5 guests write all on stdout and their tender on stderr. */
export type Stream = "stdout" | "stderr";

/** A place in the code that a backtrace names; lines from 1, columns from 0, as OCaml prints them. */
export interface Frame {
  /** As printed: relative to the project's build root, `duniverse/…`, or absolute. */
  readonly file: string;
  readonly line: number;
  readonly startColumn: number;
  readonly endColumn: number;
  readonly name: string | undefined;
  readonly inlined: boolean;
}

/** What a record is of. */
export type RecordKind =
  /** A line of a Logs reporter. */
  | "log"
  /** Solo5's banner, version and memory map. */
  | "boot"
  /** `solo5_exit(N)`, `solo5_abort()`: the guest says how it ends. */
  | "exit"
  | "abort"
  /** A processor exception with its registers. */
  | "trap"
  /** An uncaught OCaml exception with its backtrace. */
  | "exception"
  /** A message of the tender. */
  | "tender"
  /** A command line error or usage text of cmdliner. */
  | "usage"
  /** Anything else. */
  | "plain";

/** One entry of a console: a first line and the lines that belong to it. */
export interface LogRecord {
  /** Counts up from 0 within a session, without gaps. */
  readonly seq: number;
  /** When its first byte came, milliseconds since the epoch. */
  readonly receivedAt: number;
  /** The time it tells itself, milliseconds since the epoch. */
  readonly loggedAt: number | undefined;
  readonly kind: RecordKind;
  readonly stream: Stream;
  readonly level: Level | undefined;
  /** The log source, such as `application`. */
  readonly source: string | undefined;
  /** The message without time, level and source; terminal escapes removed. */
  readonly message: string;
  /** How many characters of the message are the tags and the header that the call gave it. */
  readonly lead: number;
  /** Lines that continue the message, escapes removed. */
  readonly more: readonly string[];
  readonly frames: readonly Frame[];
  /** Of `exit`: the status. */
  readonly status: number | undefined;
}

/** How a session ended: with its exit in words, and whether that is what one wishes. */
export interface Outcome {
  readonly kind: "ok" | "failed" | "stopped";
  readonly text: string;
}

/** How a run ended, with an exit code: the unikernel's own where it can be told from the tender's. */
export interface Ending extends Outcome {
  readonly code: number;
}

/** One run of a unikernel, running or past. */
export interface LogSession {
  readonly id: string;
  /** The unikernel's name and id (the path of its config.ml), and the target. */
  readonly name: string;
  readonly unikernel: string;
  readonly target: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly outcome: Outcome | undefined;
  /** Absolute path of the raw console. */
  readonly rawFile: string | undefined;
}
