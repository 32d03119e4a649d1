import type { ExitCause, ExitOutcome } from "../../logs/model.ts";
import type { ProcessResult } from "../../platform/process.ts";
import { targets, type TargetId } from "../../mirage/targets.ts";
import { t } from "../../protocol/l10n.ts";

/** The exit code that shells report for an interrupted program. */
const stoppedCode = 130;
/** Solo5's `SOLO5_EXIT_ABORT`. */
const abortCode = 255;
/** With isa-debug-exit, QEMU exits with one of these however the guest ends, also after a crash. */
const qemuGuestCodes = [0, 83, 85];

/**
 * Describes how a run ended. `console` contains the last lines of its output: if the exit code is the
 * tender's, Solo5 prints the unikernel's own in its last line.
 */
export function exitReason(
  target: TargetId,
  result: ProcessResult,
  console: readonly string[] = [],
): ExitOutcome {
  switch (result.kind) {
    case "cancelled":
      return { kind: "stopped", code: stoppedCode, text: t("stopped") };
    case "notFound":
      return failed(1, t("could not be started: {0}", result.reason));
    case "signalled":
      return endingOfSignal(target, result.signal);
    case "exited":
      return endingOfCode(target, result.code, console);
  }
}

const failed = (code: number, text: string, cause?: ExitCause): ExitOutcome => ({
  kind: "failed",
  code,
  text,
  ...(cause && { cause }),
});

/** What a signal that ends a program says about the reason. */
const signalCauses: Readonly<Record<string, ExitCause>> = {
  SIGSEGV: "memoryFault",
  SIGBUS: "memoryFault",
  SIGILL: "memoryFault",
  SIGSYS: "forbiddenSystemCall",
};

function endingOfSignal(target: TargetId, signal: string): ExitOutcome {
  if (signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP")
    return { kind: "stopped", code: stoppedCode, text: t("stopped by {0}", signal) };
  if (target === "spt" && /^SIG(?:SEGV|BUS|ILL|FPE)$/.test(signal)) {
    return failed(
      1,
      t(
        "CPU fault ({0}): solo5-spt exits without a message after an invalid memory access or instruction",
        signal,
      ),
      signalCauses[signal],
    );
  }
  if ((target === "spt" || target === "hvt") && signal === "SIGSYS")
    return failed(
      1,
      t("forbidden system call (SIGSYS): seccomp stopped the unikernel"),
      "forbiddenSystemCall",
    );
  if (signal === "SIGKILL")
    return failed(1, t("killed (SIGKILL) by the user, or by the system because memory ran out"));
  return failed(1, t("ended by {0}", signal), signalCauses[signal]);
}

function endingOfCode(target: TargetId, code: number, console: readonly string[]): ExitOutcome {
  switch (targets[target].booter) {
    case "virtio":
    case "unikraft-qemu":
      if (!qemuGuestCodes.includes(code))
        return failed(code, t("QEMU failed with exit code {0}; see its last lines of output", code));
      return endingOfGuest(console) ?? unknownGuestEnding(target, code);
    case "xl":
      if (code !== 0) return failed(code, t("xl failed with exit code {0}", code));
      return endingOfGuest(console) ?? { kind: "ok", code, text: t("xl ended normally") };
    case "unikraft-firecracker":
      if (code !== 0) return failed(code, t("Firecracker failed with exit code {0}", code));
      return endingOfGuest(console) ?? { kind: "ok", code, text: t("Firecracker ended normally") };
    case "solo5-hvt":
    case "solo5-spt":
      return endingOfTender(code, console);
    case "process":
    case undefined:
      return endingOfUnikernel(code);
  }
}

/** The tender exits with the guest's code, with 1 if the tender itself fails, and with 255 for an abort. */
function endingOfTender(code: number, console: readonly string[]): ExitOutcome {
  if (code !== 1 && code !== abortCode) return endingOfUnikernel(code);
  const guest = endingOfGuest(console);
  if (guest?.code === code) return guest;
  if (code === abortCode) {
    return failed(
      code,
      t("aborted (exit code 255): solo5_abort after a CPU trap, a lack of memory or a failed check"),
    );
  }
  const signal = lastMatch(console, /^solo5-\w+: Exiting on signal (\d+)/)?.[1];
  if (signal !== undefined)
    return { kind: "stopped", code: stoppedCode, text: t("stopped by signal {0}", signal) };
  return failed(code, t("the tender failed (exit code 1); see its last lines of output"));
}

/** The ending that the guest itself prints, or `undefined` if it prints none. */
function endingOfGuest(console: readonly string[]): ExitOutcome | undefined {
  const last = lastMatch(
    console,
    /Solo5: solo5_exit\((?<status>-?\d+)\) called|Solo5: (?<abort>solo5_abort\(\) called|ABORT: (?:\S+:\d+: )?(?<why>.+))|^Fatal error: (?<exception>exception )?|^Mirage exi(?:t|st)ing with status (?<miniOs>\d+)|\bmain returned (?<returned>-?\d+), halting|\bCRIT: .{0,200}?(?<crash>Unikraft Crash|Cannot handle \w+ page fault|Assertion failure.{0,200})/,
  )?.groups;
  if (!last) return undefined;
  const { status = last["miniOs"] ?? last["returned"], abort, why, exception, crash } = last;
  if (crash !== undefined) return failed(abortCode, t("aborted: {0}", crash));
  if (status !== undefined) return endingOfUnikernel(Number(status));
  if (abort !== undefined) {
    const reason = why?.trim() ?? t("solo5_abort after a CPU trap or a lack of memory");
    return failed(abortCode, t("aborted: {0}", reason));
  }
  return endingOfUnikernel(exception === undefined ? abortCode : 2);
}

function lastMatch(console: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const line of console.toReversed()) {
    const found = pattern.exec(line);
    if (found) return found;
  }
  return undefined;
}

/** The exit codes of functoria's command line that lead to advice. */
const codeCauses: Readonly<Record<number, ExitCause>> = {
  63: "helpPrinted",
  64: "argumentsRejected",
  125: "argumentsRejected",
};

/** The exit codes of OCaml's runtime and of functoria's command line (its `functoria_runtime.ml`). */
function endingOfUnikernel(code: number): ExitOutcome {
  const meanings: Readonly<Record<number, string>> = {
    0: t("ended normally"),
    2: t("uncaught exception (exit code 2)"),
    63: t("printed its help or version (exit code 63)"),
    64: t("invalid boot argument (exit code 64)"),
    125: t("internal error while reading the boot arguments (exit code 125)"),
  };
  const text = meanings[code];
  if (text === undefined) return failed(code, t("ended with exit code {0}", code), "ownExitCode");
  return code === 0 ? { kind: "ok", code, text } : failed(code, text, codeCauses[code]);
}

/** If the guest prints nothing about its end, QEMU only knows that it powered off. */
function unknownGuestEnding(target: TargetId, code: number): ExitOutcome {
  const text = t("ended; QEMU's exit code {0} does not show how an image for {1} ended", code, target);
  return { kind: code === 85 ? "failed" : "ok", code: code === 85 ? code : 0, text };
}
