import { launchActions, type CrashRule } from "./crashExplanation.ts";
import { t } from "../../protocol/l10n.ts";

/** Rules about the program itself: its stack, its heap, its ports, and calls that its target lacks. */
export const guestRules: readonly CrashRule[] = [
  {
    pattern: /Invalid_argument\("Called too early\. Please delay this call/,
    explain: () => ({
      text: t("A boot argument was read before the unikernel started."),
      next: t("Read it inside start: call the function that Mirage_runtime.register_arg returns there."),
    }),
  },
  {
    pattern: /exception (?:Stdlib\.)?Stack[ _]overflow/,
    explain: (_, target) => ({
      text: t("It ran out of stack."),
      next: t("A recursion goes too deep: end it earlier, or make the recursive call a tail call."),
      // On unix, OCaml raises this exception in a signal handler, so the backtrace lacks the recursive function.
      ...(target === "unix" && { actions: [{ kind: "debug" }] }),
    }),
  },
  {
    pattern: /exception (?:Stdlib\.)?Effect\.Unhandled\((.{1,200}?)\)?$/,
    explain: ([, effect = ""]) => ({
      text: t("It performed the effect {0} without a handler.", effect.replaceAll("Dune__exe__", "")),
      next: t("Run this code inside the main loop of its library, such as Eio_main.run or Miou.run."),
    }),
  },
  {
    pattern: /^STUB: abort: (\w+)\(\) called/,
    explain: ([, name]) => ({
      text: t("It called the C function {0}, which Solo5's C library does not have.", name),
      next: t("Find the C stub or library that calls it; it can't be used on this target."),
    }),
  },
  {
    pattern: /Unix_error\((?:Unix\.)?(?:EACCES|EPERM|1|13), "bind"/,
    logged: true,
    explain: () => ({
      text: t("It has no permission to listen on its port: ports below 1024 are reserved for root."),
      next: t('Choose another port in "args" of launch.json or in config.ml.'),
      actions: launchActions,
    }),
  },
  {
    pattern:
      /Unix_error\((?:Unix\.)?(?:EADDRINUSE|98|48), "bind"|\b(?:bind|listen)\b.{0,80}Address already in use/,
    logged: true,
    explain: () => ({
      text: t("Another program already uses its port."),
      next: t("Stop that program, perhaps an earlier run, or choose another port."),
      actions: launchActions,
    }),
  },
  {
    pattern: /ABORT: Stack corruption detected|\*\*\* stack smashing detected/,
    explain: () => ({
      text: t("It was aborted because its stack was overwritten."),
      next: t("A C stub writes past the end of a local array."),
    }),
  },
  {
    pattern: /^((?:double free|corrupted |(?:free|malloc|realloc|munmap_chunk)\(\): ).+)/,
    explain: ([, words = ""]) => ({
      text: t("Its heap was corrupted: {0}.", words),
      next: t("A C stub writes past its memory or frees it twice: check your C stubs."),
    }),
  },
  {
    pattern: /^[^\s:]+: ([^\s:]+:\d+: [^:]+: Assertion `.+' failed)\.$/,
    explain: ([, words]) => ({
      text: t("It was aborted: {0}.", words),
      next: t("An assertion in C code failed at that line."),
    }),
  },
];
