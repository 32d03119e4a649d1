import { lineKind, type LineKind } from "./lineKind.ts";

// Tenders, and the programs used as tenders, begin a line with their name and a colon.
const tender =
  /^(?:\/\S{1,200}\/)?(?:(?:solo5-(?:hvt|hvt-debug|spt|virtio-run)|ukvm-bin)(?:: | tender, version )|qemu(?:-system-[\w-]+)?: |Could not access KVM kernel module: |(?:libxl|xl|xc|xen(?:call|console|devicemodel|evtchn|foreignmemory|gnttab|gntshr|hypfs|store|toolcore)): |cannot init xl |firecracker: |\+ exec qemu-)/;
const tenderCalm =
  /(?:: Exiting on signal| tender, version |: adjusting memory|: dumpcore: dump(?:ed|ing) |: (?:Waiting for a debugger|\tgdb --ex=|Connection from debugger at |Debugger (?:asked us to quit|detached))|^\+ exec |: terminating on signal )|^(?:libxl|xl|xc|xen[a-z]+): (?:info|notice|debug|detail|progress|verbose)\b/;
/** The tender requests such a packet of the debugger again. */
const tenderWarning = /\bwarning\b|: Failed checksum from GDB/i;
// Firecracker's `logger` crate prints instance and thread, newer versions also level and source location.
const firecracker = /^\d{4}-\d\d-\d\dT[\d:.]{8,20} \[[^\]:]{1,80}:[^\]]{1,200}\] |^Error: RunWithoutApi/;
const tenderUsage = /^usage: solo5-/;
/** Messages about KVM that QEMU prints without its name. */
const kvm = /^(?:KVM internal error\. Suberror: \d|KVM: entry failed, |error: kvm run failed )/;
/** Fatal errors of glibc and, below, of assertions and the dynamic loader. */
const library =
  /^(?:\*\*\* [^*]{1,80} \*\*\*: terminated|double free or corruption|corrupted (?:size|double)|(?:free|malloc|realloc|munmap_chunk)\(\): (?:invalid|corrupted|double|unaligned|unsorted|mismatching|smallbin|largebin) )/;
const assertion = /^[^\s:]+: [^\s:]+:\d+: [^:]+: Assertion `.+' failed\.$/;
const loader = /^[^\s:]+: (?:error while loading shared libraries: |\S+: version `[^']+' not found)/;
const unnamed =
  /^(?:\+ exec |solo5-|cannot init xl |\(XEN\) |KVM |error: kvm |\*\*\* |double free|corrupted )/;
// Messages of cmdliner versions 1 and 2 (`cmdliner_msg.ml`, `cmdliner_base.ml`) and of functoria's runtime.
const cmdlinerError =
  /^[^\s:]+: (?:unknown (?:option|command) |option '|options? |too many arguments|(?:a )?required (?:option|argument|[A-Z]+ name )|ambiguous |invalid (?:value|element)|[A-Z…]+… arguments?: |[A-Z]+ argument: |environment variable )/;
/** An exception while cmdliner parses the arguments or runs the program; the next line names it. */
const cmdlinerException = /^[^\s:]+: internal error, uncaught exception:/;

const state =
  /^(?:emulation failure$|R(?:[A-Z]{2}|\d ?|\d\d)=[\da-f]{16} |E[A-Z]{2}=[\da-f]{8} |(?:[C-GS]S|LDT|TR) ?=[\da-f]{4} |[GI]DT= +[\da-f]{8}|[CD]R\d=[\da-f]{8}|EFER=[\da-f]{8}|Code=(?:[\da-f?<]{2,4}>? ?){4})/;

/** The lines that each tender can have written, keyed by tender. */
const linesOfTender: Readonly<Record<string, RegExp>> = {
  hvt: /^(?:\/\S+\/)?(?:solo5-hvt|ukvm-bin)\b/,
  spt: /^(?:\/\S+\/)?solo5-spt\b/,
  virtio: /^(?:\/\S+\/)?solo5-virtio-run\b/,
  qemu: /^(?:\/\S+\/)?(?:qemu|ukvm-bin)\b|^(?:\+ exec qemu-|Could not access KVM|KVM|error: kvm |WARNING: Image format)/,
  xl: /^(?:\/\S+\/)?(?:libxl|xl|xc|xen[a-z]+): |^(?:cannot init xl |\(XEN\) |Parsing config from |Failed to (?:read|parse) config|Unable to attach console)/,
  firecracker: /^firecracker: |^\d{4}-|^Error: RunWithoutApi/,
};
const tendersOfTarget: Readonly<Record<string, readonly string[]>> = {
  unix: [],
  macosx: [],
  hvt: ["hvt"],
  spt: ["spt"],
  virtio: ["virtio", "qemu"],
  xen: ["xl"],
  "unikraft-qemu": ["qemu"],
  "unikraft-firecracker": ["firecracker"],
};

/**
 * Whether a line that looks like a tender's can come from the tender of this target. On another target the
 * program itself may begin its lines with `xl: `. Always true if the target is not known.
 */
export function mayBeFromTender(line: string, target: string | undefined): boolean {
  const present = target === undefined ? undefined : tendersOfTarget[target];
  if (!present) return true;
  const start = line.slice(0, 256);
  const isFrom = (name: string) => linesOfTender[name]?.test(start) ?? false;
  return present.some(isFrom) || !Object.keys(linesOfTender).some(isFrom);
}

/** The first letters of lines of tenders and of the C library. */
const mayBeTender = /^[/suqlxcfemrEKW]/;

const abort = lineKind("abort", "error");
const usage = lineKind("usage");
const usageError = lineKind("usage", "error");
const failed = lineKind("tender", "error");
const registers = lineKind("tender", "error", "joins");

/** Classifies a line that a tender, cmdliner or the C library wrote; `undefined` for any other. */
export function classifyTenderLine(line: string): LineKind | undefined {
  if (!line.includes(":") && !unnamed.test(line)) return undefined;
  const start = line.slice(0, 512);
  const named = /^[^\s:]+: /.test(start);
  if (named && !mayBeTender.test(start)) return classifyProcessLine(start);
  if (firecracker.test(start)) {
    if (/:WARN(?:ING)?[:\]]/.test(start)) return lineKind("tender", "warning");
    return lineKind("tender", /:ERROR[:\]]|^Error: |\] \w+ error: /.test(start) ? "error" : undefined);
  }
  if (tender.test(start)) {
    if (tenderCalm.test(start)) return lineKind("tender");
    return lineKind("tender", tenderWarning.test(start) ? "warning" : "error");
  }
  if (start.startsWith("(XEN) ")) return lineKind("tender");
  if (/^WARNING: Image format was not \w/.test(start)) return lineKind("tender", "warning");
  if (kvm.test(start)) return failed;
  if (library.test(start)) return abort;
  if (tenderUsage.test(start)) return usage;
  return named ? classifyProcessLine(start) : undefined;
}

/** Classifies a line that begins with the name of the unikernel's own process. */
function classifyProcessLine(start: string): LineKind | undefined {
  if (cmdlinerError.test(start)) return usageError;
  if (cmdlinerException.test(start)) return lineKind("exception", "error");
  if (loader.test(start)) return failed;
  return assertion.test(start) ? abort : undefined;
}

/** Classifies a line of the processor state that QEMU prints below an error. */
export function classifyMachineState(line: string): LineKind | undefined {
  return /^(?:.{1,4}=|emul)/.test(line) && state.test(line) ? registers : undefined;
}
