import type { ConfigurationView, OptionView } from "../../../extension/protocol/graph.ts";

/** The value of an option among arguments, or undefined if it is not set. The value of a flag is empty. */
export function optionArgument(options: readonly string[], { name }: OptionView): string | undefined {
  const found = options.findLast((each) => each === name || each.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/** The arguments with one option set, or removed if `value` is undefined; the others keep their order. */
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

/** Whether both have the same target and options, in any order. Ignores `evaluate`, which affects only the picture. */
export function sameConfiguration(one: ConfigurationView, other: ConfigurationView | undefined): boolean {
  if (!other || one.target !== other.target || one.options.length !== other.options.length) return false;
  const sorted = other.options.toSorted();
  return one.options.toSorted().every((option, index) => option === sorted[index]);
}
