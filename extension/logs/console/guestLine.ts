import { classifyFirmwareLine, firmwareSummary } from "./firmwareLine.ts";
import { lineKind, type LineKind } from "./lineKind.ts";
import type { StackFrame } from "../model.ts";
import { classifyMachineState, classifyTenderLine } from "./tenderLine.ts";

/** Continues a boot record that Solo5 for Xen began with its first message; otherwise begins one. */
const bannerTop = lineKind("boot", undefined, "either");
const bootBegin = lineKind("boot");
const bootInfo = lineKind("boot", undefined, "either");
const bootRest = lineKind("boot", undefined, "joins");
const trap = lineKind("trap", "error");
const trapRest = lineKind("trap", "error", "either");
const registers = lineKind("trap", "error", "joins");
const plain = lineKind("plain");
const plainWarning = lineKind("plain", "warning");
const plainError = lineKind("plain", "error");
const abort = lineKind("abort", "error");
const abortRest = lineKind("abort", "error", "joins");
const exception = lineKind("exception", "error");
const usage = lineKind("usage");
const usageRest = lineKind("usage", undefined, "either");

const banner = [
  String.raw`            |      ___|`,
  String.raw`  __|  _ \  |  _ \ __ \ `.trimEnd(),
  String.raw`\__ \ (   | | (   |  ) |`,
  String.raw`____/\___/ _|\___/____/`,
];

/** Classifies a line of the guest, its firmware or its tender by its text alone; `undefined` if no rule matches. */
export function classifyGuestLine(line: string): LineKind | undefined {
  switch (line.charCodeAt(0)) {
    case 0x00:
      // Solo5 prints the terminating zero of its message about a corrupted stack.
      return line === "\0" ? abortRest : undefined;
    case 0x53:
      // From ocaml-solo5's `nolibc/stubs.c`.
      if (/^STUB: abort: \w{1,60}\(\) called$/.test(line)) return abort;
      return line.startsWith("Solo5:") ? solo5Line(line) : (firmware(line) ?? classifyMachineState(line));
    case 0x20:
    case 0x5c:
    case 0x5f:
      return bannerLine(line) ?? firmware(line) ?? restOfWarning(line);
    case 0x09:
      return /^\t (?:ESR|PC|LR|PSTATE|x\d\d ~ x\d\d)\s*: 0x/.test(line) ? registers : undefined;
    case 0x44:
      return line.startsWith("Data Abort Address: ")
        ? registers
        : (firmware(line) ?? classifyMachineState(line));
    case 0x4d:
      return miniOsExit(line) ?? firmware(line);
    case 0x50:
      if (/^Press (?:Ctrl-B to configure iPXE|(?:ESC|F12) for boot menu)/.test(line)) return bootRest;
      if (line.startsWith("Page fault at linear address ")) return trap;
      if (/^Page fault in pagetable \w/.test(line)) return registers;
      return line.startsWith("Parsing config from ") ? lineKind("tender") : firmware(line);
    case 0x52:
      return /^R[A-Z\d]{2}: [\da-f]/.test(line) ? registers : classifyMachineState(line);
    case 0x42:
    case 0x49:
    case 0x4f:
    case 0x58:
    case 0x69:
    case 0x6f:
      return firmware(line) ?? classifyMachineState(line);
    case 0x46:
      if (line.startsWith("Fatal error: exception ")) return exception;
      if (/^Fatal error(?: in uncaught exception handler:|: uncaught exception) /.test(line))
        return exception;
      if (/^Failed to (?:read|parse) config/.test(line)) return lineKind("tender", "error");
      return line.startsWith("Fatal error: ") ? abort : classifyMachineState(line);
    case 0x41:
      return line === "Aborted" ? abortRest : firmware(line);
    case 0x48:
      // Functoria prints this hint below cmdliner's message; on unix it is on the other stream.
      return line.startsWith("Hint: To pass a space, ") ? usageRest : undefined;
    case 0x2d:
      // From mirage-logs before version 2, around buffered messages of levels that are not printed.
      return /^--- (?:Dumping log ring buffer|End dump) ---$/.test(line) ? plain : classifyTenderLine(line);
    case 0x55:
      // From Base, which prints uncaught exceptions itself.
      if (/^Uncaught exception:\s*$/.test(line)) return exception;
      if (line === "Unable to attach console") return lineKind("tender", "error");
      return /^Usage: \S/.test(line) ? usage : firmware(line);
    case 0x4e:
      return line === "NAME" ? usage : undefined;
    case 0x43:
      // From Mini-OS, before OCaml's own message.
      return /^Cannot handle page request order \d/.test(line)
        ? abort
        : (classifyTenderLine(line) ?? classifyMachineState(line));
    case 0x54:
      // From a thread; the program continues.
      return /^Thread \d+ killed on uncaught exception /.test(line)
        ? plainError
        : (classifyTenderLine(line) ?? classifyMachineState(line));
    case 0x62:
      return /^base is 0x[\da-f]+ caller is /.test(line) ? registers : classifyTenderLine(line);
    case 0x65:
    case 0x67:
    case 0x73:
      return firmware(line) ?? classifyTenderLine(line) ?? classifyMachineState(line);
    default:
      return classifyTenderLine(line) ?? classifyMachineState(line);
  }
}

