import type { Detection, Detections } from "./detect.ts";
import { shellCommand } from "../platform/shellQuote.ts";
import { describeHost, type Host } from "./host.ts";
import {
  forArchitecture,
  targetReadiness,
  toolStatus,
  type TargetReadiness,
  type ToolStatus,
} from "./readiness.ts";
import { targetDetails } from "../mirage/targetDetails.ts";
import { targetIds, targets, type TargetId } from "../mirage/targets.ts";
import { toolIds, type ToolId } from "../mirage/toolId.ts";
import { tools, type Tool } from "./tools.ts";
import { t } from "../protocol/l10n.ts";

/** The fix of a line: a command line for a terminal, a page to read, or a command of the extension. */
export type DoctorFix =
  | { readonly title: string; readonly commandLine: string }
  | { readonly title: string; readonly url: string }
  | { readonly title: string; readonly command: string };

/** A compiler that ocaml-solo5 supports, which the newest one may not be. */
export const solo5Compiler = "5.4.1";

/** `limited`: it works in part, and `detail` says what works. */
export type DoctorStatus = ToolStatus | "limited";

export interface DoctorLine {
  readonly section: "environment" | "tools" | "targets";
  /** `environment`, `host`, `kvm`, `network`, the id of a tool, or the id of a target. */
  readonly id: string;
  readonly title: string;
  readonly status: DoctorStatus;
  readonly detail: string;
  /** Whether configuring and building require that this line is ready. */
  readonly essential: boolean;
  /** Whether it concerns the selected targets. The report shows other lines only on request. */
  readonly needed: boolean;
  readonly fix?: DoctorFix;
}

export interface DoctorReport {
  readonly lines: readonly DoctorLine[];
}

export interface DoctorInput {
  readonly detections: Detections;
  readonly host: Host;
  /** The label of the environment, and the reason why it was chosen. */
  readonly environment: { readonly label: string; readonly why: string };
  /** The opam switch that the command lines install into; absent for opam's current one. */
  readonly opamSwitch?: string;
  /** The targets that are selected for unikernels of the workspace. */
  readonly targets: readonly TargetId[];
  /** Lines about the host that another room makes. */
  readonly hostLines?: readonly DoctorLine[];
}

/** The tools that editing, building and booting for these targets requires on this host. */
function neededTools({ targets: selected, host }: DoctorInput): ReadonlySet<ToolId> {
  const ofTargets = selected.flatMap((id) => {
    const { buildNeeds, bootNeeds } = targetDetails[id];
    return [...buildNeeds.tools, ...bootNeeds.tools.flatMap((tool) => forArchitecture(tool, host))];
  });
  return new Set<ToolId>([...toolIds.filter((id) => tools[id].essential), "ocamllsp", ...ofTargets]);
}

/** Creates a report with one line each for the environment, the host, KVM on Linux, each tool and each target. */
export function doctorReport(input: DoctorInput): DoctorReport {
  const { detections, host } = input;
  const needed = neededTools(input);
  return {
    lines: [
      {
        section: "environment",
        id: "environment",
        title: t("Environment"),
        status: "ready",
        detail: `${input.environment.label} (${input.environment.why})`,
        essential: true,
        needed: true,
        fix: { title: t("Select Switch"), command: "mirageos.selectSwitch" },
      },
      {
        section: "environment",
        id: "host",
        title: t("Host"),
        status: "ready",
        detail: describeHost(host),
        essential: true,
        needed: true,
      },
      ...kvmLine(input),
      ...(input.hostLines ?? []),
      ...toolIds.map((id) => ({
        ...toolLine(tools[id], detections[id], input),
        needed: needed.has(id),
      })),
      ...targetIds.map((id) => targetLine(targetReadiness(id, detections, host), input)),
    ],
  };
}

function kvmLine({ host, targets: selected }: DoctorInput): DoctorLine[] {
  if (host.platform !== "linux") return [];
  const needed = selected.some((id) => targetDetails[id].bootNeeds.host.kvm !== "unused");
  const line = { section: "environment", id: "kvm", title: "KVM", essential: false, needed } as const;
  const spt: DoctorFix = { title: t("Select Target"), command: "mirageos.selectTarget" };
  switch (host.kvm) {
    case "ok":
      return [
        {
          ...line,
          status: "ready",
          detail: t("/dev/kvm is usable; if hvt still fails, use spt, which needs no KVM"),
        },
      ];
    case "denied":
      return [
        {
          ...line,
          status: "limited",
          detail: t("no permission to open /dev/kvm: join the group kvm and log in again"),
          fix: { title: t("Join the Group kvm"), commandLine: "sudo usermod -aG kvm $USER" },
        },
      ];
    case "absent":
      return [
        {
          ...line,
          status: "missing",
          detail: t("this computer has no /dev/kvm: use spt instead of hvt"),
          fix: spt,
        },
      ];
  }
}

function toolLine(tool: Tool, detection: Detection, input: DoctorInput): Omit<DoctorLine, "needed"> {
  const status = toolStatus(detection);
  const fix = status === "ready" || status === "unknown" ? undefined : toolFix(tool, status, input);
  return {
    section: "tools",
    id: tool.id,
    title: tool.id,
    status,
    detail: toolDetail(tool, detection, status),
    essential: tool.essential,
    ...(fix ? { fix } : {}),
  };
}

