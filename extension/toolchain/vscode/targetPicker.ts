import * as vscode from "vscode";
import { ProblemError } from "../../platform/errors.ts";
import { projectFor } from "../../project/vscode/pickProject.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import { readHost } from "../host.ts";
import {
  initialTargetRows,
  targetsByReadiness,
  withReadiness,
  type TargetReadiness,
  type TargetRow,
} from "../readiness.ts";
import type { ToolchainScope } from "../toolchainScope.ts";
import { targetDetails } from "../../mirage/targetDetails.ts";
import { targetIds, targets, type TargetId } from "../../mirage/targets.ts";
import type { Toolchain } from "./toolchain.ts";
import { t } from "../../protocol/l10n.ts";
import { withinTime } from "../../platform/withinTime.ts";

type TargetItem = vscode.QuickPickItem & { readonly target?: TargetId };

/** How long a picker waits for tools that are being detected before it shows targets without their readiness. */
const readinessMs = 250;

/**
 * Shows a picker of a unikernel's targets, grouped by what this computer can do with them. While the tools are still being
 * detected, the list is not grouped, and what is missing is added to its rows.
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
  const itemsOf = (rows: readonly TargetRow[]) => rows.map((row) => itemOf(row, project));
  const readiness = readReadiness(project, toolchain);
  const rows = initialTargetRows(targetIds, await readinessInTime(readiness));
  picker.items = itemsOf(rows);
  picker.busy = true;
  picker.show();
  void readiness
    .then((known) => {
      const active = picker.activeItems[0]?.target;
      picker.items = itemsOf(withReadiness(rows, known));
      const same = picker.items.find(({ target }) => target !== undefined && target === active);
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

/** The readiness of all targets with the tools of a scope. Rejects with a ProblemError if the tools are unknown. */
export async function readReadiness(
  scope: ToolchainScope,
  toolchain: Toolchain,
): Promise<readonly TargetReadiness[]> {
  const [detections, host] = await Promise.all([toolchain.detections(scope), readHost()]);
  return targetsByReadiness(detections, host);
}

/** The readiness if it is known by the time at which a picker must be shown. Never rejects. */
export async function readinessInTime(
  readiness: Promise<readonly TargetReadiness[]>,
): Promise<readonly TargetReadiness[] | undefined> {
  return withinTime(
    readinessMs,
    readiness.catch(() => undefined),
  );
}

function itemOf(row: TargetRow, project: Project): TargetItem {
  if ("heading" in row) return { label: row.heading, kind: vscode.QuickPickItemKind.Separator };
  const { target: id, readiness } = row;
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