function firmware(line: string): LineKind | undefined {
  switch (classifyFirmwareLine(line)) {
    case "begins":
      return bootBegin;
    case "joins":
      return bootInfo;
    case undefined:
      return undefined;
  }
}

/** Classifies a line that continues QEMU's warning about the format of a block file. */
const restOfWarning = (line: string): LineKind | undefined =>
  /^ {9}(?:Automatically detecting the format|Specify the '\w+' format)/.test(line)
    ? lineKind("tender", "warning", "joins")
    : undefined;

/** Classifies the exit line of Mini-OS, on which mirage 3 and earlier ran on Xen. */
function miniOsExit(line: string): LineKind | undefined {
  const status = /^Mirage exi(?:t|st)ing with status (\d{1,3})$/.exec(line)?.[1];
  return status === undefined ? undefined : lineKind("exit", undefined, "begins", Number(status));
}

/** Classifies a line of the banner in `solo5/bindings/lib.c`; spaces at its end may be missing. */
function bannerLine(line: string): LineKind | undefined {
  if (line.length > 40) return undefined;
  const at = banner.indexOf(line.trimEnd());
  if (at < 0) return undefined;
  return at === 0 ? bannerTop : bootRest;
}

/** Whether these lines of a boot record contain the banner. */
export function hasBanner(lines: readonly string[]): boolean {
  return lines.some((line) => line.startsWith(banner[0] ?? ""));
}