function toolDetail(tool: Tool, detection: Detection, status: ToolStatus): string {
  if (detection.kind === "missing") return `${detection.reason}; it ${tool.purpose}`;
  const location = t("at {0}", detection.path);
  if (status === "old") {
    return t(
      "{0} {1} is older than {2}, the required version",
      detection.version ?? "",
      location,
      tool.minimum ?? "",
    );
  }
  if (status === "unknown") return t("version unknown, {0}: {1}", location, detection.note ?? "");
  return detection.version === undefined ? location : `${detection.version} ${location}`;
}

function toolFix(tool: Tool, status: "old" | "missing", input: DoctorInput): DoctorFix {
  if (tool.id === "ocaml" && status === "old") {
    return { title: t("Create a Switch"), commandLine: `opam switch create mirage ${solo5Compiler}` };
  }
  if (tool.opamPackages) return opamFix(tool.opamPackages, status, input);
  const { packageManager } = input.host;
  const name = packageManager && tool.systemPackages?.[packageManager];
  const title = status === "old" ? t("Update {0}", tool.id) : t("Install {0}", tool.id);
  if (name === undefined) return { title, url: tool.url };
  const install = packageManager === "apt" ? "sudo apt install" : "brew install";
  return { title, commandLine: `${install} ${name}` };
}

function opamFix(packages: readonly string[], status: "old" | "missing", input: DoctorInput): DoctorFix {
  const verb = status === "old" ? "upgrade" : "install";
  const names = packages.join(t(" and "));
  const title = status === "old" ? t("Upgrade {0}", names) : t("Install {0}", names);
  return { title, commandLine: opamLine(verb, input.opamSwitch, packages) };
}

/** The command line that installs or upgrades packages in a switch; without a name, in opam's current switch. */
export function opamLine(
  verb: "install" | "upgrade",
  opamSwitch: string | undefined,
  packages: readonly string[],
): string {
  const option = opamSwitch === undefined ? [] : [`--switch=${opamSwitch}`];
  return shellCommand(["opam", verb, ...option, ...packages]);
}

function targetLine(readiness: TargetReadiness, input: DoctorInput): DoctorLine {
  const target = targets[readiness.target];
  const needed = input.targets.includes(target.id);
  const line = { section: "targets", id: target.id, title: target.id, essential: false, needed } as const;
  const hints = readiness.hints.map((hint) => `; ${hint}`).join("");
  if (!readiness.build.ready) {
    const fix = missingPackages(readiness, input);
    return {
      ...line,
      status: "missing",
      detail: t("can't be built: {0}", readiness.build.reasons.join(", ")),
      ...(fix ? { fix } : {}),
    };
  }
  if (readiness.boot.ready) return { ...line, status: "ready", detail: t("builds and runs{0}", hints) };
  const detail = t("builds, but can't be run: {0}{1}", readiness.boot.reasons.join(", "), hints);
  return {
    ...line,
    status: "limited",
    detail: target.booter === undefined ? t("builds, but can't be booted from VS Code") : detail,
  };
}

/** The fix that installs the packages of a target, if one of the tools in them is missing. */
function missingPackages({ target: id }: TargetReadiness, input: DoctorInput): DoctorFix | undefined {
  const { opamPackages, buildNeeds } = targetDetails[id];
  const absent = (tool: ToolId) => !tools[tool].essential && input.detections[tool].kind === "missing";
  if (opamPackages.length === 0 || !buildNeeds.tools.some(absent)) return undefined;
  const { platforms } = buildNeeds.host;
  if (platforms.length > 0 && !platforms.includes(input.host.platform)) return undefined;
  return opamFix(opamPackages, "missing", input);
}

const marks: Readonly<Record<DoctorStatus, string>> = {
  ready: "✓ ready",
  limited: "~ limited",
  old: t("✗ too old"),
  unknown: "? unknown",
  missing: "✗ missing",
};

/** Formats the report as Markdown, for a bug report. */
export function doctorMarkdown(report: DoctorReport): string {
  const titles = { environment: t("Environment"), tools: t("Tools"), targets: t("Targets") } as const;
  const parts = (["environment", "tools", "targets"] as const).map((section) => {
    const rows = report.lines.filter((line) => line.section === section).map(markdownRow);
    return [`## ${titles[section]}`, "", "| | Status | Detail | Fix |", "|---|---|---|---|", ...rows].join(
      "\n",
    );
  });
  return `# ${t("MirageOS Setup")}\n\n${parts.join("\n\n")}\n`;
}

function markdownRow(line: DoctorLine): string {
  const cells = [line.title, marks[line.status], line.detail].map(escapeCell);
  return `| ${cells.join(" | ")} | ${line.status === "ready" ? "" : fixText(line.fix)} |`;
}

function fixText(fix: DoctorFix | undefined): string {
  if (fix === undefined || "command" in fix) return "";
  return "url" in fix ? `<${fix.url}>` : `\`${fix.commandLine.replaceAll("|", String.raw`\|`)}\``;
}

function escapeCell(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, String.raw`\$&`).replace(/\s+/g, " ");
}
