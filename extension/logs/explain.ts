import type { Frame, LogRecord, LogSession } from "./model.ts";
import { t } from "../platform/l10n.ts";

/** What a button below an explanation does. */
export type CrashAction =
  /** Goes to `frame`. */
  | { readonly kind: "frame" }
  /** Opens launch.json; the setting with the devices; the choice of a target; builds again; checks the setup. */
  | { readonly kind: "launch" | "devices" | "target" | "build" | "setup" }
  /** Copies a command line. */
  | { readonly kind: "copy"; readonly text: string };

/** Why a run failed, from its console. */
export interface Crash {
  /** A sentence that names the cause. */
  readonly text: string;
  /** What to do about it, a sentence; undefined where nothing general can be said. */
  readonly next: string | undefined;
  /** The record that tells it; undefined where only the exit does. */
  readonly seq: number | undefined;
  /** The first frame in the project's own code. */
  readonly frame: Frame | undefined;
  readonly actions: readonly CrashAction[];
}

type Said = Pick<Crash, "text" | "next"> & { readonly actions?: readonly CrashAction[] };

const moreMemory: Said = {
  text: t("It ran out of memory."),
  next: t(
    'Give it more memory: "memory" in launch.json, in MB (a unikernel under Solo5 needs 16 MB or more).',
  ),
  actions: [{ kind: "launch" }],
};
const attach: readonly CrashAction[] = [{ kind: "launch" }, { kind: "devices" }];
const build: readonly CrashAction[] = [{ kind: "build" }];

const withCommand = (text: string, words: string, command: string): Said => ({
  text,
  next: `${words}: ${command}`,
  actions: [{ kind: "copy", text: command }],
});

interface Rule {
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray, target: string) => Said;
}

const rules: readonly Rule[] = [
  {
    pattern:
      /exception (?:Stdlib\.)?Out[ _]of[ _]memory|Fatal error: (?:out of memory|allocation failure)|Not enough (?:heap )?memory|falls outside of valid range|cannot allocate memory/i,
    explain: (_, target) =>
      target === "unix" || target === "macosx"
        ? {
            text: t("It ran out of memory."),
            next: t("Look for what it keeps or asks for at once: this computer gave it no more."),
          }
        : moreMemory,
  },
  {
    pattern: /exception (?:Stdlib\.)?Stack[ _]overflow/,
    explain: () => ({
      text: t("It ran out of stack."),
      next: t(
        "A recursion goes too deep: let it end earlier, or make its call the last thing the function does.",
      ),
    }),
  },
  {
    pattern: /Device '([^']+)' of type (\w+) declared but not attached/,
    explain: ([, device, type]) => ({
      text: t("Its device {0} is attached to nothing.", device),
      next:
        type === "NET_BASIC"
          ? t(
              'Name a tap in "net" of launch.json, { "{0}": "tap100" }, or in the setting mirageos.devices.',
              device,
            )
          : t(
              'Name a file in "block" of launch.json, { "{0}": "disk.img" }, or in the setting mirageos.devices.',
              device,
            ),
      actions: attach,
    }),
  },
  {
    pattern: /Resource not declared in manifest: '([^']+)'/,
    explain: ([, device]) => ({
      text: t("The image has no device {0}.", device),
      next: t("Use the names its manifest declares; mirage/manifest.json lists them."),
      actions: attach,
    }),
  },
  {
    pattern: /Could not attach interface: (\S+): (.+)/,
    explain: ([, tap = "", why = ""]) => {
      const text = t("The network interface {0} cannot be used: {1}.", tap, why);
      if (/busy/.test(why))
        return { text, next: t("Stop what uses it, or make another tap."), actions: attach };
      return /No such/.test(why)
        ? withCommand(
            text,
            t("Make it"),
            `sudo ip tuntap add ${tap} mode tap user $USER && sudo ip link set ${tap} up`,
          )
        : withCommand(text, t("Make the tap yours"), `sudo ip tuntap add ${tap} mode tap user $USER`);
    },
  },
  {
    pattern: /could not configure \/dev\/net\/tun \((\S+)\): (.+)/,
    explain: ([, tap = "", why = ""]) => {
      const text = t("The network interface {0} cannot be used: {1}.", tap, why);
      return /busy/.test(why)
        ? { text, next: t("Stop what uses it, or make another tap."), actions: attach }
        : withCommand(text, t("Make the tap yours"), `sudo ip tuntap add ${tap} mode tap user $USER`);
    },
  },
  {
    pattern: /TUNSETIFF\]: Operation not permitted/,
    explain: () =>
      withCommand(
        t("It may not make its network interface."),
        t("Make the tap first and give it to your user"),
        "sudo ip tuntap add tap0 mode tap user $USER",
      ),
  },
  {
    pattern: /Could not open (?:block device: )?'?(.+?)'?: ([^:]+)$/,
    explain: ([, file, why]) => ({
      text: t("The block file {0} cannot be opened: {1}.", file, why),
      next: t('Check "block" in launch.json, or the setting mirageos.devices.'),
      actions: attach,
    }),
  },
  {
    pattern: /Could not (?:open: \/dev\/kvm|access KVM kernel module): (.+)/,
    explain: ([, why]) => ({
      text: t("/dev/kvm cannot be opened: {0}.", why),
      next: /Permission/.test(why ?? "")
        ? t("Add yourself to the group kvm and log in again, or use the target spt.")
        : t("Load the kvm module or switch on virtualization, or use the target spt."),
      actions: [{ kind: "setup" }, { kind: "target" }],
    }),
  },
  {
    pattern: /KVM: (?:internal error|ioctl|unhandled exit)|error: failed to set MSR/,
    explain: () => ({
      text: t("KVM of this host cannot run it (as inside some virtual machines)."),
      next: t("Use the target spt, which needs no KVM."),
      actions: [{ kind: "target" }],
    }),
  },
  {
    pattern: /Executable is not for the (\S+) target/,
    explain: ([, tender]) => ({
      text: t("The image is not one for {0}.", tender),
      next: t("Build it for the target that is to boot it."),
      actions: [...build, { kind: "target" }],
    }),
  },
  {
    pattern: /invalid or unsupported executable|could not read file|not a 64-bit ELF|Could not load/i,
    explain: () => ({
      text: t("The image is no executable of Solo5, or was cut."),
      next: t("Build it again."),
      actions: build,
    }),
  },
];

