import { shellCommand } from "../../platform/shellQuote.ts";
import type { FailureAction, FailureContext, FailureHint } from "./failure.ts";
import { t } from "../../protocol/l10n.ts";

/** Recognizes a failure in one message of the output, and explains it. */
export interface FailureRule {
  readonly code: string;
  /** Matched against a line and the indented lines after it, joined by single spaces. */
  readonly pattern: RegExp;
  /** `captures` has the first captured group of every message that matched. */
  readonly explain: (captures: readonly string[], context: FailureContext) => Omit<FailureHint, "code">;
}

const none: FailureAction = { kind: "none" };
const setup: FailureAction = { kind: "checkSetup" };
const removeBuild: FailureAction = { kind: "removeBuild" };
const fetch: FailureAction = { kind: "step", step: "fetch" };
const installSwitch: FailureAction = { kind: "step", step: "install-switch" };
const configure: FailureAction = { kind: "step", step: "configure" };
const updateOpam: FailureAction = { kind: "command", title: t("Update opam"), commandLine: "opam update" };

const listed = (names: readonly string[]) =>
  names.length < 2 ? (names[0] ?? "") : t("{0} and {1}", names.slice(0, -1).join(", "), names.at(-1));

const missingProgram = (program: string) =>
  // make runs simple commands itself and others through a shell. functoria prints the command.
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

