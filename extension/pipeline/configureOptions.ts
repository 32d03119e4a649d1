import { stripAnsi } from "../platform/ansi.ts";

/** An option of `mirage configure`, as described in its manual. */
export interface ConfigureOption {
  /** The first long form with its dashes: `--net`. */
  readonly flag: string;
  /** The other forms: `-f`, `--config-file`. */
  readonly aliases: readonly string[];
  readonly kind: "flag" | "value";
  /** The name of the value in the manual: `KV_RO`. */
  readonly docv?: string;
  /** The value if the option is given without one, where the manual allows that. */
  readonly bare?: string;
  /** The value if the option is not given, where the manual names it. */
  readonly absent?: string;
  /** The environment variable that sets the value. */
  readonly env?: string;
  /** One paragraph, without line ends. */
  readonly doc: string;
  /** The accepted values, where the manual enumerates them. */
  readonly values?: readonly string[];
  /** `UNIKERNEL PARAMETERS`, `MIRAGE PARAMETERS`, `CONFIGURE OPTIONS` or `COMMON OPTIONS`. */
  readonly section: string;
}

const optionSections = /^[A-Z ]*(?:PARAMETERS|OPTIONS)$/;

/**
 * Parses the options in the output of `mirage configure --help=plain`. The format is cmdliner's plain manual: section
 * names in capitals in column 0, options in column 7, their text in column 11. Other lines are skipped, and other text
 * has no options. `hasOptions` returns whether a section lists options.
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
      // A long default continues below the option, in the same column.
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
 * Splits the first line of an option into its forms and the annotations after them: `(default=V)`, the value of the
 * option given without one, and then `(absent=V or NAME env)` or `(required)`.
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

/** Options of mirage itself that make sense as a project's permanent settings. */
const permanentOptions = ["--extra-repos", "--no-extra-repo", "--no-depext"];

/**
 * Returns the options to show in a project's form, its own first. Omits the target, which is selected elsewhere, the
 * options that change where mirage reads and writes, and those for help and verbosity.
 */
export function projectOptions(options: readonly ConfigureOption[]): readonly ConfigureOption[] {
  const own = options.filter(({ section, flag }) => section.endsWith("PARAMETERS") && flag !== "--target");
  return [...own, ...options.filter(({ flag }) => permanentOptions.includes(flag))];
}

/** The chosen value of each option, or true for a flag. The keys are those of `ConfigureOption.flag`. */
export type OptionChoices = Readonly<Record<string, string | true>>;

/** Returns the arguments of `mirage configure` for these choices, in the same order. */
export function optionArguments(choices: OptionChoices): string[] {
  return Object.entries(choices).flatMap(([flag, value]) => {
    if (value === true) return [flag];
    return flag.startsWith("--") ? [`${flag}=${value}`] : [flag, value];
  });
}

/**
 * Parses arguments in every form that cmdliner accepts: `--net=host`, `--net host`, `-oX`, and a unique prefix of an
 * option. If an option is given several times, the last one counts. `rest` has the arguments that are not options.
 * Without `options`, an argument after an option is its value, because configure takes no positional arguments.
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
    const [, name = "", equals = "", attached = ""] = form;
    const long = name.startsWith("--");
    const option = findOption(name, options);
    const flag = option?.flag ?? name;
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

function findOption(name: string, options: readonly ConfigureOption[]): ConfigureOption | undefined {
  const exact = options.find(({ flag, aliases }) => flag === name || aliases.includes(name));
  if (exact || !name.startsWith("--")) return exact;
  const matches = options.filter(({ flag, aliases }) =>
    [flag, ...aliases].some((form) => form.startsWith(name)),
  );
  return matches.length === 1 ? matches[0] : undefined;
}
