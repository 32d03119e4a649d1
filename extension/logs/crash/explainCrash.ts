import { isBacktraceLine } from "../console/guestLine.ts";
import {
  memoryFaultHint,
  type CrashExplanation,
  type CrashAction,
  type FailureExplanation,
} from "./crashExplanation.ts";
import { explainByRule } from "./crashRules.ts";
import { explainCpuFault } from "./cpuFaults.ts";
import type { StackFrame, LogRecord, LogSession, Outcome } from "../model.ts";
import { t } from "../../protocol/l10n.ts";

/**
 * Explains why a run failed, from its last records (some hundreds are enough) and its outcome. Returns
 * `undefined` if neither shows a failure. An exception takes precedence over what it led to; otherwise the
 * first failure in the records is explained.
 */
export function explainCrash(
  records: readonly LogRecord[],
  session: Partial<Pick<LogSession, "target" | "outcome" | "onHost">> = {},
): CrashExplanation | undefined {
  const explanation = explainRun(records, session);
  return explanation && session.onHost === true ? forHost(explanation) : explanation;
}

/** The advice for a run on another host: launch configurations and settings of this computer do not change it. */
function forHost(explanation: CrashExplanation): CrashExplanation {
  const actions = explanation.actions.map((action): CrashAction =>
    action.kind === "useTarget" ? { kind: "target" } : action,
  );
  const others = actions.filter(
    ({ kind }) => kind !== "launch" && kind !== "devices" && kind !== "arguments",
  );
  if (others.length === actions.length) return { ...explanation, actions };
  return {
    ...explanation,
    next: t("Change its arguments in the Hosts view, or deploy it again."),
    actions: [...others, { kind: "hosts" }],
  };
}

function explainRun(
  records: readonly LogRecord[],
  { target, outcome }: Partial<Pick<LogSession, "target" | "outcome">>,
): CrashExplanation | undefined {
  const exceptions = records.filter((record) => record.kind === "exception");
  // An exception that the handler of uncaught exceptions raises hides the original one.
  const exception =
    exceptions.findLast(({ message }) => !/^Fatal error in \w/.test(message)) ?? exceptions.at(-1);
  const failure = exception ?? firstFailure(records, target);
  if (!failure) return outcome?.kind === "failed" ? explainByOutcome(outcome, records, target) : undefined;
  const frame = projectFrame(failure.frames) ?? frameInMessage(failure);
  const explanation = explainByRule(failure, target ?? "") ?? explainByKind(failure, frame);
  const { text, next, actions = [] } = explanation;
  const ofFrame: readonly CrashAction[] = frame
    ? [{ kind: "frame" }, ...actions.filter(({ kind }) => kind !== "debug")]
    : actions;
  const hint = ofFrame.some(({ kind }) => kind === "debug")
    ? t("The backtrace doesn't show where; the debugger stops there.")
    : undefined;
  return {
    text: withOtherDevices(text, failure, records),
    next: hint === undefined ? next : `${next} ${hint}`,
    seq: failure.seq,
    frame,
    actions: ofFrame,
  };
}

/** A tender reports each device that is not attached; only the first is explained, the others are counted. */
function withOtherDevices(text: string, failure: LogRecord, records: readonly LogRecord[]): string {
  const isMissing = ({ kind, message }: LogRecord) =>
    kind === "tender" && /declared but not attached/.test(message);
  const others = isMissing(failure) ? records.filter(isMissing).length - 1 : 0;
  if (others < 1) return text;
  return `${text} ${others === 1 ? t("One other device is not attached either.") : t("{0} other devices are not attached either.", others)}`;
}

/** The first failure in the records. Of a tender's errors, the first that a rule can explain. */
function firstFailure(records: readonly LogRecord[], target = ""): LogRecord | undefined {
  const isTenderError = ({ kind, level }: LogRecord) => kind === "tender" && level === "error";
  const first = records.find(
    (record) =>
      record.kind === "abort" ||
      record.kind === "trap" ||
      isTenderError(record) ||
      (record.kind === "usage" && record.level === "error"),
  );
  if (!first || !isTenderError(first) || explainByRule(first, target)) return first;
  return records.find((record) => isTenderError(record) && explainByRule(record, target)) ?? first;
}

/**
 * Explains a failure of which the console shows no crash. A program that logs an error and then exits, or
 * that prints exceptions in its own handler, may have named the cause or the location.
 */
