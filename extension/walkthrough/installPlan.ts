import { opamLine, solo5Compiler } from "../toolchain/doctor.ts";
import type { Detections } from "../toolchain/detect.ts";
import type { Host } from "../toolchain/host.ts";
import { hostReasons, toolStatus } from "../toolchain/readiness.ts";
import { targetDetails } from "../mirage/targetDetails.ts";
import type { ToolId } from "../mirage/toolId.ts";
import { t } from "../protocol/l10n.ts";

/** What the extension can install, in the order in which it is needed. */
export const needs = ["switch", "mirage", "solo5", "ocamllsp"] as const;

export type InstallNeed = (typeof needs)[number];

/** Whether the argument of a command is a need. */
export const isInstallNeed = (value: unknown): value is InstallNeed => needs.some((need) => need === value);

export interface InstallContext {
  readonly detections: Detections;
  readonly host: Host;
  /** The opam switch that provides the tools; absent if they do not come from opam. */
  readonly opamSwitch?: string;
  /** All opam switches; absent if `opam init` was never run. */
  readonly switches?: readonly string[];
  /** The first of `packageManagers` that is on PATH. */
  readonly packageManager?: string;
  readonly curl: boolean;
  /** Prefix of a command of the system's package manager: `sudo `, `doas `, or empty for root. */
  readonly asRoot: string;
}

/** The next step that a need takes. */
export type InstallPlan =
  | { readonly kind: "done"; readonly detail: string }
  | { readonly kind: "run"; readonly title: string; readonly commandLine: string; readonly why: string }
  | { readonly kind: "selectSwitch"; readonly why: string }
  | { readonly kind: "read"; readonly why: string; readonly url: string };

export const installPage = "https://opam.ocaml.org/doc/Install.html";
const wslPage = "https://code.visualstudio.com/docs/remote/wsl";
const script = 'bash -c "sh <(curl -fsSL https://opam.ocaml.org/install.sh)"';

/** The command that installs opam with each package manager, and the one that updates its package lists. */
const managers: Readonly<
  Record<string, { readonly install: string; readonly root: boolean; readonly first?: string }>
> = {
  "apt-get": { install: "apt-get install opam", root: true, first: "sudo apt-get update" },
  dnf: { install: "dnf install opam", root: true },
  pacman: { install: "pacman -S --needed opam base-devel", root: true },
  zypper: { install: "zypper install opam", root: true },
  apk: { install: "apk add opam build-base bubblewrap", root: true },
  brew: { install: "brew install opam", root: false },
  port: { install: "port install opam", root: true },
  pkg: { install: "pkg install ocaml-opam", root: true },
  pkg_add: { install: "pkg_add opam", root: true },
};

const managersOf: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ["apt-get", "dnf", "pacman", "zypper", "apk"],
  darwin: ["brew", "port"],
  freebsd: ["pkg"],
  openbsd: ["pkg_add"],
};

/** The package managers of a platform, to be looked up on PATH in this order. */
export const packageManagers = (platform: NodeJS.Platform): readonly string[] => managersOf[platform] ?? [];

/** The label of a need, and what it provides, for a picker. */
export function describeNeed(need: InstallNeed): { readonly label: string; readonly purpose: string } {
  switch (need) {
    case "switch":
      return { label: t("opam and a Switch"), purpose: t("package manager and compiler") };
    case "mirage":
      return {
        label: ["mirage", "opam-monorepo"].join(", "),
        purpose: t("configure unikernels and fetch their libraries"),
      };
    case "solo5":
      return { label: "ocaml-solo5, solo5", purpose: t("build for the targets hvt and spt") };
    case "ocamllsp":
      return { label: "ocaml-lsp-server", purpose: t("types, completion and errors in the editor") };
  }
}

/** Returns the next command for a need, or why there is none. opam and a switch are installed before packages. */
export function installPlan(need: InstallNeed, context: InstallContext): InstallPlan {
  if (context.host.platform === "win32")
    return {
      kind: "read",
      why: t("mirage doesn't run directly on Windows. Open the folder in WSL and install the tools there."),
      url: wslPage,
    };
  const prerequisite = opamPlan(context) ?? switchPlan(context);
  if (prerequisite) return prerequisite;
  switch (need) {
    case "switch":
      return { kind: "done", detail: t("opam is set up, with the switch {0}.", context.opamSwitch) };
    case "mirage":
      return packagesPlan(context, ["mirage", "opam-monorepo"], ["mirage", "opam-monorepo"]);
    case "solo5": {
      const [reason] = hostReasons(targetDetails.spt.buildNeeds.host, context.host);
      if (reason === undefined)
        return packagesPlan(context, ["ocaml-solo5", "solo5-elftool"], ["ocaml-solo5", "solo5"]);
      const why = t(
        "Solo5 can't be installed here: {0}. Use a dev container or a Linux machine instead.",
        reason,
      );
      return { kind: "read", why, url: "https://github.com/Solo5/solo5/blob/main/docs/building.md" };
    }
    case "ocamllsp":
      return packagesPlan(context, ["ocamllsp"], ["ocaml-lsp-server"]);
  }
}

