import { isBacktrace } from "./consoleLine.ts";
import { badMemory, type Crash, type CrashAction, type Said } from "./crashRule.ts";
import { ruleFor } from "./crashRules.ts";
import { explainFault } from "./faults.ts";
import type { Frame, LogRecord, LogSession } from "./model.ts";
import { t } from "../platform/l10n.ts";

/**
 * Explains why a run ended as it did, from its last records (some hundreds will do) and its end;
 * undefined where they tell of no failure. An exception counts before what it led to; otherwise the
 * first failure does.
 */
export function explainCrash(
  records: readonly LogRecord[],
  { target, outcome }: Partial<Pick<LogSession, "target" | "outcome">> = {},
): Crash | undefined {
  const exceptions = records.filter((record) => record.kind === "exception");
  // What its handler raises hides the exception itself.
  const exception =
    exceptions.findLast(({ message }) => !/^Fatal error in \w/.test(message)) ?? exceptions.at(-1);
  const grave = exception ?? firstGrave(records, target);
  if (!grave) return outcome?.kind === "failed" ? byLogged(byExit(outcome.text), records, target) : undefined;
  const frame = ownFrame(grave.frames) ?? placeNamed(grave);
  const said = ruleFor(grave, target ?? "") ?? byKind(grave, frame);
  const toFrame: readonly CrashAction[] = frame ? [{ kind: "frame" }] : [];
  return {
    text: withOthers(said.text, grave, records),
    next: said.next,
    seq: grave.seq,
    frame,
    actions: [...toFrame, ...(said.actions ?? [])],
  };
}

/** A tender complains of each device that is not attached, and none but the first is explained. */
function withOthers(text: string, grave: LogRecord, records: readonly LogRecord[]): string {
  const isMissing = ({ kind, message }: LogRecord) =>
    kind === "tender" && /declared but not attached/.test(message);
  const others = isMissing(grave) ? records.filter(isMissing).length - 1 : 0;
  if (others < 1) return text;
  return `${text} ${others === 1 ? t("Another one is not attached either.") : t("{0} others are not attached either.", others)}`;
}

/** The first failure that is told; of complaints of the tender, one after another, the first that a rule knows. */
function firstGrave(records: readonly LogRecord[], target = ""): LogRecord | undefined {
  const isComplaint = ({ kind, level }: LogRecord) => kind === "tender" && level === "error";
  const first = records.find(
    (record) =>
      record.kind === "abort" ||
      record.kind === "trap" ||
      isComplaint(record) ||
      (record.kind === "usage" && record.level === "error"),
  );
  if (!first || !isComplaint(first) || ruleFor(first, target)) return first;
  return records.find((record) => isComplaint(record) && ruleFor(record, target)) ?? first;
}

/**
 * A program that logs an error before it exits itself may have told what it was, and where it was raised;
 * so does its own handler of exceptions, which prints them in words of its own.
 */
function byLogged(crash: Crash, records: readonly LogRecord[], target = ""): Crash {
  for (const record of records.toReversed()) {
    const said = record.kind === "log" && record.level === "error" ? ruleFor(record, target) : undefined;
    if (said) return { ...crash, ...said, seq: record.seq, actions: said.actions ?? [] };
  }
  const tells = ({ kind, level }: LogRecord) => level === "error" || kind === "plain";
  const logged = records.findLast((record) => tells(record) && ownFrame(record.frames));
  if (!logged) return byLastError(crash, records);
  const frame = ownFrame(logged.frames);
  return {
    ...crash,
    next:
      logged.kind === "plain"
        ? t("What it printed last has a backtrace: open its line.")
        : t("The last error that it logged has a backtrace: open its line."),
    seq: logged.seq,
    frame,
    actions: [{ kind: "frame" }, ...crash.actions],
  };
}

/** A program that goes on to exit with a code of its own has mostly logged why. */
function byLastError(crash: Crash, records: readonly LogRecord[]): Crash {
  const error = records.findLast(({ kind, level }) => kind === "log" && level === "error");
  if (!error || crash.next !== choseCode()) return crash;
  const { message, lead, seq } = error;
  const words = message.slice(lead, lead + 300).replaceAll("Dune__exe__", "");
  return { ...crash, next: t("The last error that it logged may say why: {0}", words), seq };
}

const choseCode = () => t("The unikernel chose this code itself: look where it calls exit.");

