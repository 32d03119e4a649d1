import type { Ending } from "../logs/model.ts";
import type { ProcessResult } from "../platform/process.ts";
import { targets, type TargetId } from "../toolchain/targets.ts";
import { t } from "../platform/l10n.ts";

/** As shells tell a program that was interrupted. */
const stoppedCode = 130;
/** Solo5's `SOLO5_EXIT_ABORT`. */
const abortCode = 255;
/** QEMU's isa-debug-exit turns every end of the guest into one of these, also a crash. */
const qemuGuestCodes = [0, 83, 85];

/**
 * How a run ended, and in words. `console` is the end of what it printed: where the exit code is the
 * tender's, Solo5's own last line tells the unikernel's.
 */
export function endingOf(target: TargetId, result: ProcessResult, console: readonly string[] = []): Ending {
  switch (result.kind) {
    case "cancelled":
      return { kind: "stopped", code: stoppedCode, text: t("stopped") };
    case "notFound":
      return failed(1, t("not started: {0}", result.reason));
    case "signalled":
      return ofSignal(target, result.signal);
    case "exited":
      return ofCode(target, result.code, console);
  }
}

const failed = (code: number, text: string): Ending => ({ kind: "failed", code, text });

function ofSignal(target: TargetId, signal: string): Ending {
  if (signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP")
    return { kind: "stopped", code: stoppedCode, text: t("stopped by {0}", signal) };
  if (target === "spt" && /^SIG(?:SEGV|BUS|ILL|FPE)$/.test(signal)) {
    return failed(
      1,
      t(
        "CPU fault ({0}): solo5-spt ends without a message on an invalid memory access or instruction",
        signal,
      ),
    );
  }
  if ((target === "spt" || target === "hvt") && signal === "SIGSYS")
    return failed(1, t("forbidden system call (SIGSYS): seccomp ended the unikernel"));
  if (signal === "SIGKILL")
    return failed(1, t("killed (SIGKILL): by the user, or by the system for want of memory"));
  return failed(1, t("ended by {0}", signal));
}

function ofCode(target: TargetId, code: number, console: readonly string[]): Ending {
  switch (targets[target].booter) {
    case "virtio":
    case "unikraft-qemu":
      if (!qemuGuestCodes.includes(code))
        return failed(code, t("QEMU failed with exit code {0}; its last lines say why", code));
      return ofGuest(console) ?? untold(target, code);
    case "xl":
      if (code !== 0) return failed(code, t("xl failed with exit code {0}", code));
      return ofGuest(console) ?? { kind: "ok", code, text: t("xl ended normally") };
    case "unikraft-firecracker":
      if (code !== 0) return failed(code, t("Firecracker failed with exit code {0}", code));
      return ofGuest(console) ?? { kind: "ok", code, text: t("Firecracker ended normally") };
    case "solo5-hvt":
    case "solo5-spt":
      return ofTender(code, console);
    case "process":
    case undefined:
      return ofUnikernel(code);
  }
}

/** The tender exits with the guest's own code, with 1 when it fails itself, and with 255 for an abort. */
function ofTender(code: number, console: readonly string[]): Ending {
  if (code !== 1 && code !== abortCode) return ofUnikernel(code);
  const guest = ofGuest(console);
  if (guest?.code === code) return guest;
  if (code === abortCode) {
    return failed(
      code,
      t("aborted (exit code 255): solo5_abort, after a CPU trap, a lack of memory or a failed check"),
    );
  }
  const signal = lastMatch(console, /^solo5-\w+: Exiting on signal (\d+)/)?.[1];
  if (signal !== undefined)
    return { kind: "stopped", code: stoppedCode, text: t("stopped by signal {0}", signal) };
  return failed(code, t("the tender refused or failed (exit code 1); its last lines say why"));
}

/** What the guest itself says of its end; undefined where it says nothing. */
function ofGuest(console: readonly string[]): Ending | undefined {
  const last = lastMatch(
    console,
    /Solo5: solo5_exit\((?<status>-?\d+)\) called|Solo5: (?<abort>solo5_abort\(\) called|ABORT: (?:\S+:\d+: )?(?<why>.+))|^Fatal error: (?<exception>exception )?|^Mirage exi(?:t|st)ing with status (?<miniOs>\d+)|\bmain returned (?<returned>-?\d+), halting|\bCRIT: .{0,200}?(?<crash>Unikraft Crash|Cannot handle \w+ page fault|Assertion failure.{0,200})/,
  )?.groups;
  if (!last) return undefined;
  const { status = last["miniOs"] ?? last["returned"], abort, why, exception, crash } = last;
  if (crash !== undefined) return failed(abortCode, t("aborted: {0}", crash));
  if (status !== undefined) return ofUnikernel(Number(status));
  if (abort !== undefined) {
    const reason = why?.trim() ?? t("solo5_abort, after a CPU trap or a lack of memory");
    return failed(abortCode, t("aborted: {0}", reason));
  }
  return ofUnikernel(exception === undefined ? abortCode : 2);
}

function lastMatch(console: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of console.toReversed()) {
    const found = pattern.exec(line);
    if (found) return found;
  }
  return undefined;
}

/** The codes of OCaml's runtime and of functoria's command line (its `functoria_runtime.ml`). */
function ofUnikernel(code: number): Ending {
  const meanings: Readonly<Record<number, string>> = {
    0: t("ended normally"),
    2: t("uncaught exception (exit code 2)"),
    63: t("printed its help or version (exit code 63)"),
    64: t("a boot argument was not accepted (exit code 64)"),
    125: t("internal error while reading the boot arguments (exit code 125)"),
  };
  const text = meanings[code] ?? t("ended with exit code {0}", code);
  return { kind: code === 0 ? "ok" : "failed", code, text };
}

/** Of a guest that says nothing of its end, QEMU knows only that it powered off. */
function untold(target: TargetId, code: number): Ending {
  const text = t("ended; QEMU's exit code ({0}) does not tell how an image for {1} ended", code, target);
  return { kind: code === 85 ? "failed" : "ok", code: code === 85 ? code : 0, text };
}
