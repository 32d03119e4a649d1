import type { Frame, LogRecord } from "./model.ts";

/** Why a run failed, from its console. */
export interface Crash {
  /** A sentence that names the cause. */
  readonly text: string;
  /** What to do about it, a sentence; undefined where nothing general can be said. */
  readonly next: string | undefined;
  /** The record that tells it. */
  readonly seq: number;
  /** The first frame in the project's own code, else the first of all. */
  readonly frame: Frame | undefined;
}

const moreMemory =
  'Give it more memory: "memory" in launch.json, in MB (a unikernel under Solo5 needs 16 MB or more).';

interface Rule {
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray) => { readonly text: string; readonly next: string | undefined };
}

const rules: readonly Rule[] = [
  {
    pattern:
      /exception (?:Stdlib\.)?Out[ _]of[ _]memory|Not enough (?:heap )?memory|falls outside of valid range/,
    explain: () => ({ text: "It ran out of memory.", next: moreMemory }),
  },
  {
    pattern: /Device '([^']+)' of type (\w+) declared but not attached/,
    explain: ([, device, type]) => ({
      text: `Its device ${device} is attached to nothing.`,
      next:
        type === "NET_BASIC"
          ? `Name a tap in "net" of launch.json: { "${device}": "tap100" }.`
          : `Name a file in "block" of launch.json: { "${device}": "disk.img" }.`,
    }),
  },
  {
    pattern: /Resource not declared in manifest: '([^']+)'/,
    explain: ([, device]) => ({
      text: `The image has no device ${device}.`,
      next: "Use the names its manifest declares; mirage/manifest.json lists them.",
    }),
  },
  {
    pattern: /Could not attach interface: (\S+): (.+)/,
    explain: ([, tap, why]) => ({
      text: `The network interface ${tap} cannot be used: ${why}.`,
      next: /No such/.test(why ?? "")
        ? `Make it: sudo ip tuntap add ${tap} mode tap && sudo ip link set ${tap} up.`
        : /busy/.test(why ?? "")
          ? "Stop what uses it, or make another tap."
          : `Make the tap yours: sudo ip tuntap add ${tap} mode tap user $USER.`,
    }),
  },
  {
    pattern: /TUNSETIFF\]: Operation not permitted/,
    explain: () => ({
      text: "It may not make its network interface.",
      next: "Make the tap first and give it to your user: sudo ip tuntap add tap0 mode tap user $USER.",
    }),
  },
  {
    pattern: /Could not open block device: (.+): (.+)/,
    explain: ([, file, why]) => ({
      text: `The block file ${file} cannot be opened: ${why}.`,
      next: 'Check "block" in launch.json.',
    }),
  },
  {
    pattern: /Could not open: \/dev\/kvm: (.+)/,
    explain: ([, why]) => ({
      text: `/dev/kvm cannot be opened: ${why}.`,
      next: /Permission/.test(why ?? "")
        ? "Add yourself to the group kvm and log in again, or use the target spt."
        : "Load the kvm module or switch on virtualization, or use the target spt.",
    }),
  },
  {
    pattern: /KVM: (?:internal error|ioctl|unhandled exit)/,
    explain: () => ({
      text: "KVM of this host cannot run it (as inside some virtual machines).",
      next: "Use the target spt, which needs no KVM.",
    }),
  },
  {
    pattern: /Executable is not for the (\S+) target/,
    explain: ([, tender]) => ({
      text: `The image is not one for ${tender}.`,
      next: "Build it for the target that is to boot it.",
    }),
  },
  {
    pattern: /invalid or unsupported executable/,
    explain: () => ({ text: "The image is no executable of Solo5.", next: "Build it again." }),
  },
];

/**
 * Explains why a run ended as it did, from its last records (some tens will do); undefined where they
 * tell of no failure. An exception counts before what it led to; otherwise the first failure does.
 */
export function explainCrash(records: readonly LogRecord[]): Crash | undefined {
  const exception = records.findLast((record) => record.kind === "exception");
  const grave =
    exception ??
    records.find(
      ({ kind, level }) =>
        kind === "abort" || kind === "trap" || ((kind === "tender" || kind === "usage") && level === "error"),
    );
  if (!grave) return undefined;
  const frame = ownFrame(grave.frames);
  for (const { pattern, explain } of rules) {
    const match = pattern.exec(grave.message.slice(0, 4096));
    if (match) return { ...explain(match), seq: grave.seq, frame };
  }
  return { ...byKind(grave, frame), seq: grave.seq, frame };
}

function byKind(record: LogRecord, frame: Frame | undefined): Pick<Crash, "text" | "next"> {
  const words = record.message.slice(0, 300);
  switch (record.kind) {
    case "exception":
      return {
        text: `Uncaught exception ${words.replace(/^Fatal error: exception /, "")}${frame ? `, in ${frame.file} line ${frame.line}` : ""}.`,
        next: frame
          ? "Open the line, or handle the exception where it is called."
          : 'Link with "-g" and boot with --backtrace=true to see where it was raised.',
      };
    case "trap":
      return {
        text: `The processor faulted: ${words.replace(/^Solo5: trap: /, "")}.`,
        next: "Invalid memory was used: look at C stubs and unsafe functions, or for too deep recursion.",
      };
    case "abort":
      return {
        text: `It was aborted: ${words.replace(/^(?:Solo5: (?:ABORT: )?|Fatal error: )/, "")}.`,
        next: undefined,
      };
    case "usage":
      return {
        text: `It did not accept its boot arguments: ${words.replace(/^\S+: /, "")}`,
        next: 'Correct "args" in launch.json; --help tells what there is.',
      };
    case "tender":
    case "log":
    case "boot":
    case "exit":
    case "plain":
      return { text: words, next: undefined };
  }
}

/** Libraries raise what the project's own code is to blame for. */
function ownFrame(frames: readonly Frame[]): Frame | undefined {
  const own = frames.find(
    ({ file }) =>
      !/^(?:duniverse|vendor|mirage|_opam)\//.test(file) && !/^(?:\/|stdlib|camlinternal)/i.test(file),
  );
  return own ?? frames[0];
}
