import type { Level } from "../ocaml/logs/levels.ts";
import type { StackFrame } from "../logs/model.ts";
import type { TargetId } from "../mirage/targets.ts";

/** A place in boot-tests.json, in UTF-16 units from the start of the file. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** Something in boot-tests.json that is wrong, as a sentence, at its place. */
export interface BootTestProblem {
  readonly message: string;
  readonly range: TextRange;
  /** A warning does not keep the tests from being run. */
  readonly severity: "error" | "warning";
}

/** Describes a record. All properties that are given must fit. */
export interface RecordPattern {
  /** A part of the record's text. */
  readonly text: string | undefined;
  readonly source: string | undefined;
  readonly level: Level | undefined;
  /** A regular expression that the record's text must match. */
  readonly matches: RegExp | undefined;
  readonly range: TextRange;
}

export interface HttpCheck {
  readonly url: string;
  /** The expected status; `undefined` for any from 200 to 299. */
  readonly status: number | undefined;
  /** A part of the expected body. */
  readonly body: string | undefined;
  readonly range: TextRange;
}

export interface TcpCheck {
  readonly host: string;
  readonly port: number;
  readonly send: string | undefined;
  /** A part of the expected answer; `undefined` if a connection is enough. */
  readonly receive: string | undefined;
  readonly range: TextRange;
}

export interface PingCheck {
  readonly host: string;
  readonly range: TextRange;
}

/** A number with its place. */
export interface NumberCheck {
  readonly value: number;
  readonly range: TextRange;
}

/** What a boot must show. */
export interface Expectations {
  /** Records that must appear in this order. */
  readonly log: readonly RecordPattern[];
  /** Records that must not appear. */
  readonly never: readonly RecordPattern[];
  /** The exit code; `undefined` if the unikernel may run on. */
  readonly exit: NumberCheck | undefined;
  /** The time for all other expectations, in seconds. */
  readonly within: NumberCheck;
  readonly http: readonly HttpCheck[];
  readonly tcp: readonly TcpCheck[];
  readonly ping: readonly PingCheck[];
  /** The time to the first log record, in milliseconds. */
  readonly bootWithin: NumberCheck | undefined;
}

/** A test in boot-tests.json. */
export interface BootTest {
  readonly name: string;
  readonly range: TextRange;
  /** The targets to test; empty for any. */
  readonly targets: readonly TargetId[];
  /** Arguments of `mirage configure`; `undefined` for those with which the unikernel is configured anyway. */
  readonly options: readonly string[] | undefined;
  /** The properties of a launch configuration: `args`, `memory`, `net`, `block`, `env`, `tenderArgs`. */
  readonly launch: Readonly<Record<string, unknown>>;
  readonly expect: Expectations;
}

/** An expectation that was not met. */
export interface Failure {
  /** A sentence that says what was expected and what happened. */
  readonly message: string;
  readonly range: TextRange;
  /** For a comparison of two texts. */
  readonly expected?: string;
  readonly actual?: string;
  /** The first line of the record that shows the failure; without it, the last record of the boot shows it. */
  readonly record?: string;
  /** Whether a request had no answer yet, which is not a failure of its own if the unikernel has ended. */
  readonly isUnanswered?: true;
  /** The backtrace of a crash, innermost first. */
  readonly frames?: readonly StackFrame[];
}