function opamPlan({
  detections,
  packageManager = "",
  curl,
  asRoot,
}: InstallContext): InstallPlan | undefined {
  const status = toolStatus(detections.opam);
  if (status === "ready" || status === "unknown") return undefined;
  const manager = managers[packageManager];
  if (manager && status === "missing") {
    const hint =
      manager.first === undefined ? "" : t(" If it can't find opam, run {0} first.", manager.first);
    return {
      kind: "run",
      title: t("Install opam"),
      commandLine: `${manager.root ? asRoot : ""}${manager.install}`,
      why: t("opam installs OCaml, mirage and the libraries of unikernels.{0}", hint),
    };
  }
  const why =
    status === "missing"
      ? t("Neither opam nor a supported package manager was found. This command runs opam's own installer.")
      : t(
          "opam is older than 2.1, and {0} may not have a newer version. This command runs opam's own installer.",
          packageManager,
        );
  return curl
    ? { kind: "run", title: t("Install opam"), commandLine: script, why }
    : {
        kind: "read",
        why: t("opam 2.1 or later is required. See its manual for how to install it."),
        url: installPage,
      };
}

function switchPlan(context: InstallContext): InstallPlan | undefined {
  if (!context.switches) {
    // bubblewrap, opam's sandbox, needs user namespaces, which most containers do not have.
    const commandLine = context.host.container ? "opam init --bare --disable-sandboxing" : "opam init --bare";
    const why = t(
      "opam is installed but not set up. This command creates its folder and asks whether to update your shell's configuration. It needs a network connection.",
    );
    return { kind: "run", title: t("Set up opam"), commandLine, why };
  }
  const compiler = toolStatus(context.detections.ocaml);
  if (context.opamSwitch !== undefined && (compiler === "ready" || compiler === "unknown")) return undefined;
  if (context.opamSwitch === undefined && context.switches.length > 0)
    return {
      kind: "selectSwitch",
      why: t("opam has switches, but none of them is selected for this folder."),
    };
  const name = context.switches.includes("mirage") ? `mirage-${solo5Compiler}` : "mirage";
  return {
    kind: "run",
    title: t("Create a Switch"),
    commandLine: `opam switch create ${name} ${solo5Compiler}`,
    why: t("Compiles OCaml {0} in a new switch, {1}. This takes a few minutes.", solo5Compiler, name),
  };
}

/** Installs the missing packages; if none is missing, upgrades those that are too old. */
function packagesPlan(
  context: InstallContext,
  tools: readonly ToolId[],
  packages: readonly string[],
): InstallPlan {
  const statuses = tools.map((tool) => toolStatus(context.detections[tool]));
  const missing = packages.filter((_, at) => statuses[at] === "missing");
  const old = packages.filter((_, at) => statuses[at] === "old");
  const requested = missing.length > 0 ? missing : old;
  if (requested.length === 0) {
    const versions = tools.map((tool) => {
      const detection = context.detections[tool];
      return detection.kind === "found" ? `${tool} ${detection.version ?? ""}`.trim() : tool;
    });
    return { kind: "done", detail: t("The switch {0} has {1}.", context.opamSwitch, versions.join(", ")) };
  }
  const verb = missing.length > 0 ? "install" : "upgrade";
  const names = requested.join(", ");
  return {
    kind: "run",
    title: verb === "install" ? t("Install {0}", names) : t("Upgrade {0}", names),
    commandLine: opamLine(verb, context.opamSwitch, requested),
    why:
      verb === "install"
        ? t(
            "Installs into the switch {0}. This needs a network connection and takes a few minutes.",
            context.opamSwitch,
          )
        : t(
            "Upgrades in the switch {0}. This needs a network connection and takes a few minutes.",
            context.opamSwitch,
          ),
  };
}
