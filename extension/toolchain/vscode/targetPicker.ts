import * as vscode from "vscode";
import { ProblemError } from "../../platform/errors.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { readHost } from "../host.ts";
import { groupByReadiness, targetsByReadiness, type TargetReadiness } from "../readiness.ts";
import { targetDetails } from "../../mirage/targetDetails.ts";
import { targetIds, targets, type TargetId } from "../../mirage/targets.ts";
import type { Toolchain } from "./toolchain.ts";
import { t } from "../../protocol/l10n.ts";

type TargetItem = vscode.QuickPickItem & { readonly target?: TargetId };

/**
 * Shows a picker of a unikernel's targets. The list appears at once; which targets are ready, and why the
 * others are not, is filled in when the tools have been detected.
 */
export async function selectTarget(
  projects: Projects,
  toolchain: Toolchain,
  invokedOn: unknown,
): Promise<TargetId | undefined> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return undefined;
  const picker = vscode.window.createQuickPick<TargetItem>();
  picker.title = t("Select Target: {0}", project.name);
  picker.placeholder = t("Choose the target to build the unikernel for");
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = targetIds.map((id) => itemOf(id, project));
  picker.busy = true;
  picker.show();
  void withReadiness(project, toolchain)
    .then((items) => {
      // Keep the item that the user has moved to, although the order changes.
      const active = picker.activeItems[0]?.target;
      picker.items = items;
      const same = items.find(({ target }) => target !== undefined && target === active);
      if (same) picker.activeItems = [same];
    })
    .catch((error: unknown) => {
      picker.placeholder = error instanceof ProblemError ? error.problem.message : String(error);
    })
    .finally(() => {
      picker.busy = false;
    });
  const chosen = await new Promise<TargetId | undefined>((resolve) => {
    picker.onDidAccept(() => resolve(picker.selectedItems[0]?.target));
    picker.onDidHide(() => resolve(undefined));
  });
  picker.dispose();
  if (chosen) {
    await projects.setTarget(project.id, chosen);
    await projects.select(project.id);
  }
  return chosen;
}

async function withReadiness(project: Project, toolchain: Toolchain): Promise<TargetItem[]> {
  const [detections, host] = await Promise.all([toolchain.detections(project), readHost()]);
  return groupByReadiness(targetsByReadiness(detections, host)).flatMap(({ label, targets: some }) => [
    { label, kind: vscode.QuickPickItemKind.Separator },
    ...some.map((readiness) => itemOf(readiness.target, project, readiness)),
  ]);
}

function itemOf(id: TargetId, project: Project, readiness?: TargetReadiness): TargetItem {
  const marks = [
    targets[id].label,
    id === project.target ? t("selected") : "",
    id === project.state.configured?.target ? t("configured") : "",
  ];
  return {
    target: id,
    label: id,
    description: marks.filter((mark) => mark !== "").join(" · "),
    detail: readinessText(id, readiness),
    iconPath: readinessIcon(readiness),
  };
}

/** What keeps a target from being built or booted on this computer, or else what it is. */
export function readinessText(id: TargetId, readiness: TargetReadiness | undefined): string {
  const reasons = readiness ? [...readiness.build.reasons, ...readiness.boot.reasons] : [];
  return (
    [...new Set([...reasons, ...(readiness?.hints ?? [])])].join("; ") || targetDetails[id].documentation
  );
}

/** The icon of a target in a picker: whether it can be built and booted, if that is known. */
export function readinessIcon(readiness: TargetReadiness | undefined): vscode.ThemeIcon {
  if (!readiness) return new vscode.ThemeIcon("server-environment");
  if (!readiness.build.ready) return new vscode.ThemeIcon("circle-slash");
  return new vscode.ThemeIcon(readiness.boot.ready ? "pass" : "tools");
}
