import type { ToolId } from "./toolId.ts";
import { t } from "../platform/l10n.ts";

/** One way to start a tool and ask its version. */
export interface Candidate {
  readonly program: string;
  /** Absent: starting the program would do more than print a version, so only its path is known. */
  readonly versionArgs?: readonly string[];
}

export interface Tool {
  readonly id: ToolId;
  /** What it is for, a phrase after its name. */
  readonly purpose: string;
  /** Without it no unikernel can be configured and built. */
  readonly essential: boolean;
  /** The first one found is it. Empty for the cross compilers, which are found by their files. */
  readonly candidates: (platform: NodeJS.Platform) => readonly Candidate[];
  /** The version, as its first group, in stdout and stderr of the version command. */
  readonly version: RegExp;
  readonly minimum?: string;
  /** The opam packages that install it. */
  readonly opamPackages?: readonly string[];
  /** The packages of Debian's apt and of Homebrew that install it. */
  readonly systemPackages?: { readonly apt?: string; readonly brew?: string };
  /** Where its installation is described. */
  readonly url: string;
}

const plainVersion = /(?:^|[\s(])v?(\d+(?:\.\d+)+[^\s,)]*)/m;

function one(program: string, ...versionArgs: readonly string[]): Tool["candidates"] {
  const candidates = [versionArgs.length === 0 ? { program } : { program, versionArgs }];
  return () => candidates;
}

function solo5(id: ToolId, purpose: string, candidates: Tool["candidates"]): Tool {
  return {
    id,
    purpose,
    essential: false,
    candidates,
    version: /version v?(\d+(?:\.\d+)+\S*)/,
    // The lower bound that mirage 4.11 writes into the opam file of a Solo5 target.
    minimum: "0.7.5",
    opamPackages: ["solo5"],
    url: "https://github.com/Solo5/solo5",
  };
}

function system(
  id: ToolId,
  purpose: string,
  candidates: Tool["candidates"],
  url: string,
  systemPackages: { readonly apt?: string; readonly brew?: string } = {},
): Tool {
  return { id, purpose, essential: false, candidates, version: plainVersion, systemPackages, url };
}