/**
 * Explains why a run ended as it did, from its last records (some hundreds will do) and its end;
 * undefined where they tell of no failure. An exception counts before what it led to; otherwise the
 * first failure does.
 */
export function explainCrash(
  records: readonly LogRecord[],
  { target, outcome }: Partial<Pick<LogSession, "target" | "outcome">> = {},
): Crash | undefined {
  const exception = records.findLast((record) => record.kind === "exception");
  const grave =
    exception ??
    records.find(
      ({ kind, level }) =>
        kind === "abort" || kind === "trap" || ((kind === "tender" || kind === "usage") && level === "error"),
    );
  if (!grave) return outcome?.kind === "failed" ? withLogged(byExit(outcome.text), records) : undefined;
  const frame = ownFrame(grave.frames);
  const said =
    rules.flatMap(({ pattern, explain }) => {
      const match = pattern.exec(grave.message.slice(0, 4096));
      return match ? [explain(match, target ?? "")] : [];
    })[0] ?? byKind(grave, frame);
  const toFrame: readonly CrashAction[] = frame ? [{ kind: "frame" }] : [];
  return {
    text: said.text,
    next: said.next,
    seq: grave.seq,
    frame,
    actions: [...toFrame, ...(said.actions ?? [])],
  };
}

/** A program that logs its exception before it exits itself has told where it was raised. */
function withLogged(crash: Crash, records: readonly LogRecord[]): Crash {
  const logged = records.findLast(({ level, frames }) => level === "error" && ownFrame(frames));
  if (!logged) return crash;
  const frame = ownFrame(logged.frames);
  return {
    ...crash,
    next: t("The last error that it logged has a backtrace: open its line."),
    seq: logged.seq,
    frame,
    actions: [{ kind: "frame" }, ...crash.actions],
  };
}

const badMemory = t(
  "Invalid memory was used: look at C stubs and unsafe functions, or for too deep recursion.",
);

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
  if (/\bSIG(?:SEGV|BUS|ILL)\b/.test(words)) return { ...said, next: badMemory, actions: [] };
  if (words === t("ended with exit code {0}", /\d+/.exec(words)?.[0]))
    return {
      ...said,
      next: t("The unikernel chose this code itself: look where it calls exit."),
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
          words.replace(/^Fatal error: (?:uncaught )?exception /, ""),
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
      return {
        text: t("The processor faulted: {0}.", words.replace(/^Solo5: trap: /, "")),
        next: badMemory,
      };
    case "abort":
      return {
        text: t("It was aborted: {0}.", words.replace(/^(?:Solo5: (?:ABORT: )?|Fatal error: )/, "")),
        next: undefined,
      };
    case "usage":
      return {
        text: t("It did not accept its boot arguments: {0}", words.replace(/^\S+: /, "")),
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

const library = /^(?:duniverse|vendor|mirage|_opam)\/|^(?:\/|stdlib|camlinternal)/i;
/** Files of libraries that were built in a switch are relative to a folder of theirs. */
const knownLibrary =
  /^(?:(?:Solo5|Unix|Unikraft|Xen)_os|Lwt|Logs|Fmt|Cmdliner|Stdlib|Mirage|Ptime|Mtime|Camlinternal)/i;

/** Libraries raise what the project's own code is to blame for. */
function ownFrame(frames: readonly Frame[]): Frame | undefined {
  const others = frames.filter(({ file }) => !library.test(file));
  return (
    others.find(({ name }) => name?.startsWith("Dune__exe__")) ??
    others.find(({ name }) => !knownLibrary.test(name ?? ""))
  );
}
