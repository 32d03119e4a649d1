import { opamLine, solo5Compiler } from "../toolchain/doctor.ts";
import type { Detections } from "../toolchain/detect.ts";
import type { Host } from "../toolchain/host.ts";
import { hostReasons, toolStatus } from "../toolchain/readiness.ts";
import { targets } from "../toolchain/targets.ts";
import type { ToolId } from "../toolchain/toolId.ts";
import { t } from "../platform/l10n.ts";

/** What can be installed from here, in the order in which it is needed. */
export const needs = ["switch", "mirage", "solo5", "ocamllsp"] as const;

export type Need = (typeof needs)[number];

/** Whether a command's argument names a need. */
export const isNeed = (value: unknown): value is Need => needs.some((need) => need === value);

export interface Here {
  readonly detections: Detections;
  readonly host: Host;
  /** The opam switch that the tools come from; absent: they come from elsewhere. */
  readonly opamSwitch?: string;
  /** opam's switches; absent: `opam init` was never run. */
  readonly switches?: readonly string[];
  /** The first of `packageManagers` that is on PATH. */
  readonly packageManager?: string;
  readonly curl: boolean;
  /** What a command of the system's package manager begins with: `sudo `, `doas `, or nothing for root. */
  readonly asRoot: string;
}

/** The next thing to do for a need. */
export type Plan =
  | { readonly kind: "done"; readonly detail: string }
  | { readonly kind: "run"; readonly title: string; readonly commandLine: string; readonly why: string }
  | { readonly kind: "selectSwitch"; readonly why: string }
  | { readonly kind: "read"; readonly why: string; readonly url: string };

export const installPage = "https://opam.ocaml.org/doc/Install.html";
const wslPage = "https://code.visualstudio.com/docs/remote/wsl";
const script = 'bash -c "sh <(curl -fsSL https://opam.ocaml.org/install.sh)"';

/** How each system's package manager installs opam, and what to run first where its lists may be old. */
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

/** The programs to look for on PATH, in this order. */
export const packageManagers = (platform: NodeJS.Platform): readonly string[] => managersOf[platform] ?? [];

/** What each need is called and what it gives. */
export function describeNeed(need: Need): { readonly label: string; readonly gives: string } {
  switch (need) {
    case "switch":
      return { label: t("opam and a Switch"), gives: t("the package manager and a compiler") };
    case "mirage":
      return {
        label: ["mirage", "opam-monorepo"].join(", "),
        gives: t("what configures unikernels and fetches libraries"),
      };
    case "solo5":
      return { label: "ocaml-solo5, solo5", gives: t("the targets hvt and spt") };
    case "ocamllsp":
      return { label: "ocaml-lsp-server", gives: t("types, completion and errors in the editor") };
  }
}

/** The next command for a need, or why there is none. What comes before it comes first. */
export function planFor(need: Need, here: Here): Plan {
  if (here.host.platform === "win32")
    return {
      kind: "read",
      why: t("mirage does not run on Windows itself: open the folder in WSL, and install the tools there."),
      url: wslPage,
    };
  const foundation = opamPlan(here) ?? switchPlan(here);
  if (foundation) return foundation;
  switch (need) {
    case "switch":
      return { kind: "done", detail: t("opam has the switch {0}.", here.opamSwitch) };
    case "mirage":
      return packagesPlan(here, ["mirage", "opam-monorepo"], ["mirage", "opam-monorepo"]);
    case "solo5": {
      const [reason] = hostReasons(targets.spt.buildNeeds.host, here.host);
      if (reason === undefined)
        return packagesPlan(here, ["ocaml-solo5", "solo5-elftool"], ["ocaml-solo5", "solo5"]);
      const why = t("Solo5 cannot be installed here: {0}. A dev container or a Linux machine can.", reason);
      return { kind: "read", why, url: "https://github.com/Solo5/solo5/blob/main/docs/building.md" };
    }
    case "ocamllsp":
      return packagesPlan(here, ["ocamllsp"], ["ocaml-lsp-server"]);
  }
}

function opamPlan({ detections, packageManager = "", curl, asRoot }: Here): Plan | undefined {
  const status = toolStatus(detections.opam);
  if (status === "ready" || status === "unknown") return undefined;
  const manager = managers[packageManager];
  if (manager && status === "missing") {
    const hint =
      manager.first === undefined ? "" : t(" Where it finds no opam, run {0} first.", manager.first);
    return {
      kind: "run",
      title: t("Install opam"),
      commandLine: `${manager.root ? asRoot : ""}${manager.install}`,
      why: t("opam installs OCaml, mirage and the libraries of unikernels.{0}", hint),
    };
  }
  const why =
    status === "missing"
      ? t("opam was not found, and no package manager that is known here. This is opam's own installer.")
      : t(
          "opam is older than 2.1, and {0} may have no newer one. This is opam's own installer.",
          packageManager,
        );
  return curl
    ? { kind: "run", title: t("Install opam"), commandLine: script, why }
    : {
        kind: "read",
        why: t("opam 2.1 or later is needed. Its manual tells how it is installed."),
        url: installPage,
      };
}

function switchPlan(here: Here): Plan | undefined {
  if (!here.switches) {
    // Without user namespaces, as in most containers, bubblewrap cannot work.
    const commandLine = here.host.container ? "opam init --bare --disable-sandboxing" : "opam init --bare";
    const why = t(
      "opam is there and was not set up yet: this makes its folder, and asks whether your shell may be told of it. It needs the network.",
    );
    return { kind: "run", title: t("Set up opam"), commandLine, why };
  }
  const compiler = toolStatus(here.detections.ocaml);
  if (here.opamSwitch !== undefined && (compiler === "ready" || compiler === "unknown")) return undefined;
  if (here.opamSwitch === undefined && here.switches.length > 0)
    return { kind: "selectSwitch", why: t("opam has switches, and none of them is in use here.") };
  const name = here.switches.includes("mirage") ? `mirage-${solo5Compiler}` : "mirage";
  return {
    kind: "run",
    title: t("Create a Switch"),
    commandLine: `opam switch create ${name} ${solo5Compiler}`,
    why: t("Compiles OCaml {0} into a switch of its own, {1}; it takes some minutes.", solo5Compiler, name),
  };
}

/** Installs what is missing of the packages, or upgrades what is too old. */
function packagesPlan(here: Here, tools: readonly ToolId[], packages: readonly string[]): Plan {
  const statuses = tools.map((tool) => toolStatus(here.detections[tool]));
  const absent = packages.filter((_, at) => statuses[at] === "missing");
  const old = packages.filter((_, at) => statuses[at] === "old");
  const wanted = absent.length > 0 ? absent : old;
  if (wanted.length === 0) {
    const versions = tools.map((tool) => {
      const detection = here.detections[tool];
      return detection.kind === "found" ? `${tool} ${detection.version ?? ""}`.trim() : tool;
    });
    return { kind: "done", detail: t("The switch {0} has {1}.", here.opamSwitch, versions.join(", ")) };
  }
  const verb = absent.length > 0 ? "install" : "upgrade";
  const names = wanted.join(", ");
  return {
    kind: "run",
    title: verb === "install" ? t("Install {0}", names) : t("Upgrade {0}", names),
    commandLine: opamLine(verb, here.opamSwitch, wanted),
    why: t("Installs into the switch {0}; it needs the network and takes minutes.", here.opamSwitch),
  };
}
