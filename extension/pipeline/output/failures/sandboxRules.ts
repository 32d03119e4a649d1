import type { FailureAction, FailureRule } from "./failure.ts";
import { none } from "./failureActions.ts";
import { t } from "../../../protocol/l10n.ts";

const disableSandbox: FailureAction = {
  kind: "command",
  title: t("Disable opam Sandbox"),
  commandLine: "opam init --reinit --disable-sandboxing",
};

/**
 * Failures of the sandbox in which opam builds packages: bubblewrap on Linux (`bwrap`), sandbox-exec on macOS. What runs
 * inside prints its own messages, which are not about the sandbox.
 */
export const sandboxRules: readonly FailureRule[] = [
  {
    code: "sandbox-missing",
    pattern:
      /The 'bwrap' command was not found|\bbwrap["']?: (?:command )?not found|^ *-? *bwrap$|required for opam to operate: .*\bbwrap\b/,
    explain: () => ({
      message: t(
        "opam builds packages in a sandbox and needs the system package bubblewrap for it. Install it, then try again.",
      ),
      action: none,
    }),
  },
  {
    code: "sandbox-unusable",
    // opam quotes the line in its own error (`"bwrap: …"`), and prints the output of a package after `#` or `-`.
    pattern: /\bbwrap: (?!execvp )([^"]+)|(sandbox_apply: [^"]+)|Sandboxing is not working on your platform/,
    explain: ([reason]) => ({
      message: [
        reason === undefined
          ? t("opam can't use its sandbox on this computer.")
          : t(
              "opam can't use its sandbox on this computer: {0}.",
              reason.trim().replace(/\.$/, "").slice(0, 200),
            ),
        t(
          "Containers and AppArmor forbid it by default. Allow user namespaces for bubblewrap, or disable the sandbox if a container or virtual machine already protects your files.",
        ),
      ].join(" "),
      action: disableSandbox,
    }),
  },
];
