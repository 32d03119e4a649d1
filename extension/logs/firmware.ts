import type { Level } from "./model.ts";

/** A line that what runs before or below the OCaml program prints: a BIOS, Unikraft, Mini-OS. */
export type FirmwareLine = "begins" | "joins" | undefined;

/** SeaBIOS of clouds and boot loaders, between the BIOS's first line and the guest. */
const biosRest =
  /^(?:Total RAM Size = |CPU Mhz=|CPUs found: |found virtio-|virtio-\w{2,8} |drive 0x|SYSLINUX \d|GNU GRUB |Loading \S{1,80}\.\.\. ?ok)/;
/** Solo5's virtio bindings of before 0.4, below their banner. */
const oldSolo5 =
  /^(?:multiboot: Using memory|Initializing the KVM Paravirt|virtio_config: |Found (?:unknown )?virtio )/;

/** Printed by Unikraft's `lib/ukboot/banner.c`, its release and version below it. */
const unikraftArt = new Set([
  "o.   .o       _ _               __ _",
  "Oo   Oo  ___ (_) | __ __  __ _ ' _) :_",
  "oO   oO ' _ `| | |/ /  _)' _` | |_|  _)",
  "oOo oOO| | | | |   (| | | (_) |  _) :_",
  String.raw`OoOoO ._, ._:_:_,\_._,  .__,_:_, \___)`,
]);
const unikraftRelease = /^\s{4,80}([A-Z]\w{1,40} \d{1,4}\.\d{1,4}\.\d{1,4}\S{0,40})$/;
/** Newer ones say it in a line; the driver of the network may have spoken before. */
const unikraftLine = /^Powered by Unikraft ([A-Z]\w{1,40}) \((\d[^)]{1,40})\)$/;
const unikraftNetwork = /^en\d{1,3}: (?:Added|Interface is |Set IPv[46] address )/;
/** Of mirage 3 and before, which ran Xen on Mini-OS: its `kernel.c`, `mm.c`, `console.c` and stubs. */
const miniOs =
  /^(?:Xen Minimal OS!|MirageOS booting\.|MM: |Initiali[sz]ing (?:timer interface|console )|Mapping memory range 0x|Demand map pfns at |Unsupported function \w{1,60} called in Mini-OS|Attempt to open\(|getenv\(\w{1,60}\) -> |gnttab_(?:table mapped|stubs\.c: )|setting [\da-f]{16}-[\da-f]{16} readonly$|skipped [\da-f]{1,8}$)/;
const miniOsPlace = /^ {0,6}[a-z_ ]{3,14}: (?:0x)?[\da-f-]{0,40}(?:\([VM]A\))?\s*$/;

/** Whether a line is of the boot before the guest's own, and can begin its record or goes on with it. */
export function firmwareLine(line: string): FirmwareLine {
  if (line.length > 200) return undefined;
  if (line === "Powered by" || line.startsWith("SeaBIOS (version ")) return "begins";
  if (miniOs.test(line) || unikraftLine.test(line) || unikraftNetwork.test(line)) return "joins";
  if (/^(?:iPXE \(http|Booting from (?:ROM|Hard Disk|Floppy|DVD)|Machine UUID )/.test(line)) return "joins";
  return unikraftArt.has(line.trim()) ? "joins" : undefined;
}

/**
 * How many characters of a line a BIOS printed, where what it boots goes on in the same line; else 0.
 * SeaBIOS ends `Booting from ROM..` without a line end.
 */
export function firmwareHead(line: string): number {
  return /^Booting from (?:ROM|Hard Disk|Floppy|DVD)[^.]{0,10}\.{2,3}(?=[^.])/.exec(line)?.[0].length ?? 0;
}

/** Whether a line that tells nothing of itself goes on with such a boot: BIOSes print empty lines among theirs. */
export function restOfFirmware(line: string, [first = ""]: readonly string[]): boolean {
  if (line.length >= 200) return false;
  if (first.startsWith("SeaBIOS") && biosRest.test(line)) return true;
  return line.trim() === "" || unikraftRelease.test(line) || (miniOs.test(first) && miniOsPlace.test(line));
}

/** Whether a line that tells nothing of itself goes on with the boot of an old Solo5. */
export const restOfSolo5 = (line: string): boolean => line.length < 200 && oldSolo5.test(line);

/** What the lines of such a boot say at a glance: `SeaBIOS 1.16.3`, `Unikraft Pandora 0.16.1`. */
export function firmwareMessage(lines: readonly string[]): string {
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

/** The parts of a message of Unikraft's kernel. */
export interface KernelLine {
  readonly level: Level;
  /** The library; a crash report has none. */
  readonly source: string | undefined;
  /** Of a crash report, or of a check that failed. */
  readonly critical: boolean;
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
// `lib/ukdebug/print.c`: time since boot where it is configured, level, thread, library, caller and place.
const kernel =
  /^(?<time>\[ {0,8}\d{1,9}\.\d{1,9}\] {1,4})?(?<level>dbg|Info|Warn|ERR|CRIT): {1,4}(?:<[\w.-]{1,40}> )?(?:\[(?<source>[\w.-]{1,80})\] )?(?:\{[^}]{1,80}\} )?(?:<[^>]{1,120}> )?/i;

/** Reads `[    0.104561] Warn: [libukbus_pci] <pci_bus.c @  112> no driver`; undefined for any other line. */
export function kernelLine(line: string): KernelLine | undefined {
  const match = kernel.exec(line.slice(0, 400));
  const { time, source, level: word = "" } = match?.groups ?? {};
  const level = kernelLevels[word.toLowerCase()];
  // `Info: …` alone may be anyone's.
  if (!match || level === undefined || (source ?? time) === undefined) return undefined;
  const [{ length: column }] = match;
  return { level, source, critical: word.toLowerCase() === "crit", message: line.slice(column), column };
}
