import { parseConfigureHelp, type ConfigureOption } from "../../pipeline/configureOptions.ts";

/** An option that a unikernel accepts when it boots, as its manual describes it. */
export type BootOption = ConfigureOption;

/** Sections of cmdliner's manual in which a line that starts with a dash is not an option. */
const proseSections =
  /^(?:NAME|SYNOPSIS|DESCRIPTION|COMMANDS|EXIT STATUS|ENVIRONMENT|EXAMPLES|BUGS|SEE ALSO)$/;

/**
 * Parses the options in the output of `--help=plain`: the unikernel's own first, those of OCaml's runtime
 * last, without `--help` and `--version`. The manual may be surrounded by Solo5's banner and log lines.
 */
export function bootOptions(help: string): readonly BootOption[] {
  const found = parseConfigureHelp(help, (section) => !proseSections.test(section));
  const options = found.filter(({ flag }) => flag !== "--help" && flag !== "--version");
  return options.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ section }: BootOption): number {
  // "OPTIONS" or "PARAMETERS", by the version of mirage-runtime.
  if (section.startsWith("OCAML RUNTIME ")) return 3;
  if (section === "COMMON OPTIONS") return 2;
  return section === "LOG AND MONITORING OPTIONS" ? 1 : 0;
}

/** Whether the option sets log levels (mirage-runtime's `-l`, `--logs`). */
export const isLogOption = ({ flag, aliases }: BootOption): boolean =>
  flag === "--logs" || aliases.includes("-l");

/** The known values of an option; `undefined` if any value is possible. */
export function valuesOf(option: BootOption): readonly string[] | undefined {
  return option.values ?? (option.docv === "BOOL" ? ["true", "false"] : undefined);
}

interface Occurrence {
  /** The index of its first argument, and the number of its arguments. */
  readonly at: number;
  readonly length: number;
  readonly value: string | true;
}

/** Whether the value is a comma-separated list of known values, which its default shows. */
export function acceptsList(option: BootOption): boolean {
  const parts = option.absent?.split(",") ?? [];
  return parts.length > 1 && parts.every((part) => option.values?.includes(part.trim()));
}

/** The occurrences of an option in any form that cmdliner accepts: `--mode=x`, `--mode x`, `-lx`, `-l x`, `-vv`. */
function occurrences(args: readonly string[], { flag, aliases, kind }: BootOption): Occurrence[] {
  const names = [flag, ...aliases];
  const found: Occurrence[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    // After -- there are no options.
    if (arg === "--") break;
    if (names.includes(arg)) {
      const next = args[at + 1];
      const takesNext = kind === "value" && next !== undefined && (next === "-" || !next.startsWith("-"));
      found.push({ at, length: takesNext ? 2 : 1, value: takesNext ? next : true });
      if (takesNext) at++;
      continue;
    }
    if (kind === "flag" && /^-[^-]{2,}$/.test(arg)) {
      const letters = new Set(arg.slice(1));
      if (letters.size === 1 && names.includes(arg.slice(0, 2))) found.push({ at, length: 1, value: true });
      continue;
    }
    for (const name of kind === "value" ? names : []) {
      const long = name.startsWith("--");
      const head = long ? `${name}=` : name;
      if (arg.startsWith(head)) {
        found.push({ at, length: 1, value: arg.slice(head.length) });
        break;
      }
    }
  }
  return found;
}

/** The values of an option in the arguments, in order; `true` for an occurrence without a value. */
export function optionValues(args: readonly string[], option: BootOption): readonly (string | true)[] {
  return occurrences(args, option).map(({ value }) => value);
}

/** The last value of an option in the arguments; `true` for a flag, `undefined` if it does not occur. */
export function lastOptionValue(args: readonly string[], option: BootOption): string | true | undefined {
  return optionValues(args, option).at(-1);
}

/** The arguments with this value for an option instead of its previous values; `undefined` removes the option. */
export function withOptionValue(
  args: readonly string[],
  option: BootOption,
  value: string | true | undefined,
): readonly string[] {
  return withOptionValues(args, option, value === undefined ? [] : [value]);
}

/** The arguments with one occurrence of an option for each value, instead of its previous occurrences. */
export function withOptionValues(
  args: readonly string[],
  option: BootOption,
  values: readonly (string | true)[],
): readonly string[] {
  const previous = occurrences(args, option);
  const removed = new Set(previous.flatMap(({ at, length }) => (length === 2 ? [at, at + 1] : [at])));
  const others = args.map((arg, at) => ({ arg, at })).filter(({ at }) => !removed.has(at));
  const { flag } = option;
  const added = values.flatMap((value) =>
    value === true ? [flag] : flag.startsWith("--") ? [`${flag}=${value}`] : [flag, value],
  );
  const position = previous[0]?.at ?? others.find(({ arg }) => arg === "--")?.at ?? args.length;
  return [
    ...others.filter(({ at }) => at < position).map(({ arg }) => arg),
    ...added,
    ...others.filter(({ at }) => at >= position).map(({ arg }) => arg),
  ];
}

/** The levels that `-l` accepts (mirage-runtime's `mirage_runtime.ml`), the quietest first. */
export const logLevels = ["quiet", "app", "error", "warning", "info", "debug"] as const;

/** Parses `*:info,src:debug`. A level without a source applies to all. The last level of a source counts. */
export function parseLevelArgument(text: string): ReadonlyMap<string, string> {
  const levels = new Map<string, string>();
  for (const part of text.split(",")) {
    // A source's name can contain colons, a level can't.
    const at = part.lastIndexOf(":");
    const [source, level] = at < 0 ? ["*", part] : [part.slice(0, at), part.slice(at + 1)];
    if (level.trim() === "") continue;
    levels.delete(source);
    levels.set(source, level.trim());
  }
  return levels;
}

/** Formats levels for `-l`, with the level of all sources first, so that later ones override it. */
export function formatLevels(levels: ReadonlyMap<string, string>): string {
  const all = [...levels].toSorted(([a], [b]) => Number(b === "*") - Number(a === "*"));
  return all.map(([source, level]) => `${source}:${level}`).join(",");
}
