import { targetDetails } from "../mirage/targetDetails.ts";
import { hostTarget, targetIds, targets, type TargetId } from "../mirage/targets.ts";
import type { Detection, Detections } from "./detect.ts";
import type { Host } from "./host.ts";
import { targetReadiness } from "./readiness.ts";
import { tools } from "./tools.ts";

/** Why a target can't be built or booted here, and the target to use instead. */
export interface TargetObstacle {
  readonly target: TargetId;
  /** `boot`: an image can be built, but it can't be booted. */
  readonly action: "build" | "boot";
  /** Phrases such as `this computer has no /dev/kvm`; see `Readiness`. */
  readonly reasons: readonly string[];
  /** The most similar target that can be built and booted here; undefined if there is none. */
  readonly instead: TargetId | undefined;
  /** Whether /dev/kvm exists and the user lacks the permission to use it. */
  readonly kvmDenied: boolean;
  /** Whether a tool is the reason, so that the result depends on the detections. */
  readonly needsTools: boolean;
}

/** What is planned for the target. */
export interface TargetUse {
  /** Whether an image is built. The compiler is not needed to boot one that exists. */
  readonly builds: boolean;
  /** Whether an image is booted, after it has been built if that is planned. */
  readonly boots: boolean;
  /** Whether dependencies can still be installed before the build, among them packages with missing tools. */
  readonly installs: boolean;
}

/**
 * Whether anything is known to prevent a use of the target. The tools that every target needs are not checked: the
 * step that uses one reports it, and a unikernel whose dependencies have been fetched is built without opam.
 */
export function findTargetObstacle(
  target: TargetId,
  detections: Detections,
  host: Host,
  use: TargetUse,
): TargetObstacle | undefined {
  const found = reasonsOf(target, assumeFound(detections, use.installs), host, use);
  if (!found) return undefined;
  const everything = assumeFound(detections, true, true);
  const needsTools = reasonsOf(target, everything, host, use) === undefined;
  return {
    target,
    ...found,
    // The tools of another target may be installed with its dependencies, but not those that are missing now.
    instead: similarTarget(target, detections, host, !needsTools),
    kvmDenied: targetDetails[target].bootNeeds.host.kvm === "required" && host.kvm === "denied",
    needsTools,
  };
}

/** Whether the readiness of a target depends on more than the tools that every target needs. */
export const needsTargetCheck = (target: TargetId): boolean => {
  const { buildNeeds, bootNeeds } = targetDetails[target];
  const { platforms, architectures } = buildNeeds.host;
  const isSpecial = buildNeeds.tools.some((id) => !tools[id].essential) || bootNeeds.tools.length > 0;
  return (
    targets[target].booter === undefined || isSpecial || platforms.length > 0 || architectures.length > 0
  );
};

type Actions = Pick<TargetUse, "builds" | "boots">;

function reasonsOf(target: TargetId, detections: Detections, host: Host, { builds, boots }: Actions) {
  const { build, boot } = targetReadiness(target, detections, host);
  if (builds && !build.ready) return { action: "build", reasons: build.reasons } as const;
  if (boots && !boot.ready) return { action: "boot", reasons: boot.reasons } as const;
  return undefined;
}

/** Replaces the detections of tools that must not prevent a build. */
function assumeFound(detections: Detections, installs: boolean, all = false): Detections {
  const assumed = Object.values(detections).map((detection): Detection => {
    const { id, kind, late } = detection;
    const isInstalled = installs && tools[id].opamPackages !== undefined;
    // A tool that is old or did not answer in time may still do what is needed.
    const isUsable = kind === "found" || late === true || tools[id].essential;
    return all || isInstalled || isUsable ? { id, kind: "found", path: id, version: undefined } : detection;
  });
  return Object.fromEntries(assumed.map((each) => [each.id, each])) as Record<Detection["id"], Detection>;
}

/** The target that can be built and booted here and whose images are most like those of the target. */
function similarTarget(
  target: TargetId,
  detections: Detections,
  host: Host,
  canInstall: boolean,
): TargetId | undefined {
  const isReady = (id: TargetId, installs: boolean) =>
    reasonsOf(id, assumeFound(detections, installs), host, { builds: true, boots: true }) === undefined;
  const others = targetIds.filter((id) => id !== target && isReady(id, canInstall));
  // Images of one dune context are built with the same compiler, and those of one family have the same devices.
  const rank = (id: TargetId) =>
    [
      targets[id].family !== targets[target].family,
      targets[id].context !== targets[target].context,
      !isReady(id, false),
      // What may still fail or is slow comes after what works, such as hvt in a container after spt.
      targetReadiness(id, detections, host).hints.length > 0,
      id !== hostTarget(host.platform),
    ].reduce((sum, differs) => 2 * sum + Number(differs), 0);
  return others.toSorted((left, right) => rank(left) - rank(right))[0];
}