function explainByOutcome(outcome: Outcome, records: readonly LogRecord[], target = ""): CrashExplanation {
  const crash = explainExit(outcome);
  for (const record of records.toReversed()) {
    const explanation =
      record.kind === "log" && record.level === "error" ? explainByRule(record, target) : undefined;
    if (explanation) return { ...crash, ...explanation, seq: record.seq, actions: explanation.actions ?? [] };
  }
  const mayShowError = ({ kind, level }: LogRecord) => level === "error" || kind === "plain";
  const located = records.findLast((record) => mayShowError(record) && projectFrame(record.frames));
  if (!located) return outcome.cause === "ownExitCode" ? withLastError(crash, records) : crash;
  return {
    ...crash,
    next:
      located.kind === "plain"
        ? t("Its last output includes a backtrace: open the line.")
        : t("The last error in the log has a backtrace: open the line."),
    seq: located.seq,
    frame: projectFrame(located.frames),
    actions: [{ kind: "frame" }, ...crash.actions],
  };
}

/** A program that chooses its exit code has usually logged the reason. */
function withLastError(crash: CrashExplanation, records: readonly LogRecord[]): CrashExplanation {
  const error = records.findLast(({ kind, level }) => kind === "log" && level === "error");
  if (!error) return crash;
  const { message, prefixLength, seq } = error;
  const text = message.slice(prefixLength, prefixLength + 300).replaceAll("Dune__exe__", "");
  return { ...crash, next: t("The last error in the log may say why: {0}", text), seq };
}

/** Explains an exit by its outcome alone. Depends on the outcome's cause, not on its translated text. */
function explainExit({ text, cause, reason, actions = [] }: Outcome): CrashExplanation {
  const exit = {
    text: `${text.charAt(0).toUpperCase()}${text.slice(1)}.`,
    seq: undefined,
    frame: undefined,
  };
  switch (cause) {
    case "helpPrinted":
      return {
        ...exit,
        next: t('To boot it, remove --help or --version from "args".'),
        actions: [{ kind: "launch" }],
      };
    case "argumentsRejected":
      return { ...exit, next: t('Correct "args" in launch.json.'), actions: [{ kind: "launch" }] };
    case "forbiddenSystemCall":
      return {
        ...exit,
        next: t(
          "Build and boot it with Solo5 from the same opam switch. If that does not help, a C stub makes system calls itself.",
        ),
        actions: [{ kind: "build" }],
      };
    case "memoryFault":
      return { ...exit, next: memoryFaultHint, actions: [] };
    case "ownExitCode":
      return {
        ...exit,
        next: t("The unikernel chose this exit code itself: check where it calls exit."),
        actions: [],
      };
    case "refused":
      return {
        ...exit,
        next: reason,
        actions: actions.map((action) => ({ kind: "problem", action })),
      };
    case undefined:
      return { ...exit, next: undefined, actions: [] };
  }
}

/** Explains a failure that no rule matches. */
function explainByKind(record: LogRecord, frame: StackFrame | undefined): FailureExplanation {
  const message = record.message.slice(0, 300);
  switch (record.kind) {
    case "exception":
      return {
        text: t(
          "Uncaught exception {0}{1}.",
          exceptionText(message, record.more),
          frame ? t(", in {0} line {1}", frame.file, frame.line) : "",
        ),
        next: adviceOnException(record, frame),
        ...(!frame && { actions: searchActions(message) }),
      };
    case "trap":
      return explainCpuFault(message, record.more);
    case "abort":
      if (/^(?:Unikraft Crash|Cannot handle \w+ page fault at 0x)/.test(message))
        return explainCpuFault(message, record.more);
      return {
        text: t("It was aborted: {0}.", message.replace(/^(?:Solo5: (?:ABORT: )?|Fatal error: )/, "")),
        next: /solo5_abort\(\)|abort\(\) called/.test(message)
          ? t("A C stub or OCaml's runtime stopped it: the lines just before may say why.")
          : undefined,
      };
    case "usage":
      return {
        text: t("It did not accept its boot arguments: {0}", usageText(message, record.more)),
        next: t('Correct "args" in launch.json; --help lists the arguments it accepts.'),
        actions: [{ kind: "launch" }],
      };
    case "tender":
    case "log":
    case "boot":
    case "exit":
    case "plain":
      // Firecracker's time, instance and source location do not help the user.
      return { text: message.replace(/^\d{4}-\S{1,40} \[[^\]]+\] /, ""), next: undefined };
  }
}

