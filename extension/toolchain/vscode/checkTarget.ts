import type { TargetId } from "../../mirage/targets.ts";
import { readHost } from "../host.ts";
import { findTargetObstacle, needsTargetCheck, type TargetObstacle, type TargetUse } from "../targetCheck.ts";
import type { ToolchainScope } from "../toolchainScope.ts";
import type { Toolchain } from "./toolchain.ts";

/**
 * Returns what prevents a use of the target on this computer, or undefined if nothing is known to. Never rejects: the
 * steps report an environment that can't be read.
 */
export async function checkTarget(
  toolchain: Toolchain,
  scope: ToolchainScope,
  target: TargetId,
  use: TargetUse,
): Promise<TargetObstacle | undefined> {
  // Detecting tools takes time that a build for unix does not need.
  if (!needsTargetCheck(target)) return undefined;
  const host = await readHost();
  const check = async () => findTargetObstacle(target, await toolchain.detections(scope), host, use);
  try {
    const found = await check();
    if (!found?.needsTools) return found;
    // The tool may have been installed since it was searched for.
    toolchain.refresh();
    return await check();
  } catch {
    return undefined;
  }
}
