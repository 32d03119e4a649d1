import type { ConfigurationView, OptionView, OtherView, Picture } from "./messages.ts";

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

/** Whether both name the same target and the same options, in whatever order; evaluation is a matter of the picture alone. */
export function sameChoice(one: ConfigurationView, other: ConfigurationView | undefined): boolean {
  if (!other || one.target !== other.target || one.options.length !== other.options.length) return false;
  const sorted = other.options.toSorted();
  return one.options.toSorted().every((option, index) => option === sorted[index]);
}

/** Whether a picture is of a configuration, compared with another. */
export function isOf(
  picture: Picture,
  configuration: ConfigurationView | undefined,
  other: OtherView,
): boolean {
  const same = (one: ConfigurationView, two: ConfigurationView): boolean =>
    sameChoice(one, two) && one.evaluate === two.evaluate;
  if (!configuration || !same(picture.configuration, configuration)) return false;
  if (picture.other.kind === "configuration" && other.kind === "configuration")
    return same(picture.other.configuration, other.configuration);
  return picture.other.kind === other.kind;
}
