import { parseConfigureHelp, type ConfigureOption } from "../pipeline/options.ts";

/** An option a unikernel takes when it boots, as its own manual describes it. */
export type BootOption = ConfigureOption;

/** Sections of cmdliner's manual in which a line that begins with a dash is no option. */
const proseSections =
  /^(?:NAME|SYNOPSIS|DESCRIPTION|COMMANDS|EXIT STATUS|ENVIRONMENT|EXAMPLES|BUGS|SEE ALSO)$/;

/**
 * The options in what a unikernel prints for `--help=plain`, its own first and those of OCaml's runtime
 * last. Around the manual there may be Solo5's banner and log lines. Help itself is left out.
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

/** Whether it is the option of log levels (mirage-runtime's `-l`, `--logs`). */
export const isLogOption = ({ flag, aliases }: BootOption): boolean =>
  flag === "--logs" || aliases.includes("-l");

/** What is known of an option's value beside the name of its kind: `BOOL` is one of two words. */
export function valuesOf(option: BootOption): readonly string[] | undefined {
  return option.values ?? (option.docv === "BOOL" ? ["true", "false"] : undefined);
}

interface Occurrence {
  /** Where it begins, and how many arguments it takes. */
  readonly at: number;
  readonly length: number;
  readonly value: string | true;
}

/** Whether the arguments of several values are one list: its default is one of known values. */
export function takesSeveral(option: BootOption): boolean {
  const parts = option.absent?.split(",") ?? [];
  return parts.length > 1 && parts.every((part) => option.values?.includes(part.trim()));
}

/** Where an option is given, in any form cmdliner reads: `--mode=x`, `--mode x`, `-lx`, `-l x`, `-vv`. */
function occurrences(args: readonly string[], { flag, aliases, kind }: BootOption): Occurrence[] {
  const names = [flag, ...aliases];
  const found: Occurrence[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    // What follows is no option, whatever it looks like.
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

/** The values that the arguments give an option, in their order; true where it is given without one. */
export function valuesGiven(args: readonly string[], option: BootOption): readonly (string | true)[] {
  return occurrences(args, option).map(({ value }) => value);
}

/** What the arguments say of an option, the last of several; true for a flag. Undefined: not given. */
export function argumentOf(args: readonly string[], option: BootOption): string | true | undefined {
  return valuesGiven(args, option).at(-1);
}

/** The arguments with this value for an option in place of what they said of it; undefined takes it out. */
export function withArgument(
  args: readonly string[],
  option: BootOption,
  value: string | true | undefined,
): readonly string[] {
  return withValues(args, option, value === undefined ? [] : [value]);
}

/** The arguments with an option given once for each value, in place of what they said of it. */
export function withValues(
  args: readonly string[],
  option: BootOption,
  values: readonly (string | true)[],
): readonly string[] {
  const given = occurrences(args, option);
  const taken = new Set(given.flatMap(({ at, length }) => (length === 2 ? [at, at + 1] : [at])));
  const kept = args.map((arg, at) => ({ arg, at })).filter(({ at }) => !taken.has(at));
  const { flag } = option;
  const added = values.flatMap((value) =>
    value === true ? [flag] : flag.startsWith("--") ? [`${flag}=${value}`] : [flag, value],
  );
  const place = given[0]?.at ?? kept.find(({ arg }) => arg === "--")?.at ?? args.length;
  return [
    ...kept.filter(({ at }) => at < place).map(({ arg }) => arg),
    ...added,
    ...kept.filter(({ at }) => at >= place).map(({ arg }) => arg),
  ];
}

/** The levels that `-l` takes (mirage-runtime's `mirage_runtime.ml`), the quietest first. */
export const logLevels = ["quiet", "app", "error", "warning", "info", "debug"] as const;

/** Reads `*:info,src:debug`; a level alone is that of all sources. The last word on a source counts. */
export function parseLevels(text: string): ReadonlyMap<string, string> {
  const levels = new Map<string, string>();
  for (const part of text.split(",")) {
    // A source's name may hold colons; a level does not.
    const at = part.lastIndexOf(":");
    const [source, level] = at < 0 ? ["*", part] : [part.slice(0, at), part.slice(at + 1)];
    if (level.trim() === "") continue;
    levels.delete(source);
    levels.set(source, level.trim());
  }
  return levels;
}

/** Writes levels as `-l` takes them: that of all sources first, for the ones after it to differ from. */
export function levelsText(levels: ReadonlyMap<string, string>): string {
  const all = [...levels].toSorted(([a], [b]) => Number(b === "*") - Number(a === "*"));
  return all.map(([source, level]) => `${source}:${level}`).join(",");
}

/** Splits what was typed at spaces; quotation marks and `\` keep them, as in a shell. Nothing is expanded. */
export function splitArguments(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\\" && quote !== "'" && at + 1 < text.length) word = (word ?? "") + (text[++at] ?? "");
    else if (char === quote) quote = "";
    else if (quote === "" && (char === '"' || char === "'")) {
      quote = char;
      word ??= "";
    } else if (quote === "" && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  return word === undefined ? words : [...words, word];
}

/** The text that `splitArguments` reads as these arguments. */
export function joinArguments(args: readonly string[]): string {
  return args
    .map((arg) => {
      if (arg !== "" && !/[\s"'\\]/.test(arg)) return arg;
      return `"${arg.replace(/["\\]/g, String.raw`\$&`)}"`;
    })
    .join(" ");
}
