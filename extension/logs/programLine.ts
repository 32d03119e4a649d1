import { known, type KnownLine } from "./knownLine.ts";

// Tenders and what stands in for them: their own name and a colon first.
const tender =
  /^(?:\/\S{1,200}\/)?(?:(?:solo5-(?:hvt|hvt-debug|spt|virtio-run)|ukvm-bin)(?:: | tender, version )|qemu(?:-system-[\w-]+)?: |Could not access KVM kernel module: |(?:libxl|xl|xc|xen(?:call|console|devicemodel|evtchn|foreignmemory|gnttab|gntshr|hypfs|store|toolcore)): |cannot init xl |firecracker: |\+ exec qemu-)/;
const tenderCalm =
  /(?:: Exiting on signal| tender, version |: adjusting memory|: dumpcore: dump(?:ed|ing) |Waiting for a debugger|^\+ exec |: terminating on signal )|^(?:libxl|xl|xc|xen[a-z]+): (?:info|notice|debug|detail|progress|verbose)\b/;
// Firecracker's `logger` crate: instance, thread, and of newer ones level and place.
const firecracker = /^\d{4}-\d\d-\d\dT[\d:.]{8,20} \[[^\]:]{1,80}:[^\]]{1,200}\] |^Error: RunWithoutApi/;
const tenderUsage = /^usage: solo5-/;
/** What QEMU prints for KVM without its name. */
const kvm = /^(?:KVM internal error\. Suberror: \d|KVM: entry failed, |error: kvm run failed )/;
/** The last words of glibc, in a process, and of the loader before it. */
const library =
  /^(?:\*\*\* [^*]{1,80} \*\*\*: terminated|double free or corruption|corrupted (?:size|double)|(?:free|malloc|realloc|munmap_chunk)\(\): (?:invalid|corrupted|double|unaligned|unsorted|mismatching|smallbin|largebin) )/;
const assertion = /^[^\s:]+: [^\s:]+:\d+: [^:]+: Assertion `.+' failed\.$/;
const loader = /^[^\s:]+: (?:error while loading shared libraries: |\S+: version `[^']+' not found)/;
const unnamed =
  /^(?:\+ exec |solo5-|cannot init xl |\(XEN\) |KVM |error: kvm |\*\*\* |double free|corrupted )/;
// The words of cmdliner's `cmdliner_msg.ml` and `cmdliner_base.ml`, versions 1 and 2, and of functoria's runtime.
const cmdlinerError =
  /^[^\s:]+: (?:unknown (?:option|command) |option '|options? |too many arguments|(?:a )?required (?:option|argument|[A-Z]+ name )|ambiguous |invalid (?:value|element)|[A-Z…]+… arguments?: |[A-Z]+ argument: |environment variable )/;
/** An exception while the arguments are read or, under cmdliner, by the program; it stands in the next line. */
const cmdlinerException = /^[^\s:]+: internal error, uncaught exception:/;

const state =
  /^(?:emulation failure$|R(?:[A-Z]{2}|\d ?|\d\d)=[\da-f]{16} |E[A-Z]{2}=[\da-f]{8} |(?:[C-GS]S|LDT|TR) ?=[\da-f]{4} |[GI]DT= +[\da-f]{8}|[CD]R\d=[\da-f]{8}|EFER=[\da-f]{8}|Code=(?:[\da-f?<]{2,4}>? ?){4})/;

/** Who writes a line that looks like a tender's. */
const speakers: Readonly<Record<string, RegExp>> = {
  hvt: /^(?:\/\S+\/)?(?:solo5-hvt|ukvm-bin)\b/,
  spt: /^(?:\/\S+\/)?solo5-spt\b/,
  virtio: /^(?:\/\S+\/)?solo5-virtio-run\b/,
  qemu: /^(?:\/\S+\/)?(?:qemu|ukvm-bin)\b|^(?:\+ exec qemu-|Could not access KVM|KVM|error: kvm |WARNING: Image format)/,
  xl: /^(?:\/\S+\/)?(?:libxl|xl|xc|xen[a-z]+): |^(?:cannot init xl |\(XEN\) |Parsing config from |Failed to (?:read|parse) config|Unable to attach console)/,
  firecracker: /^firecracker: |^\d{4}-|^Error: RunWithoutApi/,
};
const speakersOn: Readonly<Record<string, readonly string[]>> = {
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
 * Whether what looks like a line of a tender can be one where this target runs: there the others are not,
 * and the program itself may begin its lines with `xl: `. Any, where the target is not known.
 */
export function mayBeOfTender(line: string, target: string | undefined): boolean {
  const present = target === undefined ? undefined : speakersOn[target];
  if (!present) return true;
  const start = line.slice(0, 256);
  const speaks = (name: string) => speakers[name]?.test(start) ?? false;
  return present.some(speaks) || !Object.keys(speakers).some(speaks);
}

/** With which letters tenders and the C library begin. */
const mayBeTender = /^[/suqlxcfemrEKW]/;

const abort = known("abort", "error");
const usage = known("usage");
const usageError = known("usage", "error");
const failed = known("tender", "error");
const registers = known("tender", "error", "joins");

/** What a line is that a program says in its own name, or that is said of it; `undefined` for any other. */
export function programLine(line: string): KnownLine | undefined {
  if (!line.includes(":") && !unnamed.test(line)) return undefined;
  const start = line.slice(0, 512);
  const named = /^[^\s:]+: /.test(start);
  if (named && !mayBeTender.test(start)) return ofProcess(start);
  if (firecracker.test(start)) {
    if (/:WARN(?:ING)?[:\]]/.test(start)) return known("tender", "warning");
    return known("tender", /:ERROR[:\]]|^Error: |\] \w+ error: /.test(start) ? "error" : undefined);
  }
  if (tender.test(start)) {
    if (tenderCalm.test(start)) return known("tender");
    return known("tender", /\bwarning\b/i.test(start) ? "warning" : "error");
  }
  if (start.startsWith("(XEN) ")) return known("tender");
  if (/^WARNING: Image format was not \w/.test(start)) return known("tender", "warning");
  if (kvm.test(start)) return failed;
  if (library.test(start)) return abort;
  if (tenderUsage.test(start)) return usage;
  return named ? ofProcess(start) : undefined;
}

function ofProcess(start: string): KnownLine | undefined {
  if (cmdlinerError.test(start)) return usageError;
  if (cmdlinerException.test(start)) return known("exception", "error");
  if (loader.test(start)) return failed;
  return assertion.test(start) ? abort : undefined;
}

/** The lines in which QEMU shows the processor's state, below what went wrong with it. */
export function machineState(line: string): KnownLine | undefined {
  return /^(?:.{1,4}=|emul)/.test(line) && state.test(line) ? registers : undefined;
}
