import { launchActions, type CrashRule, type FailureExplanation } from "./crashExplanation.ts";
import { t } from "../../protocol/l10n.ts";

const moreMemory: FailureExplanation = {
  text: t("It ran out of memory."),
  next: t(
    'Give it more memory: "memory" in launch.json, in MB (a unikernel under Solo5 needs 16 MB or more).',
  ),
  actions: launchActions,
};

/** Rules about a lack of memory: first that of this computer, then that of the unikernel. */
export const memoryRules: readonly CrashRule[] = [
  {
    pattern:
      /Error allocating guest memory|cannot set up guest memory|Failed allocation for dom |xc_dom_boot_mem_init|failed to free memory for the domain|memory size \d+ bytes exceeds|spt_init: Assertion .{0,20}mem_size/,
    explain: () => ({
      text: t("It asks for more memory than this computer or the tender can provide."),
      next: t('Lower "memory" in launch.json, in MB.'),
      actions: launchActions,
    }),
  },
  {
    pattern:
      /exception (?:Stdlib\.)?Out[ _]of[ _]memory|Fatal error: (?:out of memory|allocation failure|No memory for )|Cannot handle page request order |Not enough (?:heap )?memory|falls outside of valid range|e_entry does not fall within the memory|cannot allocate memory/i,
    explain: (_, target) =>
      target === "unix" || target === "macosx"
        ? {
            text: t("It ran out of memory."),
            next: t(
              "Check what it keeps in memory or allocates at once; the system refused to give it more.",
            ),
          }
        : moreMemory,
  },
];
