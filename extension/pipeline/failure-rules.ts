import type { FailureAction, FailureContext, FailureHint } from "./failure.ts";
import { t } from "../platform/l10n.ts";

/** How a failure shows in one message of the output, and what it means. */
export interface FailureRule {
  readonly code: string;
  /** Tried on a line together with the indented lines after it, joined by single spaces. */
  readonly pattern: RegExp;
  /** `captures`: what the first group that took part held, of every message that matched. */
  readonly explain: (captures: readonly string[], context: FailureContext) => Omit<FailureHint, "code">;
}

const none: FailureAction = { kind: "none" };
const setup: FailureAction = { kind: "checkSetup" };
const removeBuild: FailureAction = { kind: "removeBuild" };
const fetch: FailureAction = { kind: "step", step: "fetch" };
const installSwitch: FailureAction = { kind: "step", step: "install-switch" };
const configure: FailureAction = { kind: "step", step: "configure" };
const updateOpam: FailureAction = { kind: "command", title: t("Update opam"), commandLine: "opam update" };

const listed = (words: readonly string[]) =>
  words.length < 2 ? (words[0] ?? "") : t("{0} and {1}", words.slice(0, -1).join(", "), words.at(-1));

const missingProgram = (program: string) =>
  // make runs a simple command itself and any other through a shell; functoria prints the command.
  new RegExp(
    `^(?:g?make(?:\\[\\d+\\])?: ${program}: No such file or directory|.*\\b${program}: (?:command )?not found$` +
      `|run \\['${program}' .*\\]: No such file or directory)`,
  );

const programMissing = (program: string) => ({
  code: `${program}-missing`,
  pattern: missingProgram(program),
  explain: () => ({
    message: t("{0} was not found on the PATH of this project's switch.", program),
    action: setup,
  }),
});

