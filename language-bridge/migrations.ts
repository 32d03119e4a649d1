import { compareVersions, parseVersionHeader } from "../extension/project/version.ts";
import type { ConfigSource } from "./configSource.ts";
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

/** Devices that are modules by their own since mirage 4.9, and what takes their place in code. */
const ambient: Readonly<Record<string, string>> = {
  default_time: "Mirage_sleep",
  default_posix_clock: "Mirage_ptime",
  default_monotonic_clock: "Mirage_mtime",
  default_random: "Mirage_crypto_rng",
};
const ambientTypes: ReadonlySet<string> = new Set(["time", "pclock", "mclock", "random"]);
/** Labels of the stack's combinators that mirage 4.11 took away. */
const goneLabels: ReadonlySet<string> = new Set(["tcp", "dhcp_key", "net_key"]);
const stacks: ReadonlySet<string> = new Set([
  "generic_stackv4v6",
  "generic_stackv4v6_with_lease",
  "direct_stackv4v6",
  "direct_tcp",
]);

/**
 * What in a config.ml is no more in this version of mirage (CHANGES.md of mirage 4.9 to 4.11). A newer
 * version knows all changes of the older ones. `version` is what is installed, or what the header asks for.
 */
export function configMigrations(text: string, config: ConfigSource, version: string): Migration[] {
  const migrations = [...ambientArguments(config), ...goneArguments(text)];
  return migrations.filter(({ since }) => compareVersions(version, since) >= 0);
}

/** Arguments of `main $ …` and operands of its type that mirage 4.9 took out, each pair in one change. */
function ambientArguments(config: ConfigSource): Migration[] {
  const jobs = config.registers.flatMap((register) => register.jobs);
  return config.mains.flatMap((main) =>
    (main.parameters ?? []).flatMap((operand, i): Migration[] => {
      if (operand.name === undefined || !ambientTypes.has(operand.name) || config.bound.has(operand.name))
        return [];
      const next = main.parameters?.[i + 1]?.span.start ?? main.result;
      const edits = [{ span: { start: operand.span.start, end: next }, text: "" }];
      const job = jobs.find(
        ({ functor, arguments: given }) =>
          functor.name === main.binding && given.length === main.parameters?.length,
      );
      const argument = job?.arguments[i];
      const before = job?.arguments[i - 1] ?? job?.functor;
      if (argument && before && argument.name !== undefined && Object.hasOwn(ambient, argument.name)) {
        edits.push({ span: { start: before.span.end, end: argument.span.end }, text: "" });
      }
      const module =
        Object.entries(ambient).find(([, value]) => value.endsWith(moduleOfType(operand.name)))?.[1] ?? "";
      return [
        {
          since: "4.9.0",
          span: operand.span,
          message: t(
            "Since mirage 4.9 {0} is no argument of a functor: code uses the module {1} itself.",
            operand.name,
            module,
          ),
          title: t("Remove {0}, as mirage 4.9 did", operand.name),
          edits,
        },
      ];
    }),
  );
}

function moduleOfType(name: string | undefined): string {
  return { time: "sleep", pclock: "ptime", mclock: "mtime", random: "rng" }[name ?? ""] ?? "?";
}

/** `?tcp`, `?dhcp_key` and `?net_key` of the network stacks, gone with mirage 4.11. */
function goneArguments(text: string): Migration[] {
  const brackets = readBrackets(text);
  const { tokens, is } = brackets;
  const migrations: Migration[] = [];
  let stack = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind !== "name") continue;
    const labelled = is(at - 1, "~") || is(at - 1, "?");
    if (!labelled && stacks.has(token.text)) stack = !is(at - 1, "let");
    else if (!labelled && (token.text === "let" || token.text === "in")) stack = false;
    if (!stack || !labelled || !goneLabels.has(token.text)) continue;
    const last = is(at + 1, ":") ? brackets.after(at + 2) - 1 : at;
    const span = { start: tokens[at - 1]?.start ?? token.start, end: tokens[last]?.end ?? token.end };
    const next = tokens[last + 1]?.start ?? span.end;
    migrations.push({
      since: "4.11.0",
      span,
      message: t(
        "mirage 4.11 took ~{0} away: options of mirage configure (--net, --no-dhcp, --utcp) decide now.",
        token.text,
      ),
      title: t("Remove ~{0}, as mirage 4.11 did", token.text),
      edits: [{ span: { start: span.start, end: next }, text: "" }],
    });
  }
  return migrations;
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
