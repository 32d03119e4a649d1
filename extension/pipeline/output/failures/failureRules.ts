import { buildRules } from "./buildRules.ts";
import { configureRules } from "./configureRules.ts";
import { dependencyRules } from "./dependencyRules.ts";
import type { FailureRule } from "./failure.ts";
import { configure, none } from "./failureActions.ts";
import { sandboxRules } from "./sandboxRules.ts";
import { systemPackageRules } from "./systemPackages.ts";
import { t } from "../../../protocol/l10n.ts";

/** States of the project in which make cannot run a step. */
const stateRules: readonly FailureRule[] = [
  {
    code: "lock-missing",
    pattern:
      /No lockfile: try running|No rule to make target '[^']*\.opam\.locked'|\.opam\.locked: No such file/,
    explain: () => ({
      message: t("This target has no lock file. Run Lock first."),
      action: { kind: "step", step: "lock" },
    }),
  },
  {
    code: "not-configured",
    // Without a Makefile, make knows no target. With a Makefile for another target, the opam file is missing.
    pattern:
      /^Error: Don't know how to build \.\/dist|No rule to make target '(?:build|lock|pull|install-switch|depends?|[^']*\.opam)'/,
    explain: (_, { target }) => ({
      message: t("The project is not configured for {0}.", target),
      action: configure,
    }),
  },
];

/** Failures of the system, which other messages often follow from. */
const systemRules: readonly FailureRule[] = [
  {
    code: "out-of-memory",
    pattern: /Command got signal KILL|^Killed$|\*\*\* .* Killed$/,
    explain: () => ({
      message: t("The system killed a program, probably because memory ran out."),
      action: none,
    }),
  },
  {
    code: "image-busy",
    // Linux does not allow writing to a running program, and older versions of dune overwrite the file in place.
    pattern: /Text file busy$/,
    explain: () => ({
      message: t("The image can't be replaced while the unikernel is running. Stop it, then build again."),
      action: none,
    }),
  },
  {
    code: "not-writable",
    pattern: /(?:Permission denied|Operation not permitted|Read-only file system)$/,
    explain: (_, { root }) => ({
      message: t("Could not write a file. Check that you have permission to write in {0}.", root),
      action: none,
    }),
  },
];

/** The first rule of this list that matched any message gives the hint, so causes come before their consequences. */
export const failureRules: readonly FailureRule[] = [
  ...sandboxRules,
  ...systemPackageRules,
  ...dependencyRules,
  ...buildRules,
  ...stateRules,
  ...configureRules,
  ...systemRules,
];
