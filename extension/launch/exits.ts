import type { ProcessResult } from "../platform/process.ts";
import { targets, type TargetId } from "../toolchain/targets.ts";
import { t } from "../platform/l10n.ts";

/**
 * How a run ended, in words. `console` is the end of what it printed: where the exit code says
 * nothing of the unikernel, Solo5's own last line does.
 */
export function explainExit(
  target: TargetId,
  result: ProcessResult,
  console: readonly string[] = [],
): string {
  switch (result.kind) {
    case "cancelled":
      return "stopped";
    case "notFound":
      return t("not started: {0}", result.reason);
    case "signalled":
      return explainSignal(target, result.signal);
    case "exited":
      return explainCode(target, result.code, console);
  }
}

function explainSignal(target: TargetId, signal: string): string {
  if (signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP") return t("stopped by {0}", signal);
  if (
    target === "spt" &&
    (signal === "SIGSEGV" || signal === "SIGBUS" || signal === "SIGILL" || signal === "SIGFPE")
  ) {
    return t(
      "CPU fault ({0}): solo5-spt ends without a message on an invalid memory access or instruction",
      signal,
    );
  }
  if (target === "spt" && signal === "SIGSYS")
    return t("forbidden system call (SIGSYS): seccomp ended the unikernel");
  if (signal === "SIGKILL") return t("killed (SIGKILL): by the user, or by the system for want of memory");
  return t("ended by {0}", signal);
}

function explainCode(target: TargetId, code: number, console: readonly string[]): string {
  switch (targets[target].booter) {
    case "virtio":
      return explainQemu(target, code, console);
    case "unikraft-qemu":
      return explainQemu(target, code, console);
    case "xl":
      return code === 0 ? t("xl ended normally") : t("xl failed with exit code {0}", code);
    case "unikraft-firecracker":
      return code === 0 ? t("Firecracker ended normally") : t("Firecracker failed with exit code {0}", code);
    case "solo5-hvt":
    case "solo5-spt":
      if (code === 1) return t("the tender refused or failed (exit code 1); its last lines say why");
      if (code === 255)
        return t(
          "aborted (exit code 255): solo5_abort, after a CPU trap, a lack of memory or a failed check",
        );
      return explainUnikernel(code);
    case "process":
    case undefined:
      return explainUnikernel(code);
  }
}

/** The codes of OCaml's runtime and of functoria's command line (its `functoria_runtime.ml`). */
function explainUnikernel(code: number): string {
  const meanings: Readonly<Record<number, string>> = {
    0: t("ended normally"),
    2: t("uncaught exception (exit code 2)"),
    63: t("printed its help or version (exit code 63)"),
    64: t("a boot argument was not accepted (exit code 64)"),
    125: t("internal error while reading the boot arguments (exit code 125)"),
  };
  return meanings[code] ?? t("ended with exit code {0}", code);
}

/** QEMU's isa-debug-exit turns every end of the guest into 83, also a crash. */
function explainQemu(target: TargetId, code: number, console: readonly string[]): string {
  if (code !== 83 && code !== 85 && code !== 0)
    return t("QEMU failed with exit code {0}; its last lines say why", code);
  for (const line of console.toReversed()) {
    const ended = /Solo5: solo5_exit\((\d+)\) called/.exec(line)?.[1];
    if (ended !== undefined) return explainUnikernel(Number(ended));
    const why = /Solo5: (?:solo5_abort\(\) called|ABORT: \S+ (.+))/.exec(line);
    if (why) return t("aborted: {0}", why[1] ?? t("solo5_abort, after a CPU trap or a lack of memory"));
  }
  return t("ended; QEMU's exit code ({0}) does not tell how an image for {1} ended", code, target);
}
