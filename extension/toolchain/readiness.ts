import { compareVersions } from "../mirage/version.ts";
import type { Detection, Detections } from "./detect.ts";
import type { Host } from "./host.ts";
import { targetDetails, type HostNeeds } from "../mirage/targetDetails.ts";
import { targetIds, targets, type TargetId } from "../mirage/targets.ts";
import { toolIds, type ToolId } from "../mirage/toolId.ts";
import type { SwitchChoice } from "./switches.ts";
import { tools } from "./tools.ts";
import { t } from "../protocol/l10n.ts";

/** `unknown`: it was found, but its version could not be read. */
export type ToolStatus = "ready" | "old" | "unknown" | "missing";

/** Whether a tool can be used. */
export function toolStatus(detection: Detection): ToolStatus {
  if (detection.kind === "missing") return "missing";
  const { minimum } = tools[detection.id];
  if (detection.version === undefined) return detection.note === undefined ? "ready" : "unknown";
  return minimum !== undefined && compareVersions(detection.version, minimum) < 0 ? "old" : "ready";
}

/** Whether something can be done; if not, the reasons, as phrases such as `solo5-hvt is missing`. */
export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

export interface TargetReadiness {
  readonly target: TargetId;
  readonly build: Readiness;
  readonly boot: Readiness;
  /** What may still fail, or what else to try. */
  readonly hints: readonly string[];
}

/** Whether a target can be built and booted on this computer with these tools. */
export function targetReadiness(id: TargetId, detections: Detections, host: Host): TargetReadiness {
  const { buildNeeds, bootNeeds } = targetDetails[id];
  const build = [
    ...hostReasons(buildNeeds.host, host),
    ...buildNeeds.tools.flatMap((tool) => toolReason([tool], detections)),
  ];
  const boot =
    targets[id].booter === undefined
      ? [t("it can't be booted from VS Code")]
      : [
          ...hostReasons(bootNeeds.host, host),
          ...bootNeeds.tools.flatMap((tool) => toolReason(forArchitecture(tool, host), detections)),
        ];
  return {
    target: id,
    build: { ready: build.length === 0, reasons: build },
    boot: { ready: boot.length === 0, reasons: boot },
    hints: kvmHints(id, host),
  };
}

/** All targets: first those that can be built and booted, then those that can only be built, then the others. */
export function targetsByReadiness(detections: Detections, host: Host): readonly TargetReadiness[] {
  const rank = ({ build, boot }: TargetReadiness) => (build.ready ? 0 : 2) + (boot.ready ? 0 : 1);
  return targetIds
    .map((id) => targetReadiness(id, detections, host))
    .sort((left, right) => rank(left) - rank(right));
}

/**
 * Groups targets under headings that say what this computer can do with them. Empty groups are left out. The headings
 * are short: a quick pick cuts the details of the first target of a group by their length.
 */
export function groupByReadiness(
  sorted: readonly TargetReadiness[],
): readonly { readonly label: string; readonly targets: readonly TargetReadiness[] }[] {
  const groups = [
    {
      label: t("ready"),
      targets: sorted.filter(({ build, boot }) => build.ready && boot.ready),
    },
    {
      label: t("build only"),
      targets: sorted.filter(({ build, boot }) => build.ready && !boot.ready),
    },
    { label: t("not ready"), targets: sorted.filter(({ build }) => !build.ready) },
  ];
  return groups.filter(({ targets: some }) => some.length > 0);
}

/** An item of a picker of targets, or the heading of those that follow. */
export type TargetRow =
  | { readonly heading: string }
  | { readonly target: TargetId; readonly readiness: TargetReadiness | undefined };

/**
 * The rows of a picker of targets before it is shown: grouped under headings if the readiness is known, otherwise in the
 * order of `ids`.
 */
export function initialTargetRows(
  ids: readonly TargetId[],
  known: readonly TargetReadiness[] | undefined,
): readonly TargetRow[] {
  const sorted = (known ?? []).filter(({ target }) => ids.includes(target));
  if (sorted.length < ids.length) return ids.map((target) => ({ target, readiness: undefined }));
  return groupByReadiness(sorted).flatMap(({ label, targets: some }): TargetRow[] => [
    { heading: label },
    ...some.map((readiness) => ({ target: readiness.target, readiness })),
  ]);
}

