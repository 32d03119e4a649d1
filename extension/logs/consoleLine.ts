import { firmwareLine, firmwareMessage } from "./firmware.ts";
import type { Frame, Level, RecordKind } from "./model.ts";

/** What a line that is not of a Logs reporter is known to be. */
export interface KnownLine {
  readonly kind: Exclude<RecordKind, "log">;
  readonly level: Level | undefined;
  /** Of `exit`. */
  readonly status: number | undefined;
  /** Whether it begins a record of its kind, whether it goes on with one; both: goes on where it can. */
  readonly begins: boolean;
  readonly joins: boolean;
}

type Part = "begins" | "joins" | "either";

const known = (
  kind: KnownLine["kind"],
  level?: Level,
  part: Part = "begins",
  status?: number,
): KnownLine => ({
  kind,
  level,
  status,
  begins: part !== "joins",
  joins: part !== "begins",
});

/** Below what Solo5 for Xen says before it; otherwise it is another boot. */
const bannerTop = known("boot", undefined, "either");
const bootBegin = known("boot");
const bootInfo = known("boot", undefined, "either");
const bootRest = known("boot", undefined, "joins");
const trap = known("trap", "error");
const trapRest = known("trap", "error", "either");
const registers = known("trap", "error", "joins");
const warned = known("plain", "warning");
const abort = known("abort", "error");
const abortRest = known("abort", "error", "joins");
const exception = known("exception", "error");
const usage = known("usage");
const usageRest = known("usage", undefined, "either");
const usageError = known("usage", "error");

const banner = [
  String.raw`            |      ___|`,
  String.raw`  __|  _ \  |  _ \ __ \ `.trimEnd(),
  String.raw`\__ \ (   | | (   |  ) |`,
  String.raw`____/\___/ _|\___/____/`,
];

/** `undefined` for a line that says of itself neither what it is nor what it belongs to. */
export function knownLine(line: string): KnownLine | undefined {
  switch (line.charCodeAt(0)) {
    case 0x53:
      return line.startsWith("Solo5:") ? solo5Line(line) : firmware(line);
    case 0x20:
    case 0x5c:
    case 0x5f:
      return bannerLine(line) ?? firmware(line);
    case 0x09:
      return /^\t (?:ESR|PC|LR|PSTATE|x\d\d ~ x\d\d)\s*: 0x/.test(line) ? registers : undefined;
    case 0x44:
      return line.startsWith("Data Abort Address: ") ? registers : undefined;
    case 0x4d:
      return miniOsExit(line);
    case 0x50:
      if (line.startsWith("Page fault at linear address ")) return trap;
      return line.startsWith("Parsing config from ") ? known("tender") : firmware(line);
    case 0x52:
      return /^R[A-Z\d]{2}: [\da-f]/.test(line) ? registers : undefined;
    case 0x42:
    case 0x4f:
    case 0x69:
    case 0x6f:
      return firmware(line);
    case 0x46:
      if (line.startsWith("Fatal error: exception ")) return exception;
      if (/^Fatal error(?: in uncaught exception handler:|: uncaught exception) /.test(line))
        return exception;
      return line.startsWith("Fatal error: ") ? abort : undefined;
    case 0x41:
      return line === "Aborted" ? abortRest : undefined;
    case 0x48:
      // Functoria's own hint below cmdliner's message; on unix it comes on the other stream.
      return line.startsWith("Hint: To pass a space, ") ? usageRest : undefined;
    case 0x55:
      if (line === "Unable to attach console") return known("tender", "error");
      return /^Usage: \S/.test(line) ? usage : undefined;
    case 0x4e:
      return line === "NAME" ? usage : undefined;
    default:
      return line.includes(":") || /^(?:\+ exec |solo5-|cannot init xl )/.test(line)
        ? programLine(line.slice(0, 512))
        : undefined;
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
  const status = /^Solo5: solo5_exit\((-?\d{1,10})\)/.exec(line)?.[1];
  if (status !== undefined) return known("exit", undefined, "begins", Number(status));
  return /^Solo5: (?:Bindings version|Memory map)/.test(line) ? bootInfo : bootRest;
}

// What a guest says last, and a line of its reporter.
const lastWords = /Fatal error: exception |Solo5: (?:solo5_exit\(-?\d|solo5_abort\(\)|ABORT: |trap: type=)/;
const logHead =
  /[^\s"'`(|>]\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d): \[(?:ERROR|WARNING|INFO|DEBUG)\] \[/;

/**
 * Where in a line another one begins, because the program printed the text before it without a line end:
 * an exception, Solo5's last words or a line of the reporter; else 0.
 */
export function gluedAt(line: string): number {
  if (line.includes("Fatal error: ", 1) || line.includes("Solo5: ", 1)) {
    const at = line.slice(1).search(lastWords) + 1;
    if (at > 0) return at;
  }
  return line.includes(": [", 20) ? line.slice(0, 4096).search(logHead) + 1 : 0;
}

// Tenders and what stands in for them: their own name and a colon first.
const tender =
  /^(?:solo5-(?:hvt|hvt-debug|spt|virtio-run)(?:: | tender, version )|qemu(?:-system-[\w-]+)?: |Could not access KVM kernel module: |(?:libxl|xl|xc|xen[a-z]{2,20}): |cannot init xl |firecracker: |\+ exec qemu-)/;
// Firecracker's `logger` crate: instance, thread, and of newer ones level and place.
const firecracker = /^\d{4}-\d\d-\d\dT[\d:.]{8,20} \[[^\]:]{1,80}:[^\]]{1,200}\] |^Error: RunWithoutApi/;
const tenderUsage = /^usage: solo5-/;
const tenderCalm =
  /(?:: Exiting on signal| tender, version |: adjusting memory|: dumpcore: |Waiting for a debugger|^\+ exec )/;
// The words of cmdliner's `cmdliner_msg.ml` and `cmdliner_base.ml`, versions 1 and 2, and of functoria's runtime.
const cmdlinerError =
  /^[^\s:]+: (?:unknown (?:option|command) |option '|options? |too many arguments|(?:a )?required (?:option|argument|[A-Z]+ name )|ambiguous |invalid (?:value|element)|[A-Z…]+… arguments?: |[A-Z]+ argument: |environment variable )/;
/** An exception while the arguments are read or, under cmdliner, by the program; it stands in the next line. */
const cmdlinerException = /^[^\s:]+: internal error, uncaught exception:/;

function programLine(start: string): KnownLine | undefined {
  if (firecracker.test(start)) {
    if (/:WARN(?:ING)?[:\]]/.test(start)) return known("tender", "warning");
    return known("tender", /:ERROR[:\]]|^Error: /.test(start) ? "error" : undefined);
  }
  if (tender.test(start)) {
    if (tenderCalm.test(start)) return known("tender");
    return known("tender", /\bwarning\b/i.test(start) ? "warning" : "error");
  }
  if (tenderUsage.test(start)) return usage;
  if (cmdlinerException.test(start)) return exception;
  return cmdlinerError.test(start) ? usageError : undefined;
}

// `Printexc` of OCaml 4 and 5: the name since 4.11, several lines since 4.12 or so.
const frame =
  /^\s*(?:Raised(?: by primitive operation)? at|Called from|Re-raised at) (?:([^"]+?) in )?file "([^"]+)"( \(inlined\))?, lines? (\d{1,9})(?:-\d{1,9})?, characters? (\d{1,9})-(\d{1,9})/;

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