function solo5Line(line: string): LineKind | undefined {
  if (line.startsWith("trap: ", 7)) return line.includes("type=") ? trap : trapRest;
  // From arm64: `bindings/cpu_aarch64.c`.
  if (line.startsWith("Trap: EL", 7)) return trap;
  if (line.startsWith("Dump registers:", 7)) return trapRest;
  if (line.startsWith("ABORT:", 7) || line.startsWith("solo5_abort()", 7)) return abort;
  // On virtio the guest itself looks for its devices; it prints these messages without line ends.
  if (/^Solo5: Device '|Aborting\.$/.test(line)) return abort;
  if (line.startsWith("warning: ", 7)) return plainWarning;
  if (line.startsWith("Xen console: ", 7)) return bootBegin;
  const exit = /^Solo5: solo5_exit\((-?\d{1,10})?\)/.exec(line);
  if (exit) return lineKind("exit", undefined, "begins", exit[1] === undefined ? undefined : Number(exit[1]));
  return /^Solo5: (?:Bindings version|Memory map)/.test(line) ? bootInfo : bootRest;
}

// Messages that a guest ends with, and the head of a line of its reporter: after other text or a prompt, but not
// after a space or a quote in a sentence, which quotes it.
const endMessage = /Fatal error: exception |Solo5: (?:solo5_exit\(-?\d|solo5_abort\(\)|ABORT: |trap: type=)/;
const logHead =
  /(?:[^\s"'`(|>]|(?:^|\S)[>:.!?%$#=] )\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d): \[(?:ERROR|WARNING|INFO|DEBUG)\]| \d\d:\d\d:\d\d [+-]\d\d:\d\d: (?:ERR|WRN|INF|DBG|APP)) \[/;

/**
 * The offset in a line at which another line begins, because the program printed the text before it
 * without a line end: an exception, the end of Solo5 or a line of the reporter. Otherwise 0.
 */
export function embeddedLineStart(line: string): number {
  if (line.includes("Fatal error: ", 1) || line.includes("Solo5: ", 1)) {
    const at = line.slice(1).search(endMessage) + 1;
    if (at > 0) return at;
  }
  const isLog = line.includes(": [", 20) || line.includes("0: ", 20);
  const found = isLog ? logHead.exec(line.slice(0, 4096)) : null;
  return found ? found.index + found[0].search(/\d{4}-\d\d-/) : 0;
}

const hostPrefix =
  /^(?:\[(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?|init(?: -> [\w.-]{1,40}){1,8})\]|\(d\d{1,5}\)) /;
const guestStart = /^(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d[:.]\d\d\S{0,12}(?: [-+]\d\d:\d\d)?: |MirageOS booting)/;

/**
 * The length of the host's prefix in a line: the time from Xen's console daemon, the domain from Xen or the
 * component from Genode. Otherwise 0. Unless the stream is known to have prefixes, the text after it must
 * be recognizable as the guest's.
 */
export function hostPrefixLength(line: string, isKnown: boolean): number {
  // These characters alone rule out nearly every other line that begins with a bracket.
  if (line.charCodeAt(5) !== 0x2d && line.charCodeAt(5) !== 0x20 && line.charCodeAt(1) !== 0x64) return 0;
  const length = hostPrefix.exec(line.slice(0, 512))?.[0].length ?? 0;
  if (length === 0 || isKnown) return length;
  const rest = line.slice(length, length + 512);
  return /^(?:Solo5: |Fatal error: )/.test(rest) || bannerLine(rest) || guestStart.test(rest) ? length : 0;
}

// `Printexc` of OCaml 4 and 5: the name since 4.11, several lines since 4.12 or so.
const frame =
  /^\s*(?:Raised(?: by primitive operation)? at|Called from|Re-raised at) (?:([^"]+?) in )?file "([^"]+)"( \(inlined\))?,? lines? (\d{1,9})(?:-\d{1,9})?, characters? (\d{1,9})-(\d{1,9})/;

/** Parses a line of an OCaml backtrace; `undefined` for any other line. */
export function parseFrame(line: string): StackFrame | undefined {
  if (!isBacktraceLine(line)) return undefined;
  const match = frame.exec(line.slice(0, 4096));
  if (!match) return undefined;
  const [, name, file = "", inlined, first, from, to] = match;
  return {
    file,
    line: Number(first),
    startColumn: Number(from),
    endColumn: Number(to),
    name,
    inlined: inlined !== undefined,
  };
}

/** Whether a line belongs to a backtrace, even if it names no source location. */
export function isBacktraceLine(line: string): boolean {
  return /^\s{0,100}(?:Raised (?:by primitive operation )?at |Called from |Re-raised at |\(Cannot print |\(Program not linked with -g)/.test(
    line,
  );
}

/** Summarizes the lines of a boot record so far: `Solo5 v0.12.1, 512 MB`, `SeaBIOS 1.16.3`. */
export function bootSummary(lines: readonly string[]): string {
  let version = "";
  let memory = "";
  for (const line of lines) {
    version ||= /^Solo5: Bindings version (\S{1,40})/.exec(line)?.[1] ?? "";
    memory ||= /^Solo5: Memory map: (\d{1,12} MB)/.exec(line)?.[1] ?? "";
  }
  if (
    version === "" &&
    memory === "" &&
    !lines.some((line) => line.startsWith("Solo5") || banner.includes(line.trimEnd()))
  )
    return firmwareSummary(lines);
  return `Solo5${version && ` ${version}`}${memory && `, ${memory}`}`;
}