/** The same rows with the readiness of their targets. No row moves: the user may be about to click one. */
export const withReadiness = (
  rows: readonly TargetRow[],
  known: readonly TargetReadiness[],
): readonly TargetRow[] =>
  rows.map((row) =>
    "heading" in row
      ? row
      : { target: row.target, readiness: known.find(({ target }) => target === row.target) },
  );

function toolReason(alternatives: readonly ToolId[], detections: Detections): string[] {
  const statuses = alternatives.map((id) => toolStatus(detections[id]));
  if (statuses.some((status) => status === "ready" || status === "unknown")) return [];
  const old = alternatives[statuses.indexOf("old")];
  if (old === undefined) return [t("{0} is missing", alternatives.join(t(" or ")))];
  const detection = detections[old];
  const version = detection.kind === "found" ? (detection.version ?? "") : "";
  return [t("{0} {1} is older than {2}", old, version, tools[old].minimum ?? "")];
}

/** Picks the QEMU for the architecture of this computer. */
export function forArchitecture(alternatives: readonly ToolId[], host: Host): readonly ToolId[] {
  const qemu = qemuFor(host.arch);
  return alternatives.every((id) => id.startsWith("qemu-")) ? [qemu] : alternatives;
}

/** The QEMU that boots images which were built on this architecture. */
export function qemuFor(arch: NodeJS.Architecture): "qemu-system-x86_64" | "qemu-system-aarch64" {
  return arch === "arm64" ? "qemu-system-aarch64" : "qemu-system-x86_64";
}

/** What is set up. Each is the context key `mirageos.NAME` that completes a step of the walkthrough. */
export interface BasicsReady {
  readonly opamReady: boolean;
  readonly mirageReady: boolean;
  readonly setupReady: boolean;
}

/** Whether there is an opam switch with a compiler, whether mirage is ready, and whether every essential tool is. */
export function basicsReady(choice: Pick<SwitchChoice, "kind">, detections: Detections): BasicsReady {
  const has = (...ids: readonly ToolId[]) => ids.every((id) => toolReason([id], detections).length === 0);
  const setupReady = toolIds.every((id) => !tools[id].essential || has(id));
  return {
    // The system's compiler does not count: opam cannot install packages for it.
    opamReady: setupReady || (choice.kind === "opam" && has("opam", "ocaml")),
    mirageReady: has("mirage", "opam-monorepo"),
    setupReady,
  };
}

const systems: Partial<Record<NodeJS.Platform, string>> = {
  linux: t("Linux"),
  darwin: "macOS",
  freebsd: "FreeBSD",
  openbsd: "OpenBSD",
};

/** The reasons why this host does not meet the needs, as phrases; empty if it does. */
export function hostReasons(needs: HostNeeds, host: Host): string[] {
  if (needs.platforms.length > 0 && !needs.platforms.includes(host.platform)) {
    return [
      t("it needs {0}", needs.platforms.map((platform) => systems[platform] ?? platform).join(t(" or "))),
    ];
  }
  if (needs.architectures.length > 0 && !needs.architectures.includes(host.arch)) {
    return [
      t(
        "it needs {0}",
        needs.architectures.map((arch) => (arch === "x64" ? "x86-64" : arch)).join(t(" or ")),
      ),
    ];
  }
  if (needs.kvm !== "required" || host.platform !== "linux" || host.kvm === "ok") return [];
  return [host.kvm === "denied" ? t("no permission to use /dev/kvm") : t("this computer has no /dev/kvm")];
}

function kvmHints(id: TargetId, host: Host): string[] {
  const { kvm, platforms } = targetDetails[id].bootNeeds.host;
  if (kvm === "unused" || host.platform !== "linux") return [];
  if (platforms.length > 0 && !platforms.includes(host.platform)) return [];
  if (kvm === "faster") return host.kvm === "ok" ? [] : [t("without KVM it is emulated, which is slow")];
  const instead = id === "hvt" ? t("; the target spt needs no KVM") : "";
  if (host.kvm !== "ok") return instead === "" ? [] : [t("the target spt needs no KVM")];
  const nested = host.wsl || host.container;
  return nested ? [t("KVM can still fail inside a container or a virtual machine{0}", instead)] : [];
}