/** The first rule of this list that matched any message gives the hint, so causes come before their consequences. */
export const failureRules: readonly FailureRule[] = [
  {
    code: "dune-locked",
    // dune has two messages for this; only one of them names the process.
    pattern: /^Error: (?:Another Dune instance is currently running|A running dune(?: \(pid: (\d+)\))?)/,
    explain: ([pid]) => ({
      message: t(
        "Another dune{0} uses _build, such as a build in a terminal or dune build --watch. Wait until it ends or stop it, then try again.",
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
    // cmdliner uses either quotation mark. If opam knows the plugin, it offers to install it.
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
    explain: () => ({ message: t("opam is not initialized, or no switch is selected."), action: setup }),
  },
  {
    code: "disk-full",
    pattern: /No space left on device/,
    explain: () => ({ message: t("The disk is full."), action: none }),
  },
  {
    code: "no-network",
    // git, ssh and getaddrinfo print messages; curl has exit codes 6, 7 and 28 (no host, no connection, timeout).
    pattern:
      /Could not resolve host(?:name)?:? ?([\w.-]+)|Temporary failure in name resolution|Network is unreachable|\bcurl\b.*exited with code (?:6|7|28)\b|Failed to connect to ([\w.-]+)/,
    explain: ([host], { step }) => ({
      message: t(
        "Could not reach {0}. Check the network connection and the proxy settings.",
        host ?? t("a server"),
      ),
      action: step === "run" ? none : { kind: "step", step },
    }),
  },
  {
    code: "unknown-package",
    // opam-monorepo's solver prints this below each package that it has no version of.
    pattern: /^- (\S+) -> \(problem\) No known implementations at all/,
    explain: (packages) => ({
      message: t(
        "No opam repository of this switch has {0}. Check the name in config.ml, or update the repositories.",
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
        "No versions of the dependencies are compatible: {0}",
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
          ? t("opam can't install the tools for this target together with the packages of the switch.")
          : t("opam found no package {0}. Check the name, or update the repositories.", name),
      action: updateOpam,
    }),
  },
  {
    code: "pull-path",
    // The Makefile does not quote the folder: opam monorepo reads the text after a space as a repository.
    pattern: /The following repos are not in your duniverse: /,
    explain: (_, { root }) => ({
      message: t(
        "make pull doesn't work in a folder with spaces in its path ({0}). Move the project to another folder.",
        root,
      ),
      action: none,
    }),
  },
  {
    code: "solo5-missing",
    // Without ocaml-solo5, dune uses the host's compiler and fails at the C files (gcc, clang).
    pattern:
      /fatal error: '?(?:solo5|mft_abi|elf_abi)\.h'?(?:: No such file| file not found)|Undefined toolchain: solo5|Program solo5-elftool not found/,
    explain: (_, { target }) => ({
      message: t(
        "The target {0} needs ocaml-solo5 and solo5, which are not installed in this switch.",
        target,
      ),
      action: installSwitch,
    }),
  },
  {
    code: "unikraft-missing",
    // Without ocaml-unikraft, findlib has no compiler for the toolchain, and dune fails on an empty name.
    pattern: /^Internal error! Please report to \S*\/dune\//,
    explain: (_, { target }) =>
      target.startsWith("unikraft")
        ? {
            message: t(
              "The target {0} needs the OCaml compiler for Unikraft, which is not installed in this switch.",
              target,
            ),
            action: installSwitch,
          }
        : { message: t("dune itself failed. Removing _build may help."), action: removeBuild },
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
      message: t("dune can't find the OCaml library mirage: mirage and dune come from different switches."),
      action: setup,
    }),
  },
  {
    code: "library-missing",
    pattern: /^Error: Library "([^"]+)" not found/,
    explain: (libraries) => ({
      message: t(
        "Missing in duniverse/: {0}. Fetch the dependencies for this target. If that doesn't help, add the package to config.ml.",
        listed(libraries),
      ),
      action: fetch,
    }),
  },
  {
    code: "stale-build",
    // After a failed build, _build can make dune assume that config.exe exists.
    pattern: /^run \['_build\/default\/\S*config\.exe' .*\]: No such file or directory/,
    explain: () => ({
      message: t("mirage can't use _build in its current state. Remove it, then try again."),
      action: removeBuild,
    }),
  },
  {
    code: "other-compiler",
    pattern: /is not a compiled interface for this version of OCaml|make inconsistent assumptions over/,
    explain: () => ({
      message: t("_build has files from another OCaml compiler. Remove it, then try again."),
      action: removeBuild,
    }),
  },
  {
    code: "files-missing",
    // cmdliner quotes the name from 1.0 and no longer from 2.0.
    pattern: /^ocaml-crunch: .*: no [`']?(.+?)'? directory$/,
    explain: ([folder]) => ({
      message: t(
        'config.ml includes the files of the folder "{0}" in the image, but the folder does not exist. Create it next to config.ml and add the files.',
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
        "mirage can't write its dune file, because {0} already has one of yours. Move yours to another folder.",
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
      message: t("This target has no lock file. Run Lock first."),
      action: { kind: "step", step: "lock" },
    }),
  },
  {
    code: "not-configured",
    // Without a Makefile, make knows no target. With a Makefile for another target, the opam file is missing.
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
      message: t("The first line of config.ml requires mirage {0}, but another version is installed.", bound),
      action: {
        kind: "command",
        title: t("Install {0}", `mirage ${bound}`),
        commandLine: shellCommand(["opam", "install", `mirage${bound.replace(" ", "")}`]),
      },
    }),
  },
  {
    code: "sockets-on-solo5",
    pattern: /socket not supported on non-UNIX targets/,
    explain: (_, { target }) => ({
      message: t(
        "--net=host and --net=socket use the sockets of the host, which {0} doesn't have. Configure with --net=direct or without --net.",
        target,
      ),
      action: none,
    }),
  },
  {
    code: "muen-block",
    pattern: /Block devices not supported on Muen target/,
    explain: () => ({
      message: t("mirage doesn't support block devices on muen. Select another target."),
      action: none,
    }),
  },
  {
    code: "unknown-target",
    // The quotes are missing in coloured output.
    pattern: /^mirage: option '?(?:-t|--target)'?: invalid value '?([^',]+)/,
    explain: ([target = ""]) => ({
      message: t("The installed mirage has no target {0}.", target),
      action: none,
    }),
  },
  {
    code: "unknown-option",
    pattern: /^mirage: unknown option '?(-[^',\s]+)/,
    explain: (options) => ({
      message: t("config.ml has no option {0}. Change the options of this unikernel.", listed(options)),
      action: none,
    }),
  },
  {
    code: "out-of-memory",
    pattern: /Command got signal KILL|^Killed$|\*\*\* .* Killed$/,
    explain: () => ({
      message: t("The system killed a program, probably because memory ran out."),
      action: none,
    }),
  },
  {
    code: "image-busy",
    // Linux does not allow writing to a running program, and older versions of dune overwrite the file in place.
    pattern: /Text file busy$/,
    explain: () => ({
      message: t("The image can't be replaced while the unikernel is running. Stop it, then build again."),
      action: none,
    }),
  },
  {
    code: "not-writable",
    pattern: /(?:Permission denied|Operation not permitted|Read-only file system)$/,
    explain: (_, { root }) => ({
      message: t("Could not write a file. Check that you have permission to write in {0}.", root),
      action: none,
    }),
  },
];
