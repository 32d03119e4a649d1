import type { Problem } from "../../platform/errors.ts";
import { t } from "../../protocol/l10n.ts";
import { describeHostProblem, problemOf } from "../client/hostError.ts";

const showHosts = { title: t("Show Hosts"), command: "mirageos.hosts.focus" };

/** A problem of several hosts or unikernels. */
export const hostsFailed = (message: string): Problem => ({ code: "hosts", message, actions: [showHosts] });

/** The problem behind an error of a host, with the name of the host. `HostProblem` is the catalogue. */
export function hostFailed(host: string, error: unknown): Problem {
  const problem = problemOf(error);
  const passphrase = { title: t("Enter Passphrase"), command: "mirageos.hostPassphrase", args: [{ host }] };
  return {
    code: `host-${problem.kind}`,
    message: `${host}: ${describeHostProblem(problem)}`,
    actions: [problem.kind === "passphraseNeeded" ? passphrase : showHosts],
  };
}
