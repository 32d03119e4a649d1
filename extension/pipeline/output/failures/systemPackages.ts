import { shellCommand } from "../../../platform/shellQuote.ts";
import type { FailureRule } from "./failure.ts";
import { listed, none } from "./failureActions.ts";
import { t } from "../../../protocol/l10n.ts";

/** Words that no shell and no terminal treats specially: the output of a program must not choose what is executed. */
const plainWord = /^[\w@%+=:,./~-]+$/;

/** The word after the package manager that says what it does; pacman, pkg_add, emerge and nix-env have options instead. */
const verbs: ReadonlySet<string> = new Set(["install", "add", "in"]);

/** Programs that run the package manager. Their options and the variables that they set come before it. */
const runner = /^(?:\S*\/)?(?:sudo|doas|env)$/;
const isPrefix = (word: string, before: string | undefined): boolean =>
  runner.test(word) || (before !== undefined && /^(?:-[A-Za-z-]+|\w+=\S*)$/.test(word));

/**
 * Reads the command with which opam installs system packages, such as `sudo apt-get install -qq -yy libgmp-dev`,
 * `apk add gmp-dev`, `pacman -Su --noconfirm gmp` or `brew install gmp`. Undefined if it has words that a shell would not
 * read literally.
 */
export function installCommand(
  command: string,
): { readonly packages: readonly string[]; readonly commandLine: string } | undefined {
  const words = command
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/^"(.*)"$/, "$1"));
  if (!words.every((word) => plainWord.test(word))) return undefined;
  const [manager, ...args] = words.slice(words.findIndex((word, at) => !isPrefix(word, words[at - 1])));
  if (manager === undefined) return undefined;
  const names = args.filter((word) => !word.startsWith("-"));
  const packages = verbs.has(names[0] ?? "") ? names.slice(1) : names;
  return packages.length === 0 ? undefined : { packages, commandLine: shellCommand(words) };
}

/** Failures to install packages of the operating system, which opam calls external dependencies. */
export const systemPackageRules: readonly FailureRule[] = [
  {
    code: "system-packages",
    // opam-monorepo prints the exception: `(Failure "… at command:\` and `\n    sudo …")`. opam prints the text itself.
    pattern: /System package install failed\b[^:]*:(?:\\ |\\n|\s)*([^"]+)/,
    explain: (commands) => {
      const found = commands.flatMap((command) => installCommand(command.replace(/\\(?:n| |$)/g, " ")) ?? []);
      const packages = [...new Set(found.flatMap((each) => each.packages))];
      if (found.length === 0)
        return {
          message: t("opam could not install system packages that the dependencies need."),
          action: none,
        };
      return {
        message: t(
          "The dependencies need system packages that opam could not install: {0}. Install them in a terminal, then try again.",
          listed(packages),
        ),
        action: {
          kind: "command",
          title: t("Install System Packages"),
          commandLine: found.map(({ commandLine }) => commandLine).join(" && "),
        },
      };
    },
  },
  {
    code: "system-packages-unavailable",
    pattern: /depends on the unavailable system packages? ['"]?([^'".]+)/,
    explain: (packages) => ({
      message: t(
        "The package manager of this system has no {0}, which a dependency needs.",
        listed(packages),
      ),
      action: none,
    }),
  },
  {
    code: "system-packages-missing",
    pattern: /^\[ERROR\] These packages are still missing: (.+)$/,
    explain: ([packages = ""]) => ({
      message: t(
        "The dependencies need system packages that are not installed: {0}. Install them with the package manager of your system, then try again.",
        listed(packages.split(/[\s,]+/).slice(0, 20)),
      ),
      action: none,
    }),
  },
];