function adviceOnException({ frames }: LogRecord, frame: StackFrame | undefined): string {
  if (frame) return t("Open the line, or handle the exception where the function is called.");
  return frames.length > 0
    ? t(
        "The backtrace names only libraries: check where the program raises this exception or fails a promise with it.",
      )
    : t('To see where it was raised, link with "-g" and boot with --backtrace=true.');
}

/**
 * Searches for the name of an exception of the program, or for the message of a `Failure`. A message with a digit is
 * probably formatted, so that no source contains it.
 */
function searchActions(message: string): readonly CrashAction[] {
  const match =
    /exception Dune__exe__(?:\w+\.)+([A-Z]\w*)/.exec(message) ??
    /exception (?:Stdlib\.)?(?:Failure|Invalid_argument)\("([^"\\\d]{4,80})"\)/.exec(message);
  return match?.[1] === undefined ? [] : [{ kind: "search", text: match[1] }];
}

/** The exception in one line, without the source location that some exceptions begin with. */
function exceptionText(message: string, more: readonly string[]): string {
  return (
    [...(message.endsWith(" exception:") ? [] : [message]), ...linesBefore(more, isBacktraceLine)]
      .join(" ")
      .trim()
      .slice(0, 300)
      .replace(/^Fatal error(?: in uncaught exception handler)?: (?:uncaught )?exception /, "")
      .replace(/^File "[^"]*", line \d+, characters [\d-]+: /, "")
      // The names that dune gives to modules of an executable and of a library.
      .replaceAll("Dune__exe__", "")
      .replace(/^[A-Z][\w.]*/, (path) => path.replaceAll(/(?<=\w)__(?=[A-Z])/g, "."))
  );
}

/** Cmdliner's message in one line; it breaks long lines and indents the rest. */
function usageText(message: string, more: readonly string[]): string {
  const lines = [message.replace(/^\S+: /, ""), ...linesBefore(more, (line) => !line.startsWith("  "))];
  const text = lines.join(" ");
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The lines before the first one that `isEnd` accepts, at most five, trimmed. */
function linesBefore(lines: readonly string[], isEnd: (line: string) => boolean): readonly string[] {
  const end = lines.findIndex((line) => isEnd(line));
  return lines.slice(0, Math.min(end < 0 ? lines.length : end, 5)).map((line) => line.trim());
}

/** The location in `Fatal error: exception File "unikernel.ml", line 3, characters 2-8: Assertion failed`. */
function frameInMessage({ kind, message }: LogRecord): StackFrame | undefined {
  if (kind !== "exception") return undefined;
  const match =
    /exception File "([^"]{1,500})", line (\d{1,9}), characters (\d{1,9})-(\d{1,9}): /.exec(message) ??
    /exception (?:Stdlib\.)?(?:Assert|Match)_failure\("([^"]{1,500})", (\d{1,9}), (\d{1,9})\)/.exec(message);
  if (!match) return undefined;
  const [, file = "", line, from, to = from] = match;
  return {
    file,
    line: Number(line),
    startColumn: Number(from),
    endColumn: Number(to),
    name: undefined,
    inlined: false,
  };
}

const libraryFile = /^(?:duniverse|vendor|mirage|_opam)\/|^(?:\/|stdlib|camlinternal)/i;
/** Libraries built in a switch name their files relative to their own folder, so the module decides. */
const libraryModule =
  /^(?:(?:Solo5|Unix|Unikraft|Xen)_os|Lwt|Logs|Fmt|Cmdliner|Stdlib|Mirage|Ptime|Mtime|Camlinternal)/i;

/** Library files in backtraces of OCaml before 4.11, which name no functions. */
const unnamedLibraryFile =
  /(?:^|\/)(?:lwt\w*|sexp_conv|pre_sexp)\.ml$|^lib\/main\.ml$|^(?:main|array|buffer|bytes|char|filename|format|hashtbl|int32|int64|lazy|list|map|printf|queue|random|scanf|set|stack|stream|string|unix)\.ml$/;

/** The first frame in the project's own code, which usually caused what a library raised. */
function projectFrame(frames: readonly StackFrame[]): StackFrame | undefined {
  const candidates = frames.filter(({ file }) => !libraryFile.test(file));
  return (
    candidates.find(({ name }) => name?.startsWith("Dune__exe__")) ??
    candidates.find(({ file, name }) =>
      name === undefined ? !unnamedLibraryFile.test(file) : !libraryModule.test(name),
    )
  );
}
