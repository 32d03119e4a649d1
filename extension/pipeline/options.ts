import { stripAnsi } from "../platform/ansi.ts";

/** An option of `mirage configure`, as its manual describes it. */
export interface ConfigureOption {
  /** With its dashes, the first long form: `--net`. */
  readonly flag: string;
  /** The other forms: `-f`, `--config-file`. */
  readonly aliases: readonly string[];
  readonly kind: "flag" | "value";
  /** The name of the value in the manual: `KV_RO`. */
  readonly docv?: string;
  /** What is taken when the option is given without a value, where it may be. */
  readonly bare?: string;
  /** What mirage takes when the option is not given, if the manual says so. */
  readonly absent?: string;
  /** The environment variable that gives the value. */
  readonly env?: string;
  /** One paragraph, without line ends. */
  readonly doc: string;
  /** The values it accepts, where the manual enumerates them. */
  readonly values?: readonly string[];
  /** `UNIKERNEL PARAMETERS`, `MIRAGE PARAMETERS`, `CONFIGURE OPTIONS` or `COMMON OPTIONS`. */
  readonly section: string;
}

const optionSections = /^[A-Z ]*(?:PARAMETERS|OPTIONS)$/;

/**
 * Reads the options from what `mirage configure --help=plain` prints: cmdliner's manual, sections
 * in capitals at the margin, an option at 7 columns, its text at 11. Whatever comes before and
 * between is skipped; text that is no manual has no options. `hasOptions` tells in which sections they are.
 */
export function parseConfigureHelp(
  help: string,
  hasOptions: (section: string) => boolean = (section) => optionSections.test(section),
): readonly ConfigureOption[] {
  const options: ConfigureOption[] = [];
  let section: string | undefined;
  let head = "";
  let doc: string[] = [];
  const finish = () => {
    if (section !== undefined && head !== "") {
      const option = optionOf(head, doc.join(" "), section);
      if (option) options.push(option);
    }
    head = "";
    doc = [];
  };
  for (const line of stripAnsi(help).split(/\r?\n/)) {
    const text = line.trim();
    const column = line.length - line.trimStart().length;
    if (text === "") continue;
    if (column === 0) {
      finish();
      section = hasOptions(text) ? text : undefined;
    } else if (column >= 11) {
      doc.push(text);
    } else if (/^(?:\(Deprecated\) )?-/.test(text)) {
      finish();
      head = text;
    } else if (doc.length === 0) {
      // A long default does not fit beside the option and goes on below it, at the same column.
      head += ` ${text}`;
    } else finish();
  }
  finish();
  return options;
}

