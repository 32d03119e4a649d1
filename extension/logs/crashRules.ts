import { launch, type Rule, type Said } from "./crashRule.ts";
import { deviceRules } from "./deviceRules.ts";
import { hostRules } from "./hostRules.ts";
import type { LogRecord } from "./model.ts";
import { t } from "../platform/l10n.ts";

const moreMemory: Said = {
  text: t("It ran out of memory."),
  next: t(
    'Give it more memory: "memory" in launch.json, in MB (a unikernel under Solo5 needs 16 MB or more).',
  ),
  actions: launch,
};
/** What is said of memory, stack and ports, of the host's memory first. */
const guestRules: readonly Rule[] = [
  {
    pattern:
      /Error allocating guest memory|cannot set up guest memory|Failed allocation for dom |xc_dom_boot_mem_init|failed to free memory for the domain|memory size \d+ bytes exceeds|spt_init: Assertion .{0,20}mem_size/,
    explain: () => ({
      text: t("It is to have more memory than this computer or its tender can give."),
      next: t('Lower "memory" in launch.json, in MB.'),
      actions: launch,
    }),
  },
  {
    pattern:
      /exception (?:Stdlib\.)?Out[ _]of[ _]memory|Fatal error: (?:out of memory|allocation failure|No memory for )|Cannot handle page request order |Not enough (?:heap )?memory|falls outside of valid range|e_entry does not fall within the memory|cannot allocate memory/i,
    explain: (_, target) =>
      target === "unix" || target === "macosx"
        ? {
            text: t("It ran out of memory."),
            next: t("Look for what it keeps or asks for at once: this computer gave it no more."),
          }
        : moreMemory,
  },
  {
    pattern: /Invalid_argument\("Called too early\. Please delay this call/,
    explain: () => ({
      text: t("A boot argument was read before the unikernel started."),
      next: t(
        "Read it within start: what Mirage_runtime.register_arg gives is a function to be called there.",
      ),
    }),
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
    pattern: /exception (?:Stdlib\.)?Effect\.Unhandled\((.{1,200}?)\)?$/,
    explain: ([, effect = ""]) => ({
      text: t("It performed the effect {0} where nothing handles it.", effect.replaceAll("Dune__exe__", "")),
      next: t("Run this code within the main loop of its library, such as Eio_main.run or Miou.run."),
    }),
  },
  {
    pattern: /^STUB: abort: (\w+)\(\) called/,
    explain: ([, name]) => ({
      text: t("It called the C function {0}, which Solo5's C library does not have.", name),
      next: t("Look for the C stub or library that calls it: it cannot be used on this target."),
    }),
  },
  {
    pattern: /Unix_error\((?:Unix\.)?(?:EACCES|EPERM|1|13), "bind"/,
    logged: true,
    explain: () => ({
      text: t("It may not listen on its port: those below 1024 are for root."),
      next: t('Give it another port, in "args" of launch.json or in config.ml.'),
      actions: launch,
    }),
  },
  {
    pattern:
      /Unix_error\((?:Unix\.)?(?:EADDRINUSE|98|48), "bind"|\b(?:bind|listen)\b.{0,80}Address already in use/,
    logged: true,
    explain: () => ({
      text: t("Its port is taken by another program."),
      next: t("Stop that program, perhaps an earlier run, or give it another port."),
      actions: launch,
    }),
  },
  {
    pattern: /ABORT: Stack corruption detected|\*\*\* stack smashing detected/,
    explain: () => ({
      text: t("It was aborted: its stack was overwritten."),
      next: t("A C stub writes past the end of a local array."),
    }),
  },
  {
    pattern: /^((?:double free|corrupted |(?:free|malloc|realloc|munmap_chunk)\(\): ).+)/,
    explain: ([, words = ""]) => ({
      text: t("Its heap was damaged: {0}.", words),
      next: t("A C stub writes past its memory or frees it twice: look at C stubs."),
    }),
  },
  {
    pattern: /^[^\s:]+: ([^\s:]+:\d+: [^:]+: Assertion `.+' failed)\.$/,
    explain: ([, words]) => ({
      text: t("It was aborted: {0}.", words),
      next: t("A check in C code failed, at the place named."),
    }),
  },
];

const rules: readonly Rule[] = [...guestRules, ...deviceRules, ...hostRules];

/** What a record says of a failure, where a rule knows it. */
export function ruleFor(
  { kind, message }: Pick<LogRecord, "kind" | "message">,
  target: string,
): Said | undefined {
  for (const { pattern, logged = false, explain } of rules) {
    const match = kind !== "log" || logged ? pattern.exec(message.slice(0, 4096)) : undefined;
    if (match) return explain(match, target);
  }
  return undefined;
}
