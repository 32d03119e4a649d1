import { headerFor } from "../../../mirage/version.ts";
import { shellCommand } from "../../../platform/shellQuote.ts";
import type { FailureAction, FailureRule } from "./failure.ts";
import { bootArguments, configureOptions, listed, none, selectSwitchAction } from "./failureActions.ts";
import { headerPlace } from "../userCause.ts";
import { isBootArgument } from "../userSources.ts";
import { t } from "../../../protocol/l10n.ts";

/** Failures of mirage configure. */
export const configureRules: readonly FailureRule[] = [
  {
    code: "version-mismatch",
    pattern: /^Version mismatch: required is mirage ((?:>=|<) \S+), but (\S+) is installed/,
    explain: ([bound = ""], context, [, installed = ""]) => {
      const install: FailureAction = {
        kind: "command",
        title: t("Install {0}", `mirage ${bound}`),
        commandLine: shellCommand(["opam", "install", `mirage${bound.replace(" ", "")}`]),
      };
      const header = headerFor(installed);
      if (!bound.startsWith("<") || header === undefined)
        return {
          message: t(
            "The first line of config.ml requires mirage {0}, but {1} is installed.",
            bound,
            installed,
          ),
          action: install,
          alternative: selectSwitchAction,
        };
      return {
        message: t(
          "config.ml was written for mirage {0}, but the newer {1} is installed. Migrate config.ml, which changes its first line to {2}.",
          bound,
          installed,
          header,
        ),
        action: { kind: "open", title: t("Migrate config.ml…"), ...headerPlace(context), menu: true },
        alternative: install,
      };
    },
  },
  {
    code: "header-unreadable",
    pattern:
      /^(?:Unknown first line, must be |Bad comment, multiple |only digits and \. allowed in version|couldn't extract version )/,
    explain: (_, context) => ({
      message: t(
        "mirage can't read the version header in the first line of config.ml. It must have the form {0}.",
        "(* mirage >= a.b.c & < d.e.f *)",
      ),
      action: { kind: "open", title: t("Open Header"), ...headerPlace(context) },
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
    pattern: /^mirage: unknown option '?-/,
    // cmdliner reports each option on a line of its own. The quotes are missing in coloured output.
    each: /unknown option '?(-[^',\s]*[^',.\s])/g,
    explain: (options, { configFile, readText }) => {
      const isOfBoot = (option: string) => isBootArgument(option.replace(/^-+/, ""), configFile, readText);
      const atBoot = options.filter(isOfBoot);
      const unknown = options.filter((option) => !isOfBoot(option));
      if (atBoot.length === 0)
        return {
          message: t("config.ml has no option {0}. Change the options of this unikernel.", listed(unknown)),
          action: configureOptions,
        };
      const cause = t(
        "{0}: since mirage 4.5, such arguments of the unikernel are set when it boots, not when it is configured. Set them as boot arguments and remove them from the options.",
        listed(atBoot),
      );
      const rest = unknown.length === 0 ? [] : [t("config.ml has no option {0}.", listed(unknown))];
      return { message: [cause, ...rest].join(" "), action: bootArguments, alternative: configureOptions };
    },
  },
];