/** The first rule of this list that matched anywhere gives the hint: causes come before consequences. */
export const failureRules: readonly FailureRule[] = [
  {
    code: "dune-locked",
    // dune has two sentences for it; only one names the process.
    pattern: /^Error: (?:Another Dune instance is currently running|A running dune(?: \(pid: (\d+)\))?)/,
    explain: ([pid]) => ({
      message: t(
        "Another dune{0} uses _build: a build in a terminal, or dune build --watch. Wait for it or end it, then try again.",
        pid === undefined ? "" : t(" (process {0})", pid),
      ),
      action: none,
    }),
  },
  programMissing("opam"),
  programMissing("dune"),
  programMissing("mirage"),
  programMissing("ocamlc"),
  {
    code: "opam-monorepo-missing",
    // cmdliner quotes with either mark; opam, when it knows the plugin, offers to install it.
    pattern: /^opam: unknown command [`']?monorepo|Opam plugin "monorepo" is not installed/,
    explain: () => ({
      message: t("opam monorepo is not installed in this switch."),
      action: {
        kind: "command",
        title: t("Install {0}", "opam-monorepo"),
        commandLine: "opam install opam-monorepo",
      },
    }),
  },
  {
    code: "opam-unusable",
    pattern: /Opam has not been initialised|No switch is currently set/,
    explain: () => ({ message: t("opam is not initialised, or no switch is selected."), action: setup }),
  },
  {
    code: "disk-full",
    pattern: /No space left on device/,
    explain: () => ({ message: t("The disk is full."), action: none }),
  },
  {
    code: "no-network",
    // git, ssh and getaddrinfo in words; curl by exit codes 6, 7 and 28 (no host, no connection, timeout).
    pattern:
      /Could not resolve host(?:name)?:? ?([\w.-]+)|Temporary failure in name resolution|Network is unreachable|\bcurl\b.*exited with code (?:6|7|28)\b|Failed to connect to ([\w.-]+)/,
    explain: ([host], { step }) => ({
      message: t(
        "{0} could not be reached: there is no network, or a proxy is in the way.",
        host ?? t("A server"),
      ),
      action: step === "run" ? none : { kind: "step", step },
    }),
  },
  {
    code: "unknown-package",
    // opam-monorepo's solver prints this reason below each package it has no version of.
    pattern: /^- (\S+) -> \(problem\) No known implementations at all/,
    explain: (packages) => ({
      message: t(
        "No opam repository of this switch has {0}. Is the name in config.ml right, are the repositories up to date?",
        listed(packages),
      ),
      action: updateOpam,
    }),
  },
  {
    code: "unsatisfiable",
    pattern: /^- (\S+ -> \(problem\) .*)/,
    explain: (reports) => ({
      message: t(
        "No version fits: {0}",
        reports
          .slice(0, 3)
          .map((report) => report.replace(" -> (problem)", ":").slice(0, 240))
          .join("; "),
      ),
      action: updateOpam,
    }),
  },
  {
    code: "opam-conflict",
    pattern:
      /^\[ERROR\] (?:Package conflict!|No package named (\S+) found|Sorry, resolution of the request timed out)/,
    explain: ([name]) => ({
      message:
        name === undefined
          ? t("opam cannot install the tools this target needs beside what the switch has.")
          : t("opam knows no package {0}. Are the repositories up to date?", name),
      action: updateOpam,
    }),
  },
  {
    code: "pull-path",
    // The Makefile does not quote the folder: opam monorepo takes what follows a space for a repository.
    pattern: /The following repos are not in your duniverse: /,
    explain: (_, { root }) => ({
      message: t("make pull does not work in a folder with spaces in its path: {0}. Move the project.", root),
      action: none,
    }),
  },
  {
    code: "solo5-missing",
    // Without ocaml-solo5 dune takes the host's compiler and gets as far as the C files (gcc, clang).
    pattern:
      /fatal error: '?(?:solo5|mft_abi|elf_abi)\.h'?(?:: No such file| file not found)|Undefined toolchain: solo5|Program solo5-elftool not found/,
    explain: (_, { target }) => ({
      message: t(
        "ocaml-solo5 and solo5, which the target {0} needs, are not installed in this switch.",
        target,
      ),
      action: installSwitch,
    }),
  },
  {
    code: "unikraft-missing",
    // Without ocaml-unikraft findlib has no compiler for the toolchain, and dune fails on an empty name.
    pattern: /^Internal error! Please report to \S*\/dune\//,
    explain: (_, { target }) =>
      target.startsWith("unikraft")
        ? {
            message: t(
              "The OCaml compiler for Unikraft, which the target {0} needs, is not installed in this switch.",
              target,
            ),
            action: installSwitch,
          }
        : { message: t("dune itself failed. A fresh _build may help."), action: removeBuild },
  },
  {
    code: "solo5-without-target",
    pattern: /cannot open linker script file solo5_(\w+)\.lds/,
    explain: ([binding]) => ({
      message: t("Solo5 in this switch was built without support for {0}.", binding ?? ""),
      action: none,
    }),
  },
  {
    code: "mirage-library-missing",
    pattern: /^Error: Library "mirage" not found/,
    explain: () => ({
      message: t(
        "The OCaml library mirage is not in the switch that dune uses: mirage and dune come from different switches.",
      ),
      action: setup,
    }),
  },
  {
    code: "library-missing",
    pattern: /^Error: Library "([^"]+)" not found/,
    explain: (libraries) => ({
      message: t(
        "Not in duniverse/: {0}. Fetch the dependencies for this target; if that does not help, config.ml lacks a package.",
        listed(libraries),
      ),
      action: fetch,
    }),
  },
  {
    code: "stale-build",
    // A _build left by a failed build makes dune believe that config.exe is there.
    pattern: /^run \['_build\/default\/\S*config\.exe' .*\]: No such file or directory/,
    explain: () => ({
      message: t("_build is in a state that keeps mirage from working."),
      action: removeBuild,
    }),
  },
  {
    code: "other-compiler",
    pattern: /is not a compiled interface for this version of OCaml|make inconsistent assumptions over/,
    explain: () => ({ message: t("_build holds files of another OCaml compiler."), action: removeBuild }),
  },
  {
    code: "files-missing",
    // cmdliner quotes the name since 1.0 and no longer since 2.0.
    pattern: /^ocaml-crunch: .*: no [`']?(.+?)'? directory$/,
    explain: ([folder]) => ({
      message: t(
        'config.ml puts the files of the folder "{0}" into the image, and there is no such folder. Create it beside config.ml, with the files in it.',
        folder,
      ),
      action: none,
    }),
  },
  {
    code: "foreign-dune-file",
    pattern: /^Error: Don't know how to build \S*config\.exe/,
    explain: (_, { root }) => ({
      message: t(
        "A dune file that mirage did not write is beside config.ml, so mirage cannot write its own. Move it to a folder of its own: {0}",
        root,
      ),
      action: none,
    }),
  },
  {
    code: "lock-missing",
    pattern:
      /No lockfile: try running|No rule to make target '[^']*\.opam\.locked'|\.opam\.locked: No such file/,
    explain: () => ({
      message: t("There is no lock file for this target."),
      action: { kind: "step", step: "lock" },
    }),
  },
  {
    code: "not-configured",
    // Without a Makefile make knows no target; with one of another unikernel it misses the opam file.
    pattern:
      /^Error: Don't know how to build \.\/dist|No rule to make target '(?:build|lock|pull|install-switch|depends?|[^']*\.opam)'/,
    explain: (_, { target }) => ({
      message: t("The project is not configured for {0}.", target),
      action: configure,
    }),
  },
  {
    code: "version-mismatch",
    pattern: /^Version mismatch: required is mirage ((?:>=|<) \S+), but/,
    explain: ([bound = ""]) => ({
      message: t("config.ml asks for mirage {0} in its first line, and another version is installed.", bound),
      action: {
        kind: "command",
        title: t("Install {0}", `mirage ${bound}`),
        commandLine: `opam install "mirage${bound.replace(" ", "")}"`,
      },
    }),
  },
  {
    code: "sockets-on-solo5",
    pattern: /socket not supported on non-UNIX targets/,
    explain: (_, { target }) => ({
      message: t(
        "--net=host and --net=socket use the sockets of the host, which {0} does not have. Configure with --net=direct, or without --net.",
        target,
      ),
      action: none,
    }),
  },
  {
    code: "muen-block",
    pattern: /Block devices not supported on Muen target/,
    explain: () => ({
      message: t("mirage supports no block devices on muen. Choose another target."),
      action: none,
    }),
  },
  {
    code: "unknown-target",
    // Without quotes where the output is coloured.
    pattern: /^mirage: option '?(?:-t|--target)'?: invalid value '?([^',]+)/,
    explain: ([target = ""]) => ({ message: t("This mirage has no target {0}.", target), action: none }),
  },
  {
    code: "unknown-option",
    pattern: /^mirage: unknown option '?(-[^',\s]+)/,
    explain: (options) => ({
      message: t("config.ml of this project has no option {0}. Change its options.", listed(options)),
      action: none,
    }),
  },
  {
    code: "out-of-memory",
    pattern: /Command got signal KILL|^Killed$|\*\*\* .* Killed$/,
    explain: () => ({
      message: t("The system ended a program by force, most likely for want of memory."),
      action: none,
    }),
  },
  {
    code: "image-busy",
    // Linux lets nobody write a program that runs; older dunes do not replace the file but write into it.
    pattern: /Text file busy$/,
    explain: () => ({
      message: t("The unikernel still runs, so its image cannot be written. Stop it, then build again."),
      action: none,
    }),
  },
  {
    code: "not-writable",
    pattern: /(?:Permission denied|Operation not permitted|Read-only file system)$/,
    explain: (_, { root }) => ({
      message: t("A file could not be written. Is {0} writable?", root),
      action: none,
    }),
  },
];
