import { homedir } from "node:os";
import { basename } from "node:path";
import type { DoctorView } from "../../../webviews/doctor/messages.ts";
import { checkSetup, ProblemError, type Action } from "../../platform/errors.ts";
import type { Projects } from "../../project/vscode/projects.ts";
import { doctorReport, type DoctorReport } from "../doctor.ts";
import { readHost } from "../host.ts";
import { defaultPlace, type Place, type Toolchain } from "./toolchain.ts";
import { t } from "../../platform/l10n.ts";

/** Whose setup is checked: the selected unikernel's, else the first workspace folder's. */
export interface Subject {
  readonly place: Place;
  /** Such as `the unikernel hello` or `the folder tutorial`. */
  readonly name: string;
}

export function subjectOf(projects: Projects): Subject {
  const project = projects.selected();
  if (project) return { place: project, name: t("the unikernel {0}", project.name) };
  const home = homedir();
  const place = defaultPlace(home);
  const name =
    place.root === home ? t("this computer (no folder is open)") : t("the folder {0}", basename(place.root));
  return { place, name };
}

/** Asks every tool. Rejects with a ProblemError when the environment cannot be read. */
export async function checkTools(place: Place, toolchain: Toolchain): Promise<DoctorReport> {
  const [environment, detections, host] = await Promise.all([
    toolchain.environment(place),
    toolchain.detections(place),
    readHost(),
  ]);
  const { choice, label } = environment;
  return doctorReport({
    detections,
    host,
    environment: { label, why: choice.why },
    ...(choice.kind === "opam" && { opamSwitch: choice.switch }),
  });
}

/** What the panel is given of a report: nothing that could be run. */
export function reportView(subject: string, report: DoctorReport): DoctorView {
  const lines = report.lines.map(({ fix, ...line }) => ({
    ...line,
    mend: fix && { title: fix.title, commandLine: "commandLine" in fix ? fix.commandLine : undefined },
  }));
  return { kind: "report", subject, lines };
}

/** What the panel shows when there is no report, and what its buttons do. */
export function problemView(error: unknown): {
  readonly view: DoctorView;
  readonly actions: readonly Action[];
} {
  if (!(error instanceof ProblemError)) {
    const message = t(
      "The setup could not be checked: {0}",
      error instanceof Error ? error.message : String(error),
    );
    const actions = [{ title: t("Show Log"), command: "mirageos.showLog" }];
    return { view: { kind: "failed", message, actions: actions.map(({ title }) => title) }, actions };
  }
  const { code, message, actions: offered } = error.problem;
  // The panel is that check; its own button repeats it.
  const actions = offered.filter((action) => action !== checkSetup);
  const kind = code === "untrusted" ? "restricted" : "failed";
  return { view: { kind, message, actions: actions.map(({ title }) => title) }, actions };
}
