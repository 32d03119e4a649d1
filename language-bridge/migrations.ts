import { compareVersions, parseVersionHeader } from "../extension/project/version.ts";
import type { Operand } from "./calls.ts";
import { isOwn, type ConfigSource } from "./configSource.ts";
import { readBrackets, type Span } from "./tokens.ts";
import { t } from "../extension/platform/l10n.ts";

/** Something that a later mirage changed, and how the text becomes what it wants. */
export interface Migration {
  /** The first version of mirage without it. */
  readonly since: string;
  readonly message: string;
  readonly span: Span;
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

/** Devices that are modules by their own since mirage 4.9. */
const ambientDevices: ReadonlySet<string> = new Set([
  "default_time",
  "default_posix_clock",
  "default_monotonic_clock",
  "default_random",
]);
/** By the type of such a device: what takes its place in code. */
const ambientModules: ReadonlyMap<string | undefined, string> = new Map([
  ["time", "Mirage_sleep"],
  ["pclock", "Mirage_ptime"],
  ["mclock", "Mirage_mtime"],
  ["random", "Mirage_crypto_rng"],
]);
const goneTypes: ReadonlySet<string> = new Set(["time", "pclock", "mclock"]);
/** Labels of the stack's combinators that mirage 4.11 took away. */
const goneLabels = ["tcp", "dhcp_key", "net_key"] as const;

/**
 * What in a config.ml is no more in this version of mirage (CHANGES.md of mirage 4.9 to 4.11). A newer
 * version knows all changes of the older ones. `version` is what is installed, or what the header asks for.
 */
export function configMigrations(text: string, config: ConfigSource, version: string): Migration[] {
  const migrations = [...ambientArguments(text, config), ...goneArguments(text, config)];
  return migrations.filter(({ since }) => compareVersions(version, since) >= 0);
}

/** Arguments of `main $ …` and operands of its type that mirage 4.9 took out, each pair in one change. */
function ambientArguments(text: string, config: ConfigSource): Migration[] {
  const jobs = config.registers.flatMap((register) => register.jobs);
  const isGone = (operand: Operand): boolean =>
    operand.name !== undefined && goneTypes.has(operand.name) && !isOwn(config, operand);
  return config.mains.flatMap((main) => {
    const parameters = main.parameters ?? [];
    // `random` is there still; beside one that is not, it is of the same age.
    const old = parameters.some(isGone);
    const isAmbient = (operand: Operand): boolean =>
      isGone(operand) || (old && operand.name === "random" && !isOwn(config, operand));
    /** What is left of `let time = default_time` when its only use goes. */
    const aliasOf = ({ name = "", span }: Operand) => {
      const alias = config.aliases.get(name);
      if (!alias || !ambientDevices.has(alias.of) || !isOwn(config, { name, span })) return undefined;
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
        ({ functor, arguments: given }) =>
          functor.name === main.binding && given.length === main.parameters?.length,
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
            "Since mirage 4.9 {0} is no argument of a functor: code uses the module {1} itself.",
            operand.name,
            ambientModules.get(operand.name),
          ),
          title: t("Remove {0}, as mirage 4.9 did", operand.name),
          edits,
        },
      ];
    });
  });
}

/** With the blanks behind it up to the next line. */
function withLineEnd(text: string, { start, end }: Span): Span {
  const rest = /[ \t]*(?:\r?\n)?/y;
  rest.lastIndex = end;
  return { start, end: end + (rest.exec(text)?.[0].length ?? 0) };
}

/** `?tcp`, `?dhcp_key` and `?net_key` of the network stacks, gone with mirage 4.11. */
function goneArguments(text: string, config: ConfigSource): Migration[] {
  return config.stacks.flatMap(({ labels }) =>
    goneLabels.flatMap((label): Migration[] => {
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
            "mirage 4.11 took ~{0} away: options of mirage configure (--net, --no-dhcp, --utcp) decide now.",
            label,
          ),
          title: t("Remove ~{0}, as mirage 4.11 did", label),
          edits: [{ span: { start: span.start, end: next }, text: "" }],
        },
      ];
    }),
  );
}

/** Boot arguments that mirage 4.11 renamed: `_` became `-`. */
const renamed = /^(?:--)?((?:dns|he)_[a-z_]+)(?==|$)/;

/** What in a unikernel's own source is no more in this version of mirage. */
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
        message: t("mirage 4.11 took Mirage_runtime.register away: it is register_arg now."),
        title: t("Replace by Mirage_runtime.register_arg"),
        edits: [{ span, text: "register_arg" }],
      },
    ];
  });
}

/**
 * An option of `mirage configure` or a boot argument as the version wants it: `--dhcp=false` is
 * `--no-dhcp` since 4.11, `--dhcp=true` nothing; `--dns_servers` is `--dns-servers`. Undefined where it
 * stays; an empty list where it goes.
 */
export function migratedOption(option: string, version: string): readonly string[] | undefined {
  if (compareVersions(version, "4.11.0") < 0) return undefined;
  const dhcp = /^--((?:[\w-]+-)?)dhcp(?:=(true|false))?$/.exec(option);
  if (dhcp && !option.includes("no-dhcp")) return dhcp[2] === "false" ? [`--${dhcp[1] ?? ""}no-dhcp`] : [];
  const name = renamed.exec(option)?.[1];
  return name === undefined ? undefined : [option.replace(name, name.replaceAll("_", "-"))];
}

/** The change that adds the version header for this mirage to a config.ml, or raises the one that is there. */
export function headerEdit(text: string, header: string): { readonly span: Span; readonly text: string } {
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  if (!parseVersionHeader(line)) return { span: { start: 0, end: 0 }, text: `${header}\n` };
  const start = line.indexOf("(*");
  const close = line.indexOf("*)", start);
  return { span: { start, end: close < 0 ? line.length : close + 2 }, text: header };
}
