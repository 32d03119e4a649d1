import { firmwareLine, firmwareMessage } from "./firmware.ts";
import { known, type KnownLine } from "./knownLine.ts";
import type { Frame } from "./model.ts";
import { machineState, programLine } from "./programLine.ts";

/** Below what Solo5 for Xen says before it; otherwise it is another boot. */
const bannerTop = known("boot", undefined, "either");
const bootBegin = known("boot");
const bootInfo = known("boot", undefined, "either");
const bootRest = known("boot", undefined, "joins");
const trap = known("trap", "error");
const trapRest = known("trap", "error", "either");
const registers = known("trap", "error", "joins");
const noted = known("plain");
const warned = known("plain", "warning");
const failed = known("plain", "error");
const abort = known("abort", "error");
const abortRest = known("abort", "error", "joins");
const exception = known("exception", "error");
const usage = known("usage");
const usageRest = known("usage", undefined, "either");

const banner = [
  String.raw`            |      ___|`,
  String.raw`  __|  _ \  |  _ \ __ \ `.trimEnd(),
  String.raw`\__ \ (   | | (   |  ) |`,
  String.raw`____/\___/ _|\___/____/`,
];

/** `undefined` for a line that says of itself neither what it is nor what it belongs to. */
export function knownLine(line: string): KnownLine | undefined {
  switch (line.charCodeAt(0)) {
    case 0x00:
      // Solo5 ends its words on a smashed stack with the zero of a C string.
      return line === "\0" ? abortRest : undefined;
    case 0x53:
      // Of ocaml-solo5's `nolibc/stubs.c`.
      if (/^STUB: abort: \w{1,60}\(\) called$/.test(line)) return abort;
      return line.startsWith("Solo5:") ? solo5Line(line) : (firmware(line) ?? machineState(line));
    case 0x20:
    case 0x5c:
    case 0x5f:
      return bannerLine(line) ?? firmware(line) ?? restOfWarning(line);
    case 0x09:
      return /^\t (?:ESR|PC|LR|PSTATE|x\d\d ~ x\d\d)\s*: 0x/.test(line) ? registers : undefined;
    case 0x44:
      return line.startsWith("Data Abort Address: ") ? registers : (firmware(line) ?? machineState(line));
    case 0x4d:
      return miniOsExit(line) ?? firmware(line);
    case 0x50:
      if (/^Press (?:Ctrl-B to configure iPXE|(?:ESC|F12) for boot menu)/.test(line)) return bootRest;
      if (line.startsWith("Page fault at linear address ")) return trap;
      if (/^Page fault in pagetable \w/.test(line)) return registers;
      return line.startsWith("Parsing config from ") ? known("tender") : firmware(line);
    case 0x52:
      return /^R[A-Z\d]{2}: [\da-f]/.test(line) ? registers : machineState(line);
    case 0x42:
    case 0x49:
    case 0x4f:
    case 0x58:
    case 0x69:
    case 0x6f:
      return firmware(line) ?? machineState(line);
    case 0x46:
      if (line.startsWith("Fatal error: exception ")) return exception;
      if (/^Fatal error(?: in uncaught exception handler:|: uncaught exception) /.test(line))
        return exception;
      if (/^Failed to (?:read|parse) config/.test(line)) return known("tender", "error");
      return line.startsWith("Fatal error: ") ? abort : machineState(line);
    case 0x41:
      return line === "Aborted" ? abortRest : firmware(line);
    case 0x48:
      // Functoria's own hint below cmdliner's message; on unix it comes on the other stream.
      return line.startsWith("Hint: To pass a space, ") ? usageRest : undefined;
    case 0x2d:
      // Of mirage-logs before its version 2: what it had kept of levels that are not printed.
      return /^--- (?:Dumping log ring buffer|End dump) ---$/.test(line) ? noted : programLine(line);
    case 0x55:
      // Of Base, which prints it all itself.
      if (/^Uncaught exception:\s*$/.test(line)) return exception;
      if (line === "Unable to attach console") return known("tender", "error");
      return /^Usage: \S/.test(line) ? usage : firmware(line);
    case 0x4e:
      return line === "NAME" ? usage : undefined;
    case 0x43:
      // Of Mini-OS, before OCaml's own words.
      return /^Cannot handle page request order \d/.test(line)
        ? abort
        : (programLine(line) ?? machineState(line));
    case 0x54:
      // Of a thread; the program goes on.
      return /^Thread \d+ killed on uncaught exception /.test(line)
        ? failed
        : (programLine(line) ?? machineState(line));
    case 0x62:
      return /^base is 0x[\da-f]+ caller is /.test(line) ? registers : programLine(line);
    case 0x65:
    case 0x67:
    case 0x73:
      return firmware(line) ?? programLine(line) ?? machineState(line);
    default:
      return programLine(line) ?? machineState(line);
  }
}

function firmware(line: string): KnownLine | undefined {
  switch (firmwareLine(line)) {
    case "begins":
      return bootBegin;
    case "joins":
      return bootInfo;
    case undefined:
      return undefined;
  }
}

/** QEMU's words on the format of a block file, below their first line. */
const restOfWarning = (line: string): KnownLine | undefined =>
  /^ {9}(?:Automatically detecting the format|Specify the '\w+' format)/.test(line)
    ? known("tender", "warning", "joins")
    : undefined;

