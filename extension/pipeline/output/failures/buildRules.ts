import { isTarget, targets } from "../../../mirage/targets.ts";
import type { FailureRule } from "./failure.ts";
import {
  fetch,
  installSwitch,
  listed,
  none,
  removeBuild,
  selectTargetAction,
  setup,
} from "./failureActions.ts";
import { t } from "../../../protocol/l10n.ts";

const isHostTarget = (target: string): boolean => isTarget(target) && targets[target].family === "unix";

/**
 * Reads dune's chain `library "a" in … -> required by library "b" in … -> required by _build/solo5/main.exe`: `user` is
 * what needs the library itself, `dependency` the library that the unikernel names and that leads to it. Both are undefined
 * if the unikernel uses the library itself.
 */
function requirers(chain: string): {
  readonly user: string | undefined;
  readonly dependency: string | undefined;
} {
  const names = chain.split(" -> required by ").flatMap((each) => {
    const library = /^library "([^"]+)"/.exec(each)?.[1];
    // A program of a package that runs during the build, such as `executable discover in duniverse/x/discover/dune:1`.
    return library ?? /\bduniverse\/([^/\s]+)\//.exec(each)?.[1] ?? [];
  });
  const dependency = names.at(-1);
  return { user: names[0], dependency: dependency === names[0] ? undefined : dependency };
}

/** Failures of dune, the compilers and linkers. */
export const buildRules: readonly FailureRule[] = [
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
    code: "byte-order-mark",
    // The second form is that of OCaml before 5.3.
    pattern: /^Error: (?:Invalid character U\+FEFF|Illegal character \(\\239\))/,
    explain: () => ({
      message: t(
        "The file begins with a byte order mark, which OCaml doesn't accept. Save it with the encoding UTF-8.",
      ),
      action: none,
    }),
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
    pattern: /^Error: Library "mirage" (?:not found|in \S+ is hidden)/,
    explain: () => ({
      message: t("dune can't find the OCaml library mirage: mirage and dune come from different switches."),
      action: setup,
    }),
  },
  {
    code: "target-lacks-library",
    // dune hides a library of the compiler that is not installed: `Library "unix" in /…/lib/ocaml is hidden (…)`.
    // These libraries of the compiler only exist where there is an operating system.
    pattern:
      /^(?:Error: Library "|ocamlfind: Package [`'])(unix|threads(?:\.\w+)?|systhreads|dynlink|runtime_events|graphics)["'] (?:in \S+ is hidden .*?\)|not found)\.?(?: -> required by (.*)| - required by .*)?$/,
    explain: (captures, { target }, [library = "", chain = ""]) => {
      if (isHostTarget(target))
        return {
          message: t("The OCaml compiler of this switch has no library {0}.", listed(captures)),
          action: setup,
        };
      const { user, dependency } = requirers(chain);
      const cause =
        user === undefined
          ? t("This unikernel uses the library {0}, which the target {1} does not have.", library, target)
          : t("{0} needs the library {1}, which the target {2} does not have.", user, library, target);
      const through = dependency === undefined ? [] : [t("The unikernel uses it through {0}.", dependency)];
      const advice = t("Remove that dependency from config.ml, or select another target.");
      return { message: [cause, ...through, advice].join(" "), action: selectTargetAction };
    },
  },
  {
    code: "library-hidden",
    pattern: /^Error: Library "([^"]+)" in .+? is hidden \(/,
    explain: (libraries, { target }) => ({
      message: t(
        "{0} can't be built for the target {1}. Remove it from config.ml, or select another target.",
        listed(libraries),
        target,
      ),
      action: selectTargetAction,
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
];
