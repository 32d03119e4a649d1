import type { ToolId } from "../mirage/toolId.ts";
import { t } from "../protocol/l10n.ts";

/** A program to look for, and how to query its version. */
export interface Candidate {
  readonly program: string;
  /** Absent if the program has no option that only prints its version. */
  readonly versionArgs?: readonly string[];
}

export interface Tool {
  readonly id: ToolId;
  /** What the tool does, a phrase that follows its name. */
  readonly purpose: string;
  /** Whether every unikernel needs it to be configured and built. */
  readonly essential: boolean;
  /** The first one that is found is used. Empty for the cross compilers, which are found by their files. */
  readonly candidates: (platform: NodeJS.Platform) => readonly Candidate[];
  /** Matches the version, as its first group, in the output of the version command. */
  readonly version: RegExp;
  readonly minimum?: string;
  /** The opam packages that install it. */
  readonly opamPackages?: readonly string[];
  /** The packages of Debian's apt and of Homebrew that install it. */
  readonly systemPackages?: { readonly apt?: string; readonly brew?: string };
  /** Page that describes how to install it. */
  readonly url: string;
}

const plainVersion = /(?:^|[\s(])v?(\d+(?:\.\d+)+[^\s,)]*)/m;

function program(name: string, ...versionArgs: readonly string[]): Tool["candidates"] {
  const candidates = [versionArgs.length === 0 ? { program: name } : { program: name, versionArgs }];
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

/** The table of tools. Minimum versions of opam, dune, opam-monorepo and OCaml are from the opam file of mirage 4.11.1. */
export const tools: Readonly<Record<ToolId, Tool>> = {
  opam: {
    id: "opam",
    purpose: t("installs the tools and a unikernel's dependencies"),
    essential: true,
    candidates: program("opam", "--version"),
    version: plainVersion,
    minimum: "2.1.0",
    systemPackages: { apt: "opam", brew: "opam" },
    url: "https://opam.ocaml.org/doc/Install.html",
  },
  mirage: {
    id: "mirage",
    purpose: t("configures unikernels"),
    essential: true,
    candidates: program("mirage", "--version"),
    version: plainVersion,
    // From 4.9 on, clocks, randomness and time are no longer devices in config.ml.
    minimum: "4.9.0",
    opamPackages: ["mirage"],
    url: "https://mirage.io/docs/install",
  },
  "opam-monorepo": {
    id: "opam-monorepo",
    purpose: t("locks and fetches the sources of a unikernel's libraries"),
    essential: true,
    candidates: program("opam-monorepo", "--version"),
    version: plainVersion,
    minimum: "0.4.0",
    opamPackages: ["opam-monorepo"],
    url: "https://github.com/tarides/opam-monorepo",
  },
  dune: {
    id: "dune",
    purpose: t("builds unikernels"),
    essential: true,
    candidates: program("dune", "--version"),
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
    purpose: t("runs the steps of the Makefile that mirage generates (GNU make)"),
    essential: true,
    candidates: (platform) => {
      const make = { program: "make", versionArgs: ["--version"] };
      const bsd = platform !== "linux" && platform !== "darwin" && platform !== "win32";
      // The make of the BSDs cannot read GNU makefiles.
      return bsd ? [{ ...make, program: "gmake" }] : [make];
    },
    version: /GNU Make v?(\d+(?:\.\d+)+\S*)/,
    systemPackages: { apt: "make", brew: "make" },
    url: "https://www.gnu.org/software/make/",
  },
  ocamllsp: {
    id: "ocamllsp",
    purpose: t("provides completion, types and errors in OCaml files"),
    essential: false,
    candidates: program("ocamllsp", "--version"),
    version: plainVersion,
    opamPackages: ["ocaml-lsp-server"],
    url: "https://github.com/ocaml/ocaml-lsp",
  },
  ocamlformat: {
    id: "ocamlformat",
    purpose: t("formats OCaml files in folders that have a .ocamlformat"),
    essential: false,
    candidates: program("ocamlformat", "--version"),
    version: plainVersion,
    opamPackages: ["ocamlformat"],
    url: "https://github.com/ocaml-ppx/ocamlformat",
  },
  "solo5-elftool": solo5(
    "solo5-elftool",
    t("writes and reads the device manifest of Solo5 images"),
    program("solo5-elftool", "help"),
  ),
  "solo5-hvt": solo5("solo5-hvt", t("boots hvt images"), program("solo5-hvt", "--version")),
  "solo5-spt": solo5("solo5-spt", t("boots spt images"), program("solo5-spt", "--version")),
  "solo5-virtio-run": solo5(
    "solo5-virtio-run",
    t("boots virtio images, with QEMU or bhyve"),
    program("solo5-virtio-run"),
  ),
  "qemu-system-x86_64": system(
    "qemu-system-x86_64",
    t("boots virtio and Unikraft images for x86-64"),
    program("qemu-system-x86_64", "--version"),
    "https://www.qemu.org/download/",
    { apt: "qemu-system-x86", brew: "qemu" },
  ),
  "qemu-system-aarch64": system(
    "qemu-system-aarch64",
    t("boots Unikraft images for arm64"),
    program("qemu-system-aarch64", "--version"),
    "https://www.qemu.org/download/",
    { apt: "qemu-system-arm", brew: "qemu" },
  ),
  firecracker: system(
    "firecracker",
    t("boots unikraft-firecracker images"),
    program("firecracker", "--version"),
    "https://github.com/firecracker-microvm/firecracker/releases",
  ),
  xl: system(
    "xl",
    t("boots xen images, in dom0"),
    program("xl"),
    "https://xenproject.org/resources/getting-started/",
  ),
  gdb: {
    ...system(
      "gdb",
      t("debugs unikernels"),
      program("gdb", "--version"),
      "https://www.sourceware.org/gdb/download/",
      {
        apt: "gdb",
        brew: "gdb",
      },
    ),
    // The first version with the machine interface that the debugger uses.
    minimum: "9.1",
    // The version of the distribution precedes gdb's version, in parentheses.
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