/** Of mirage 3 and before, which ran Xen on Mini-OS. */
function miniOsExit(line: string): KnownLine | undefined {
  const status = /^Mirage exi(?:t|st)ing with status (\d{1,3})$/.exec(line)?.[1];
  return status === undefined ? undefined : known("exit", undefined, "begins", Number(status));
}

/** The art is printed by `solo5/bindings/lib.c`; a terminal or a copy may have cut blanks at its end. */
function bannerLine(line: string): KnownLine | undefined {
  if (line.length > 40) return undefined;
  const at = banner.indexOf(line.trimEnd());
  if (at < 0) return undefined;
  return at === 0 ? bannerTop : bootRest;
}

/** Whether the lines of a boot have the banner already. */
export function hasBanner(lines: readonly string[]): boolean {
  return lines.some((line) => line.startsWith(banner[0] ?? ""));
}

function solo5Line(line: string): KnownLine | undefined {
  if (line.startsWith("trap: ", 7)) return line.includes("type=") ? trap : trapRest;
  // Of arm64: `bindings/cpu_aarch64.c`.
  if (line.startsWith("Trap: EL", 7)) return trap;
  if (line.startsWith("Dump registers:", 7)) return trapRest;
  if (line.startsWith("ABORT:", 7) || line.startsWith("solo5_abort()", 7)) return abort;
  // Devices of virtio are looked for by the guest; it ends none of these lines.
  if (/^Solo5: Device '|Aborting\.$/.test(line)) return abort;
  if (line.startsWith("warning: ", 7)) return warned;
  if (line.startsWith("Xen console: ", 7)) return bootBegin;
  const exit = /^Solo5: solo5_exit\((-?\d{1,10})?\)/.exec(line);
  if (exit) return known("exit", undefined, "begins", exit[1] === undefined ? undefined : Number(exit[1]));
  return /^Solo5: (?:Bindings version|Memory map)/.test(line) ? bootInfo : bootRest;
}

// What a guest says last, and a line of its reporter.
const lastWords = /Fatal error: exception |Solo5: (?:solo5_exit\(-?\d|solo5_abort\(\)|ABORT: |trap: type=)/;
const logHead =
  /[^\s"'`(|>]\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d): \[(?:ERROR|WARNING|INFO|DEBUG)\]| \d\d:\d\d:\d\d [+-]\d\d:\d\d: (?:ERR|WRN|INF|DBG|APP)) \[/;

/**
 * Where in a line another one begins, because the program printed the text before it without a line end:
 * an exception, Solo5's last words or a line of the reporter; else 0.
 */
export function gluedAt(line: string): number {
  if (line.includes("Fatal error: ", 1) || line.includes("Solo5: ", 1)) {
    const at = line.slice(1).search(lastWords) + 1;
    if (at > 0) return at;
  }
  return line.includes(": [", 20) || line.includes("0: ", 20) ? line.slice(0, 4096).search(logHead) + 1 : 0;
}

const hostWords =
  /^(?:\[(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?|init(?: -> [\w.-]{1,40}){1,8})\]|\(d\d{1,5}\)) /;
const guestWords = /^(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d[:.]\d\d\S{0,12}(?: [-+]\d\d:\d\d)?: |MirageOS booting)/;

/**
 * How many characters of a line the host wrote before the guest's: Xen's console daemon the time, Xen
 * itself the domain, Genode the component; else 0. Where the stream was not known to have them, the guest's own words must show it.
 */
export function hostPrefix(line: string, isKnown: boolean): number {
  // Nearly every other line that begins with a bracket is told by these letters alone.
  if (line.charCodeAt(5) !== 0x2d && line.charCodeAt(5) !== 0x20 && line.charCodeAt(1) !== 0x64) return 0;
  const length = hostWords.exec(line.slice(0, 512))?.[0].length ?? 0;
  if (length === 0 || isKnown) return length;
  const rest = line.slice(length, length + 512);
  return /^(?:Solo5: |Fatal error: )/.test(rest) || bannerLine(rest) || guestWords.test(rest) ? length : 0;
}

// `Printexc` of OCaml 4 and 5: the name since 4.11, several lines since 4.12 or so.
const frame =
  /^\s*(?:Raised(?: by primitive operation)? at|Called from|Re-raised at) (?:([^"]+?) in )?file "([^"]+)"( \(inlined\))?,? lines? (\d{1,9})(?:-\d{1,9})?, characters? (\d{1,9})-(\d{1,9})/;

/** Reads a line of an OCaml backtrace; `undefined` for any other. */
export function parseFrame(line: string): Frame | undefined {
  if (!isBacktrace(line)) return undefined;
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

/** Whether the line is of a backtrace, be it one that names no place. */
export function isBacktrace(line: string): boolean {
  return /^\s{0,100}(?:Raised (?:by primitive operation )?at |Called from |Re-raised at |\(Cannot print |\(Program not linked with -g)/.test(
    line,
  );
}

/** What a boot record says at a glance, from its lines so far: `Solo5 v0.12.1, 512 MB`, `SeaBIOS 1.16.3`. */
export function bootMessage(lines: readonly string[]): string {
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
    return firmwareMessage(lines);
  return `Solo5${version && ` ${version}`}${memory && `, ${memory}`}`;
}