/** Where the console says nothing, the exit in words does; they are those of `launch/exits.ts`, in any language. */
function byExit(words: string): Crash {
  const text = `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  const said = { text, seq: undefined, frame: undefined };
  if (words === t("printed its help or version (exit code 63)"))
    return {
      ...said,
      next: t('Take --help or --version out of "args" to boot it.'),
      actions: [{ kind: "launch" }],
    };
  if (
    words === t("a boot argument was not accepted (exit code 64)") ||
    words === t("internal error while reading the boot arguments (exit code 125)")
  )
    return { ...said, next: t('Correct "args" in launch.json.'), actions: [{ kind: "launch" }] };
  if (/\bSIGSYS\b/.test(words))
    return {
      ...said,
      next: t(
        "Build and boot it with Solo5 from the same opam switch; else a C stub makes system calls itself.",
      ),
      actions: [{ kind: "build" }],
    };
  if (/\bSIG(?:SEGV|BUS|ILL)\b/.test(words)) return { ...said, next: badMemory, actions: [] };
  if (words === t("ended with exit code {0}", /\d+/.exec(words)?.[0]))
    return {
      ...said,
      next: choseCode(),
      actions: [],
    };
  return { ...said, next: undefined, actions: [] };
}

function byKind(record: LogRecord, frame: Frame | undefined): Said {
  const words = record.message.slice(0, 300);
  switch (record.kind) {
    case "exception":
      return {
        text: t(
          "Uncaught exception {0}{1}.",
          exceptionIn(words, record.more),
          frame ? t(", in {0} line {1}", frame.file, frame.line) : "",
        ),
        next: frame
          ? t("Open the line, or handle the exception where it is called.")
          : record.frames.length > 0
            ? t(
                "The backtrace names only libraries: look where the program raises this, or fails a promise with it.",
              )
            : t('Link with "-g" and boot with --backtrace=true to see where it was raised.'),
      };
    case "trap":
      return explainFault(words, record.more);
    case "abort":
      if (/^(?:Unikraft Crash|Cannot handle \w+ page fault at 0x)/.test(words))
        return explainFault(words, record.more);
      return {
        text: t("It was aborted: {0}.", words.replace(/^(?:Solo5: (?:ABORT: )?|Fatal error: )/, "")),
        next: /solo5_abort\(\)|abort\(\) called/.test(words)
          ? t("A C stub or OCaml's runtime gave up: what was printed just before may say why.")
          : undefined,
      };
    case "usage":
      return {
        text: t("It did not accept its boot arguments: {0}", usageIn(words, record.more)),
        next: t('Correct "args" in launch.json; --help tells what there is.'),
        actions: [{ kind: "launch" }],
      };
    case "tender":
    case "log":
    case "boot":
    case "exit":
    case "plain":
      // Firecracker's time, instance and place tell the user nothing.
      return { text: words.replace(/^\d{4}-\S{1,40} \[[^\]]+\] /, ""), next: undefined };
  }
}

/** The exception by itself, in a line: the place that some begin with is told apart. */
const exceptionIn = (words: string, more: readonly string[]) => {
  return (
    [...(words.endsWith(" exception:") ? [] : [words]), ...firstBelow(more, isBacktrace)]
      .join(" ")
      .trim()
      .slice(0, 300)
      .replace(/^Fatal error(?: in uncaught exception handler)?: (?:uncaught )?exception /, "")
      .replace(/^File "[^"]*", line \d+, characters [\d-]+: /, "")
      // Dune's names for modules of an executable and of a library.
      .replaceAll("Dune__exe__", "")
      .replace(/^[A-Z][\w.]*/, (path) => path.replaceAll(/(?<=\w)__(?=[A-Z])/g, "."))
  );
};

/** Cmdliner breaks long lines and indents what follows. */
function usageIn(words: string, more: readonly string[]): string {
  const said = [words.replace(/^\S+: /, ""), ...firstBelow(more, (line) => !line.startsWith("  "))].join(" ");
  return /[.!?…]$/.test(said) ? said : `${said}.`;
}

/** The first lines below a record's own, before the one that ends what it says. */
function firstBelow(more: readonly string[], ends: (line: string) => boolean): readonly string[] {
  const end = more.findIndex((line) => ends(line));
  return more.slice(0, Math.min(end < 0 ? more.length : end, 5)).map((line) => line.trim());
}

/** The place in `Fatal error: exception File "unikernel.ml", line 3, characters 2-8: Assertion failed`. */
function placeNamed({ kind, message }: LogRecord): Frame | undefined {
  if (kind !== "exception") return undefined;
  const place =
    /exception File "([^"]{1,500})", line (\d{1,9}), characters (\d{1,9})-(\d{1,9}): /.exec(message) ??
    /exception (?:Stdlib\.)?(?:Assert|Match)_failure\("([^"]{1,500})", (\d{1,9}), (\d{1,9})\)/.exec(message);
  if (!place) return undefined;
  const [, file = "", line, from, to = from] = place;
  return {
    file,
    line: Number(line),
    startColumn: Number(from),
    endColumn: Number(to),
    name: undefined,
    inlined: false,
  };
}

const library = /^(?:duniverse|vendor|mirage|_opam)\/|^(?:\/|stdlib|camlinternal)/i;
/** Files of libraries that were built in a switch are relative to a folder of theirs. */
const knownLibrary =
  /^(?:(?:Solo5|Unix|Unikraft|Xen)_os|Lwt|Logs|Fmt|Cmdliner|Stdlib|Mirage|Ptime|Mtime|Camlinternal)/i;

/** Of OCaml before 4.11, whose backtraces have no names. */
const unnamedLibrary =
  /(?:^|\/)(?:lwt\w*|sexp_conv|pre_sexp)\.ml$|^lib\/main\.ml$|^(?:main|array|buffer|bytes|char|filename|format|hashtbl|int32|int64|lazy|list|map|printf|queue|random|scanf|set|stack|stream|string|unix)\.ml$/;

/** Libraries raise what the project's own code is to blame for. */
function ownFrame(frames: readonly Frame[]): Frame | undefined {
  const others = frames.filter(({ file }) => !library.test(file));
  return (
    others.find(({ name }) => name?.startsWith("Dune__exe__")) ??
    others.find(({ file, name }) =>
      name === undefined ? !unnamedLibrary.test(file) : !knownLibrary.test(name),
    )
  );
}
