import * as vscode from "vscode";
import { ProblemError } from "../../platform/errors.ts";
import { projectFor } from "../../project/vscode/pick.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { readHost } from "../host.ts";
import { targetsByReadiness, type TargetReadiness } from "../readiness.ts";
import { targetIds, targets, type TargetId } from "../targets.ts";
import type { Toolchain } from "./toolchain.ts";
import { t } from "../../platform/l10n.ts";

type Item = vscode.QuickPickItem & { readonly target?: TargetId };

/**
 * Asks for a unikernel's target. The list is there at once; what is ready and why the others are
 * not is filled in when the tools have answered.
 */
export async function selectTarget(
  projects: Projects,
  toolchain: Toolchain,
  invokedOn: unknown,
): Promise<TargetId | undefined> {
  const project = await projectFor(projects, invokedOn);
  if (!project) return undefined;
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = t("Select Target: {0}", project.name);
  picker.placeholder = t("What the unikernel is built for");
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.items = targetIds.map((id) => itemOf(id, project));
  picker.busy = true;
  picker.show();
  void withReadiness(project, toolchain)
    .then((items) => {
      // Keep what the user has moved to, though the order changes below the cursor.
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

async function withReadiness(project: Project, toolchain: Toolchain): Promise<Item[]> {
  const [detections, host] = await Promise.all([toolchain.detections(project), readHost()]);
  const sorted = targetsByReadiness(detections, host);
  const group = (label: string, some: readonly TargetReadiness[]): Item[] =>
    some.length === 0
      ? []
      : [
          { label, kind: vscode.QuickPickItemKind.Separator },
          ...some.map((readiness) => itemOf(readiness.target, project, readiness)),
        ];
  return [
    ...group(
      "ready",
      sorted.filter(({ build, boot }) => build.ready && boot.ready),
    ),
    ...group(
      t("builds, but does not boot here"),
      sorted.filter(({ build, boot }) => build.ready && !boot.ready),
    ),
    ...group(
      t("not ready"),
      sorted.filter(({ build }) => !build.ready),
    ),
  ];
}

function itemOf(id: TargetId, project: Project, readiness?: TargetReadiness): Item {
  const reasons = readiness ? [...readiness.build.reasons, ...readiness.boot.reasons] : [];
  const marks = [
    targets[id].label,
    id === project.target ? "selected" : "",
    id === project.state.configured?.target ? "configured" : "",
  ];
  return {
    target: id,
    label: id,
    description: marks.filter((mark) => mark !== "").join(" · "),
    detail: [...new Set([...reasons, ...(readiness?.hints ?? [])])].join("; ") || targets[id].documentation,
    iconPath: new vscode.ThemeIcon(iconOf(readiness)),
  };
}

function iconOf(readiness: TargetReadiness | undefined): string {
  if (!readiness) return "server-environment";
  if (!readiness.build.ready) return "circle-slash";
  return readiness.boot.ready ? "pass" : "tools";
}
