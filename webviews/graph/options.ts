import type { OptionView } from "./messages.ts";

/** What an option is set to; undefined when it is not given. A flag is set to nothing. */
export function valueOf(options: readonly string[], { name }: OptionView): string | undefined {
  const found = options.findLast((each) => each === name || each.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/** The options with one of them set, or taken away by undefined; the others stay in order. */
export function withOption(
  options: readonly string[],
  option: OptionView,
  value: string | undefined,
): string[] {
  const { name, kind } = option;
  const others = options.filter((each) => each !== name && !each.startsWith(`${name}=`));
  if (value === undefined) return others;
  return [...others, kind === "flag" ? name : `${name}=${value}`];
}
