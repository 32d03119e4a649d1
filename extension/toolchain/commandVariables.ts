import { join } from "node:path";
import { targetDetails } from "../mirage/targetDetails.ts";
import { artifactOf, isFileName, isTarget, targets, type TargetId } from "../mirage/targets.ts";
import type { Unikernel, ProjectState } from "../project/model.ts";
import { t } from "../protocol/l10n.ts";
import type { ToolId } from "../mirage/toolId.ts";

/** The unikernel that a variable is about. */
type VariableProject = Pick<Unikernel, "name" | "buildDir"> & {
  readonly state: Pick<ProjectState, "image" | "configured">;
};

/** The properties of a task or launch configuration that choose the unikernel and the target of its variables. */
export interface VariableChoice {
  readonly unikernel: string | undefined;
  readonly target: TargetId | undefined;
}

/** Reads the choice from the configuration that VS Code passes to the command of a variable. */
export function variableChoice(configuration: unknown): VariableChoice {
  const given = new Map<string, unknown>(
    typeof configuration === "object" && configuration !== null ? Object.entries(configuration) : [],
  );
  const [unikernel, target] = [given.get("unikernel"), given.get("target")];
  return {
    unikernel: typeof unikernel === "string" ? unikernel : undefined,
    target: typeof target === "string" && isTarget(target) ? target : undefined,
  };
}

/** The absolute path of the image for a target, also before it is built. Throws if the name can't be part of a path. */
export function imagePathFor({ name, buildDir, state }: VariableProject, target: TargetId): string {
  if (state.image && state.configured?.target === target) return state.image.path;
  if (!isFileName(name))
    throw new Error(t("The unikernel's name \"{0}\" can't be part of a file name.", name));
  return join(buildDir, artifactOf(target, name));
}

/** The absolute path of the device manifest that mirage configure writes. Throws if the target has none. */
export function manifestPathFor({ name, buildDir }: VariableProject, target: TargetId): string {
  if (targets[target].family !== "solo5")
    throw new Error(
      t("Only images for Solo5 have a manifest of devices, and {0} is built for {1}.", name, target),
    );
  return join(buildDir, "mirage", "manifest.json");
}

/**
 * The absolute path of the first program that boots images for a target. `find` resolves to the path of a tool. Rejects
 * with an Error if the target has no such program, or if it is missing.
 */
export async function tenderPathFor(
  target: TargetId,
  find: (tool: ToolId) => Promise<string | undefined>,
): Promise<string> {
  const tools = targetDetails[target].bootNeeds.tools.flat();
  if (tools.length === 0) throw new Error(t("Images for {0} are booted without a tender.", target));
  const paths = await Promise.all(tools.map(find));
  const found = paths.find((path) => path !== undefined);
  if (found === undefined)
    throw new Error(t("{0} was not found. Run MirageOS: Check Setup.", tools.join(", ")));
  return found;
}