/** The table of tools. The minimum versions of opam, dune, opam-monorepo and OCaml are those of mirage 4.11.1's opam file. */
export const tools: Readonly<Record<ToolId, Tool>> = {
  opam: {
    id: "opam",
    purpose: t("installs the tools and a unikernel's dependencies"),
    essential: true,
    candidates: one("opam", "--version"),
    version: plainVersion,
    minimum: "2.1.0",
    systemPackages: { apt: "opam", brew: "opam" },
    url: "https://opam.ocaml.org/doc/Install.html",
  },
  mirage: {
    id: "mirage",
    purpose: t("configures unikernels"),
    essential: true,
    candidates: one("mirage", "--version"),
    version: plainVersion,
    // From 4.9 on, clocks, randomness and time are no longer devices in config.ml.
    minimum: "4.9.0",
    opamPackages: ["mirage"],
    url: "https://mirage.io/docs/install",
  },
  "opam-monorepo": {
    id: "opam-monorepo",
    purpose: t("locks and pulls the sources of a unikernel's libraries"),
    essential: true,
    candidates: one("opam-monorepo", "--version"),
    version: plainVersion,
    minimum: "0.4.0",
    opamPackages: ["opam-monorepo"],
    url: "https://github.com/tarides/opam-monorepo",
  },
  dune: {
    id: "dune",
    purpose: t("builds unikernels"),
    essential: true,
    candidates: one("dune", "--version"),
    version: plainVersion,
    minimum: "2.9.0",
    opamPackages: ["dune"],
    url: "https://dune.build/install",
  },
  ocaml: {
    id: "ocaml",
    purpose: t("compiles unikernels"),
    essential: true,
    candidates: () => [
      { program: "ocamlc", versionArgs: ["-version"] },
      { program: "ocamlfind", versionArgs: ["ocamlopt", "-version"] },
    ],
    version: plainVersion,
    minimum: "4.13.0",
    opamPackages: ["ocaml"],
    url: "https://ocaml.org/install",
  },
  make: {
    id: "make",
    purpose: t("runs the steps of the Makefile that mirage writes (GNU make)"),
    essential: true,
    candidates: (platform) => {
      const make = { program: "make", versionArgs: ["--version"] };
      const bsd = platform !== "linux" && platform !== "darwin" && platform !== "win32";
      // The BSDs' own make can't read GNU makefiles.
      return bsd ? [{ ...make, program: "gmake" }] : [make];
    },
    version: /GNU Make v?(\d+(?:\.\d+)+\S*)/,
    systemPackages: { apt: "make", brew: "make" },
    url: "https://www.gnu.org/software/make/",
  },
  ocamllsp: {
    id: "ocamllsp",
    purpose: t("gives completion, types and errors in OCaml files"),
    essential: false,
    candidates: one("ocamllsp", "--version"),
    version: plainVersion,
    opamPackages: ["ocaml-lsp-server"],
    url: "https://github.com/ocaml/ocaml-lsp",
  },
  "solo5-elftool": solo5(
    "solo5-elftool",
    t("writes and reads the device manifest of Solo5 images"),
    one("solo5-elftool", "help"),
  ),
  "solo5-hvt": solo5("solo5-hvt", t("boots hvt images"), one("solo5-hvt", "--version")),
  "solo5-spt": solo5("solo5-spt", t("boots spt images"), one("solo5-spt", "--version")),
  "solo5-virtio-run": solo5(
    "solo5-virtio-run",
    t("boots virtio images, with QEMU or bhyve"),
    one("solo5-virtio-run"),
  ),
  "qemu-system-x86_64": system(
    "qemu-system-x86_64",
    t("boots virtio and Unikraft images for x86-64"),
    one("qemu-system-x86_64", "--version"),
    "https://www.qemu.org/download/",
    { apt: "qemu-system-x86", brew: "qemu" },
  ),
  "qemu-system-aarch64": system(
    "qemu-system-aarch64",
    t("boots Unikraft images for arm64"),
    one("qemu-system-aarch64", "--version"),
    "https://www.qemu.org/download/",
    { apt: "qemu-system-arm", brew: "qemu" },
  ),
  firecracker: system(
    "firecracker",
    t("boots unikraft-firecracker images"),
    one("firecracker", "--version"),
    "https://github.com/firecracker-microvm/firecracker/releases",
  ),
  xl: system(
    "xl",
    t("boots xen images, in dom0"),
    one("xl"),
    "https://xenproject.org/resources/getting-started/",
  ),
  gdb: {
    ...system(
      "gdb",
      t("debugs unikernels"),
      one("gdb", "--version"),
      "https://www.sourceware.org/gdb/download/",
      {
        apt: "gdb",
        brew: "gdb",
      },
    ),
    // The distributor's version stands in parentheses before gdb's own.
    version: /^GNU gdb .*?(\d+(?:\.\d+)+\S*)$/m,
  },
  "ocaml-solo5": {
    id: "ocaml-solo5",
    purpose: t("compiles OCaml for Solo5 and Xen targets"),
    essential: false,
    candidates: () => [],
    version: plainVersion,
    minimum: "0.8.2",
    opamPackages: ["ocaml-solo5", "solo5"],
    url: "https://github.com/mirage/ocaml-solo5",
  },
  "ocaml-unikraft": {
    id: "ocaml-unikraft",
    purpose: t("compiles OCaml for Unikraft targets"),
    essential: false,
    candidates: () => [],
    version: plainVersion,
    minimum: "1.0.0",
    opamPackages: ["ocaml-unikraft"],
    url: "https://github.com/mirage/ocaml-unikraft",
  },
};