function optionOf(head: string, doc: string, section: string): ConfigureOption | undefined {
  const { forms, bare, absent: unset } = annotated(head.replace(/^\(Deprecated\) /, ""));
  // Several forms are separated by `, `; a comma in a value's name has no space after it.
  const parsed = forms.split(/, (?=-)/).map((form) => /^(--?[^\s=[]+)(?:\[?[= ]\[?([^\]]*)\]?)?$/.exec(form));
  const flags = parsed.map((match) => match?.[1]).filter((flag) => flag !== undefined);
  const flag = flags.find((name) => name.startsWith("--")) ?? flags[0];
  if (flag === undefined) return undefined;
  const docv = parsed.find((match) => match?.[2] !== undefined)?.[2];
  const env = /(?:^| )(\S+) env$/.exec(unset)?.[1];
  const absent = /^=(.*?)(?: or \S+ env)?$/.exec(unset)?.[1];
  const values = enumeratedValues(doc);
  return {
    flag,
    aliases: flags.filter((name) => name !== flag),
    kind: docv === undefined ? "flag" : "value",
    ...(docv === undefined ? {} : { docv }),
    ...(docv !== undefined && bare !== undefined ? { bare } : {}),
    ...(absent === undefined ? {} : { absent }),
    ...(env === undefined ? {} : { env }),
    doc: head.startsWith("(Deprecated) ") ? `(Deprecated) ${doc}` : doc,
    ...(docv !== undefined && values ? { values } : {}),
    section,
  };
}

/**
 * The forms of an option, and what stands behind them in brackets: `(default=V)`, which is taken without a
 * value, and then `(absent=V or NAME env)` or `(required)`.
 */
function annotated(head: string): {
  readonly forms: string;
  readonly bare: string | undefined;
  readonly absent: string;
} {
  const at = head.endsWith(")") ? head.search(/ \((?:absent|default|required)\b/) : -1;
  if (at < 0) return { forms: head, bare: undefined, absent: "" };
  const inside = head.slice(at + 2, -1);
  const hasBare = inside.startsWith("default=");
  const next = hasBare ? inside.search(/\) \((?:absent|required)\b/) : -1;
  const rest = hasBare ? (next < 0 ? "" : inside.slice(next + 3)) : inside;
  return {
    forms: head.slice(0, at),
    bare: hasBare ? inside.slice("default=".length, next < 0 ? undefined : next) : undefined,
    absent: rest.startsWith("absent") ? rest.slice("absent".length) : "",
  };
}

/** The values in cmdliner's `either a or b` and `one of a, b or c`. */
function enumeratedValues(doc: string): string[] | undefined {
  const match = /\b(?:one of|either) ((?:[^\s,]+, )*[^\s,]+) or ([^\s,]+)/.exec(doc);
  const values = [...(match?.[1] ?? "").split(", "), match?.[2] ?? ""];
  return match ? values.map((value) => value.replace(/^['"`]+|['"`.]+$/g, "")) : undefined;
}

/** Options of mirage itself that a project may want to set for good. */
const lastingOptions = ["--extra-repos", "--no-extra-repo", "--no-depext"];

/**
 * The options that a form for one project shows, its own first. Not the target, which is chosen
 * elsewhere, nor those that change where mirage reads and writes, nor help and verbosity.
 */
export function projectOptions(options: readonly ConfigureOption[]): readonly ConfigureOption[] {
  const own = options.filter(({ section, flag }) => section.endsWith("PARAMETERS") && flag !== "--target");
  return [...own, ...options.filter(({ flag }) => lastingOptions.includes(flag))];
}

/** What was chosen: the value of an option, or true for a flag. Keys are as in `flag`. */
export type OptionChoices = Readonly<Record<string, string | true>>;

/** The arguments of `mirage configure` for these choices, in their order. */
export function optionArguments(choices: OptionChoices): string[] {
  return Object.entries(choices).flatMap(([flag, value]) => {
    if (value === true) return [flag];
    return flag.startsWith("--") ? [`${flag}=${value}`] : [flag, value];
  });
}

/**
 * The choices that such arguments make, in any form cmdliner reads: `--net=host`, `--net host`,
 * `-oX`, a prefix that only one option has. The last of several wins. `rest` is what is no option.
 * Without `options` a word after an option is its value, for configure takes no other words.
 */
export function parseOptionArguments(
  args: readonly string[],
  options: readonly ConfigureOption[] = [],
): { readonly choices: OptionChoices; readonly rest: readonly string[] } {
  const choices = new Map<string, string | true>();
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const form = /^(--[^=]+|-[^-])(=?)(.*)$/s.exec(arg);
    if (!form) {
      rest.push(arg);
      continue;
    }
    const [, written = "", equals = "", attached = ""] = form;
    const long = written.startsWith("--");
    const option = optionNamed(written, options);
    const flag = option?.flag ?? written;
    const next = args[i + 1];
    if (long && equals !== "") choices.set(flag, attached);
    else if (!long && equals + attached !== "") choices.set(flag, equals + attached);
    else if (option?.kind !== "flag" && next !== undefined && !next.startsWith("-")) {
      choices.set(flag, next);
      i++;
    } else choices.set(flag, true);
  }
  return { choices: Object.fromEntries(choices), rest };
}

function optionNamed(written: string, options: readonly ConfigureOption[]): ConfigureOption | undefined {
  const exact = options.find(({ flag, aliases }) => flag === written || aliases.includes(written));
  if (exact || !written.startsWith("--")) return exact;
  const beginning = options.filter(({ flag, aliases }) =>
    [flag, ...aliases].some((name) => name.startsWith(written)),
  );
  return beginning.length === 1 ? beginning[0] : undefined;
}
