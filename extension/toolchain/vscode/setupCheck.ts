import { homedir } from "node:os";
import { basename } from "node:path";
import type { DoctorView } from "../../protocol/doctor.ts";
import { checkSetup, ProblemError, type ProblemAction } from "../../platform/errors.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { hostTarget, type TargetId } from "../../mirage/targets.ts";
import { doctorReport, type DoctorReport } from "../doctor.ts";
import { readHost } from "../host.ts";
import { defaultScope, type Toolchain } from "./toolchain.ts";
import type { ToolchainScope } from "../toolchainScope.ts";
import { t } from "../../protocol/l10n.ts";

/** The unikernel or folder whose setup is checked. */
export interface CheckedScope {
  readonly scope: ToolchainScope;
  /** Name to display, such as `the unikernel hello` or `the folder tutorial`. */
  readonly name: string;
  /** The targets that are selected for unikernels of the workspace, or the default one. */
  readonly targets: readonly TargetId[];
}

/** The selected unikernel, otherwise the first workspace folder, otherwise the home folder. */
export function checkedScope(projects: Projects): CheckedScope {
  const project = projects.selected();
  const selected = new Set(projects.all().map(({ target }) => target));
  const targets = selected.size > 0 ? [...selected] : [hostTarget(process.platform)];
  if (project) return { scope: project, name: t("the unikernel {0}", project.name), targets };
  const home = homedir();
  const scope = defaultScope(home);
  const name =
    scope.root === home ? t("this computer (no folder is open)") : t("the folder {0}", basename(scope.root));
  return { scope, name, targets };
}

/** Detects every tool. Rejects with a ProblemError if the environment cannot be read. */
export async function checkTools(
  { scope, targets }: Pick<CheckedScope, "scope" | "targets">,
  toolchain: Toolchain,
): Promise<DoctorReport> {
  const reading = toolchain.environment(scope);
  const [environment, detections, host, hostLines] = await Promise.all([
    reading,
    toolchain.detections(scope),
    readHost(),
    // They may start a program, which Restricted Mode forbids: the environment rejects there.
    reading.then(() => toolchain.hostLines(targets)),
  ]);
  const { choice, label } = environment;
  return doctorReport({
    detections,
    host,
    environment: { label, why: choice.why },
    targets,
    hostLines,
    ...(choice.kind === "opam" && { opamSwitch: choice.switch }),
  });
}

/** The panel's view of a report. It shows command lines but cannot run them. */
export function reportView(subject: string, report: DoctorReport): DoctorView {
  const lines = report.lines.map(({ fix, ...line }) => ({
    ...line,
    fix: fix && { title: fix.title, commandLine: "commandLine" in fix ? fix.commandLine : undefined },
  }));
  return { kind: "report", subject, lines };
}

/** The panel's view of a failed check, and what its buttons do. */
export function problemView(error: unknown): {
  readonly view: DoctorView;
  readonly actions: readonly ProblemAction[];
} {
  if (!(error instanceof ProblemError)) {
    const message = t(
      "Could not check the setup: {0}",
      error instanceof Error ? error.message : String(error),
    );
    const actions = [{ title: t("Show Log"), command: "mirageos.showLog" }];
    return { view: { kind: "failed", message, actions: actions.map(({ title }) => title) }, actions };
  }
  const { code, message, actions: offered } = error.problem;
  // The panel has its own button to check again.
  const actions = offered.filter((action) => action !== checkSetup);
  const kind = code === "untrusted" ? "restricted" : "failed";
  return { view: { kind, message, actions: actions.map(({ title }) => title) }, actions };
}
