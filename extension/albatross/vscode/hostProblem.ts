import type { Problem } from "../../platform/errors.ts";
import { t } from "../../protocol/l10n.ts";
import { describeHostProblem, problemOf } from "../client/hostError.ts";

/** The problem behind an error of a host, with the name of the host. `HostProblem` is the catalogue. */
export function hostFailed(host: string, error: unknown): Problem {
  const problem = problemOf(error);
  const passphrase = { title: t("Enter Passphrase"), command: "mirageos.hostPassphrase", args: [{ host }] };
  const showHosts = { title: t("Show Hosts"), command: "mirageos.hosts.focus" };
  return {
    code: `host-${problem.kind}`,
    message: `${host}: ${describeHostProblem(problem)}`,
    actions: [problem.kind === "passphraseNeeded" ? passphrase : showHosts],
  };
}
