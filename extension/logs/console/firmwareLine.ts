import type { Level } from "../../ocaml/logs/levels.ts";

/** Whether a line of the firmware (a BIOS, Unikraft, Mini-OS) begins a boot record or continues one. */
export type FirmwareLinePart = "begins" | "joins" | undefined;

/** Lines of SeaBIOS on clouds and of boot loaders, between the BIOS's first line and the guest. */
const biosRest =
  /^(?:Total RAM Size = |CPU Mhz=|CPUs found: |found virtio-|virtio-\w{2,8} |drive 0x|SYSLINUX \d|GNU GRUB |Loading \S{1,80}\.\.\. ?ok)/;
/** Lines of Solo5's virtio bindings before version 0.4, below their banner. */
const oldSolo5 =
  /^(?:multiboot: Using memory|Initializing the KVM Paravirt|virtio_config: |Found (?:unknown )?virtio )/;

/** The banner in Unikraft's `lib/ukboot/banner.c`; its release and version follow. */
const unikraftArt = new Set([
  "o.   .o       _ _               __ _",
  "Oo   Oo  ___ (_) | __ __  __ _ ' _) :_",
  "oO   oO ' _ `| | |/ /  _)' _` | |_|  _)",
  "oOo oOO| | | | |   (| | | (_) |  _) :_",
  String.raw`OoOoO ._, ._:_:_,\_._,  .__,_:_, \___)`,
]);
const unikraftRelease = /^\s{4,80}([A-Z]\w{1,40} \d{1,4}\.\d{1,4}\.\d{1,4}\S{0,40})$/;
/** Newer versions print it in one line, possibly after messages of the network driver. */
const unikraftLine = /^Powered by Unikraft ([A-Z]\w{1,40}) \((\d[^)]{1,40})\)$/;
const unikraftNetwork = /^en\d{1,3}: (?:Added|Interface is |Set IPv[46] address )/;
/** Lines of Mini-OS (`kernel.c`, `mm.c`, `console.c` and stubs), on which mirage 3 and earlier ran on Xen. */
const miniOs =
  /^(?:Xen Minimal OS!|MirageOS booting\.|MM: |Initiali[sz]ing (?:timer interface|console )|Mapping memory range 0x|Demand map pfns at |Unsupported function \w{1,60} called in Mini-OS|Attempt to open\(|getenv\(\w{1,60}\) -> |gnttab_(?:table mapped|stubs\.c: )|setting [\da-f]{16}-[\da-f]{16} readonly$|skipped [\da-f]{1,8}$)/;
const miniOsAddress = /^ {0,6}[a-z_ ]{3,14}: (?:0x)?[\da-f-]{0,40}(?:\([VM]A\))?\s*$/;

/** Classifies a line of the firmware; `undefined` for any other line. */
export function classifyFirmwareLine(line: string): FirmwareLinePart {
  if (line.length > 200) return undefined;
  if (line === "Powered by" || line.startsWith("SeaBIOS (version ")) return "begins";
  if (miniOs.test(line) || unikraftLine.test(line) || unikraftNetwork.test(line)) return "joins";
  if (/^(?:iPXE \(http|Booting from (?:ROM|Hard Disk|Floppy|DVD)|Machine UUID )/.test(line)) return "joins";
  return unikraftArt.has(line.trim()) ? "joins" : undefined;
}

/**
 * How many characters of a line a BIOS printed before the guest continued in the same line; otherwise 0.
 * SeaBIOS prints `Booting from ROM..` without a line end.
 */
export function firmwareHeadLength(line: string): number {
  return /^Booting from (?:ROM|Hard Disk|Floppy|DVD)[^.]{0,10}\.{2,3}(?=[^.])/.exec(line)?.[0].length ?? 0;
}

/** Whether an unrecognized line continues a firmware boot record with these lines. BIOSes also print empty lines. */
export function continuesFirmware(line: string, [first = ""]: readonly string[]): boolean {
  if (line.length >= 200) return false;
  if (first.startsWith("SeaBIOS") && biosRest.test(line)) return true;
  return line.trim() === "" || unikraftRelease.test(line) || (miniOs.test(first) && miniOsAddress.test(line));
}

/** Whether an unrecognized line continues the boot record of an old Solo5. */
export const continuesSolo5Boot = (line: string): boolean => line.length < 200 && oldSolo5.test(line);

/** Summarizes the lines of a firmware boot record: `SeaBIOS 1.16.3`, `Unikraft Pandora 0.16.1`. */
export function firmwareSummary(lines: readonly string[]): string {
  const bios = /^SeaBIOS \(version ([^\s)]{1,60})/.exec(lines[0] ?? "")?.[1];
  if (bios !== undefined) return `SeaBIOS ${bios}`;
  if (miniOs.test(lines[0] ?? "")) return "Mini-OS";
  const [, name, version] = lines.map((line) => unikraftLine.exec(line)).find((found) => found) ?? [];
  if (name !== undefined) return `Unikraft ${name} ${version}`;
  if (unikraftNetwork.test(lines[0] ?? "")) return lines[0] ?? "";
  if (lines[0] !== "Powered by") return "Boot";
  const release = lines.map((line) => unikraftRelease.exec(line)?.[1]).find((found) => found !== undefined);
  return `Unikraft${release === undefined ? "" : ` ${release}`}`;
}

/** The parts of a line of Unikraft's kernel. */
export interface KernelLine {
  readonly level: Level;
  /** The library; `undefined` in a crash report. */
  readonly source: string | undefined;
  /** The line belongs to a crash report or a failed assertion. */
  readonly isCritical: boolean;
  readonly message: string;
  /** Where the message begins in the line. */
  readonly column: number;
}

const kernelLevels: Readonly<Record<string, Level>> = {
  dbg: "debug",
  info: "info",
  warn: "warning",
  err: "error",
  crit: "error",
};
// `lib/ukdebug/print.c`: optional time since boot, level, thread, library, caller and source location.
const kernel =
  /^(?<time>\[ {0,8}\d{1,9}\.\d{1,9}\] {1,4})?(?<level>dbg|Info|Warn|ERR|CRIT): {1,4}(?:<[\w.-]{1,40}> )?(?:\[(?<source>[\w.-]{1,80})\] )?(?:\{[^}]{1,80}\} )?(?:<[^>]{1,120}> )?/i;

/** Parses a line such as `[    0.104561] Warn: [libukbus_pci] <pci_bus.c @  112> no driver`; `undefined` for any other line. */
export function parseKernelLine(line: string): KernelLine | undefined {
  const match = kernel.exec(line.slice(0, 400));
  const { time, source, level: word = "" } = match?.groups ?? {};
  const level = kernelLevels[word.toLowerCase()];
  // `Info: …` without time and library may come from any program.
  if (!match || level === undefined || (source ?? time) === undefined) return undefined;
  const [{ length: column }] = match;
  return { level, source, isCritical: word.toLowerCase() === "crit", message: line.slice(column), column };
}
