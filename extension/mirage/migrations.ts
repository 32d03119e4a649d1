import { compareVersions, parseVersionHeader } from "./version.ts";
import type { ConfigSource, Operand } from "./config/dslCalls.ts";
import { appliesMain, isLocalName } from "./config/parseConfig.ts";
import { readBrackets, withLineEnd, type Span } from "../ocaml/brackets.ts";
import { t } from "../protocol/l10n.ts";

/** A use of something that a later mirage removed or renamed, with the edits that update it. */
export interface Migration {
  /** The version of mirage that removed it. */
  readonly since: string;
  readonly message: string;
  readonly span: Span;
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

/** Devices that code uses as modules directly since mirage 4.9. */
export const ambientDevices: ReadonlySet<string> = new Set([
  "default_time",
  "default_posix_clock",
  "default_monotonic_clock",
  "default_random",
]);
/** The module that replaces such a device in code, by the device's type. */
const ambientModules: ReadonlyMap<string | undefined, string> = new Map([
  ["time", "Mirage_sleep"],
  ["pclock", "Mirage_ptime"],
  ["mclock", "Mirage_mtime"],
  ["random", "Mirage_crypto_rng"],
]);
/** The types of these devices in config.ml. `random` still exists, for `register ~random`. */
export const removedTypes: ReadonlySet<string> = new Set(["time", "pclock", "mclock"]);
/** Labels of the network stack combinators that mirage 4.11 removed. */
export const removedStackLabels = ["tcp", "dhcp_key", "net_key"] as const;

/**
 * The migrations of a config.ml to a version of mirage (CHANGES.md of mirage 4.9 to 4.11). `version` is the
 * installed version or the one that the header requires.
 */
export function configMigrations(text: string, config: ConfigSource, version: string): Migration[] {
  const migrations = [...ambientArguments(text, config), ...removedArguments(text, config)];
  return migrations.filter(({ since }) => compareVersions(version, since) >= 0);
}

/** Removes arguments of `main $ …` together with their types, for devices that mirage 4.9 removed. */
function ambientArguments(text: string, config: ConfigSource): Migration[] {
  const jobs = config.registers.flatMap((register) => register.jobs);
  const isRemoved = (operand: Operand): boolean =>
    operand.name !== undefined && removedTypes.has(operand.name) && !isLocalName(config, operand);
  return config.mains.flatMap((main) => {
    const parameters = main.parameters ?? [];
    // `random` still exists, but next to a removed type it is also an old functor argument.
    const old = parameters.some(isRemoved);
    const isAmbient = (operand: Operand): boolean =>
      isRemoved(operand) || (old && operand.name === "random" && !isLocalName(config, operand));
    /** The binding `let time = default_time` of a name, and whether the name is used only once. */
    const aliasOf = ({ name = "", span }: Operand) => {
      const alias = config.aliases.get(name);
      if (!alias || !ambientDevices.has(alias.of) || !isLocalName(config, { name, span })) return undefined;
      const uses = config.words.filter(
        (word) => word.name === name && word.span.start > (config.bound.get(name) ?? 0),
      );
      return { alias, only: uses.length === 1 };
    };
    return parameters.flatMap((operand, i): Migration[] => {
      if (!isAmbient(operand)) return [];
      const next = main.parameters?.[i + 1]?.span.start ?? main.result;
      const edits = [{ span: { start: operand.span.start, end: next }, text: "" }];
      const job = jobs.find(
        (each) => appliesMain(each, main) && each.arguments.length === main.parameters?.length,
      );
      const argument = job?.arguments[i];
      const before = job?.arguments[i - 1] ?? job?.functor;
      const named = argument && aliasOf(argument);
      if (argument && before && (named || ambientDevices.has(argument.name ?? ""))) {
        edits.push({ span: { start: before.span.end, end: argument.span.end }, text: "" });
      }
      if (named?.only) edits.push({ span: withLineEnd(text, named.alias.span), text: "" });
      return [
        {
          since: "4.9.0",
          span: operand.span,
          message: t(
            "Since mirage 4.9, {0} is no longer a functor argument; code uses the module {1} directly.",
            operand.name,
            ambientModules.get(operand.name),
          ),
          title: t("Remove {0} (not needed since mirage 4.9)", operand.name),
          edits,
        },
      ];
    });
  });
}

/** Removes `?tcp`, `?dhcp_key` and `?net_key` of the network stacks, which mirage 4.11 removed. */
function removedArguments(text: string, config: ConfigSource): Migration[] {
  return config.stacks.flatMap(({ labels }) =>
    removedStackLabels.flatMap((label): Migration[] => {
      const span = labels.get(label)?.span;
      if (!span) return [];
      const blanks = /\s*/y;
      blanks.lastIndex = span.end;
      const next = span.end + (blanks.exec(text)?.[0].length ?? 0);
      return [
        {
          since: "4.11.0",
          span,
          message: t(
            "mirage 4.11 removed ~{0}; use the options --net, --no-dhcp and --utcp of mirage configure instead.",
            label,
          ),
          title: t("Remove ~{0} (removed in mirage 4.11)", label),
          edits: [{ span: { start: span.start, end: next }, text: "" }],
        },
      ];
    }),
  );
}

/** Boot arguments that mirage 4.11 renamed, replacing `_` by `-`, after `--GROUP-` for a device of a group. */
const renamed = /^((?:--)?(?:[\w-]+-)?)((?:dns|he)_[a-z_]+)(=.*)?$/s;

/** The migrations of a unikernel's OCaml source to a version of mirage. */
export function sourceMigrations(text: string, version: string): Migration[] {
  if (!text.includes("Mirage_runtime") || compareVersions(version, "4.11.0") < 0) return [];
  const { tokens, is } = readBrackets(text);
  return tokens.flatMap((token, at): Migration[] => {
    if (token.text !== "register" || !is(at - 1, ".") || !is(at - 2, "Mirage_runtime") || is(at - 3, "."))
      return [];
    const span = { start: token.start, end: token.end };
    return [
      {
        since: "4.11.0",
        span,
        message: t("mirage 4.11 replaced Mirage_runtime.register with register_arg."),
        title: t("Replace with Mirage_runtime.register_arg"),
        edits: [{ span, text: "register_arg" }],
      },
    ];
  });
}

/**
 * The replacement of an option of `mirage configure` or a boot argument for a version: since 4.11,
 * `--dhcp=false` is `--no-dhcp`, `--dhcp=true` is the default, and `--dns_servers` is `--dns-servers`, each also with
 * the prefix of a group (`--management-dns_servers`).
 * Undefined if the option is unchanged, an empty list if it was removed.
 */
export function migratedOption(option: string, version: string): readonly string[] | undefined {
  if (compareVersions(version, "4.11.0") < 0) return undefined;
  const dhcp = /^--((?:[\w-]+-)?)dhcp(?:=(true|false))?$/.exec(option);
  if (dhcp && !/(?:^|-)no-$/.test(dhcp[1] ?? ""))
    return dhcp[2] === "false" ? [`--${dhcp[1] ?? ""}no-dhcp`] : [];
  const [, prefix = "", name, value = ""] = renamed.exec(option) ?? [];
  return name === undefined ? undefined : [prefix + name.replaceAll("_", "-") + value];
}

/** The edit that adds a version header to a config.ml or replaces the existing one. */
export function headerEdit(text: string, header: string): { readonly span: Span; readonly text: string } {
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  if (!parseVersionHeader(line)) return { span: { start: 0, end: 0 }, text: `${header}\n` };
  const start = line.indexOf("(*");
  const close = line.indexOf("*)", start);
  return { span: { start, end: close < 0 ? line.length : close + 2 }, text: header };
}
