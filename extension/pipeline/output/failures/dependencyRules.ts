import type { FailureRule } from "./failure.ts";
import { configureOptions, listed, none, setup, updateOpam } from "./failureActions.ts";
import { makeName } from "../compilerMessages.ts";
import { headerPlace, packagePlace } from "../userCause.ts";
import { t } from "../../../protocol/l10n.ts";

const missingProgram = (program: string) =>
  // make runs simple commands itself, with the system's words for the failure in the user's language, and others through
  // a shell. functoria prints the command.
  new RegExp(
    `^(?:${makeName}(?:\\[\\d+\\])?: ${program}: |.*\\b${program}: (?:command )?not found$` +
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

/**
 * Packages that exclude each other, and the chosen compiler. A repository that does not contain them is complete, but the
 * solver lists them as problems after any failure.
 */
const compilerChoices = "(?:ocaml-(?:variants|system|base-compiler)|system-(?:mingw|msvc)) ";

/** The source that opam-monorepo cannot fetch, by its folder in `duniverse/`. The URL behind it can have a password. */
const failedPull = String.raw`opam-monorepo\S*: \[ERROR\] Failed to pull .*?[\\/]duniverse[\\/]([^\\/]+?): `;

/** Failures of opam, opam-monorepo and programs that are not there. */
export const dependencyRules: readonly FailureRule[] = [
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
      /Could not resolve host(?:name)?:? ?([\w.-]+)|unable to resolve host address \W?([\w.-]+)|Temporary failure in name resolution|Network is unreachable|\bcurl\b.*exited with code (?:6|7|28)\b|Failed to connect to ([\w.-]+)/,
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
    pattern: new RegExp(`^- (?!${compilerChoices})(\\S+) -> \\(problem\\) No known implementations at all`),
    explain: (packages) => ({
      message: t(
        "No opam repository of this switch has {0}. Check the name in config.ml, or update the repositories.",
        listed(packages),
      ),
      action: updateOpam,
    }),
  },
  {
    code: "pin-of-one-package",
    // Packages of one repository require one another in the same version, which is `dev` for a pin to a branch.
    pattern:
      /^- (\S+) -> \(problem\) (\S+) (\S+) requires = \3 Rejected candidates: .*Incompatible with restriction: = \3(?: |$)/,
    explain: (packages, context, [, requirer = ""]) => ({
      message: t(
        "No versions of the dependencies are compatible: {0} is pinned and requires its own version of {1}. Pin {1} too, to the same repository as {0}.",
        requirer,
        listed(packages),
      ),
      action: {
        kind: "open",
        title: t("Open config.ml"),
        ...(packagePlace(requirer, context) ?? headerPlace(context)),
      },
    }),
  },
  {
    code: "unsatisfiable",
    pattern: new RegExp(`^- (?!${compilerChoices})(\\S+ -> \\(problem\\) .*)`),
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
    code: "not-dune",
    pattern: /^These dependencies \(possibly transitive\) don't use dune as their build system: - /,
    each: / - (\S+)/g,
    explain: (packages) => ({
      message: t(
        "opam-monorepo can only fetch packages that use dune, and no repository of this switch has such a version of: {0}. Configure with the repositories that mirage adds by default, or use another package.",
        packages.join(", "),
      ),
      action: configureOptions,
    }),
  },
  {
    code: "pull-checksum",
    pattern: new RegExp(`${failedPull}Checksum mismatch`),
    explain: (names) => ({
      message: t(
        "The archive of {0} has changed since it was locked. Update the repositories, then lock again.",
        listed(names),
      ),
      action: updateOpam,
      alternative: { kind: "step", step: "lock" },
    }),
  },
  {
    code: "pull-commit",
    pattern: new RegExp(`${failedPull}git\\+`),
    explain: (names) => ({
      message: t(
        "The repository does not have the locked commit of {0}, or could not be read. Lock again to use a commit that it has.",
        listed(names),
      ),
      action: { kind: "step", step: "lock" },
      alternative: { kind: "step", step: "pull" },
    }),
  },
  {
    code: "pull-failed",
    pattern: new RegExp(failedPull),
    explain: (names) => ({
      message: t(
        "Could not fetch the sources of {0}. Try again. If they are no longer at the locked address, update the repositories and lock again.",
        listed(names),
      ),
      action: { kind: "step", step: "pull" },
      alternative: updateOpam,
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
];
