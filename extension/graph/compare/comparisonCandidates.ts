import type { OptionView } from "../../protocol/graph.ts";
import { targetIds } from "../../mirage/targets.ts";
import type { GraphConfiguration } from "../model.ts";

type DeclaredOption = Pick<OptionView, "name" | "kind" | "values">;

/** Options that are tried if no other target differs; each is evaluated, which takes a fraction of a second. */
const maxOptions = 8;

/**
 * The configurations to which one may be compared by default, in groups: a later group is needed only if nothing
 * in the earlier ones differs. The first group is unix, also with the sockets of the host, and hvt; then follow
 * the targets with devices of their own, then other values of the options that config.ml declares. None equals
 * `configuration`.
 */
export function comparisonCandidates(
  configuration: GraphConfiguration,
  declared: readonly DeclaredOption[],
): readonly (readonly GraphConfiguration[])[] {
  const { target, options } = configuration;
  const withOption = (name: string, option: string | undefined): readonly string[] => [
    ...options.filter((each) => each !== name && !each.startsWith(`${name}=`)),
    ...(option === undefined ? [] : [option]),
  ];
  const hasNet = declared.some(({ name }) => name === "--net");
  const isNet = options.some((option) => option.startsWith("--net="));
  const change = (next: Partial<GraphConfiguration>): GraphConfiguration => ({ ...configuration, ...next });
  const targets = [
    change({ target: "unix" }),
    ...(hasNet ? [change({ target: "unix", options: withOption("--net", "--net=host") })] : []),
    // The sockets of the host are for unix only.
    change({ target: "hvt", ...(isNet && { options: withOption("--net", undefined) }) }),
  ];
  const others = targetIds.filter((each) => each === "xen" || each === "qubes");
  const values = declared.flatMap(({ name, kind, values: listed }) => {
    if (kind === "flag")
      return [options.includes(name) ? withOption(name, undefined) : withOption(name, name)];
    return listed.map((value) => withOption(name, `${name}=${value}`));
  });
  return [
    targets,
    others.map((each) => change({ target: each })),
    values.slice(0, maxOptions).map((each) => change({ options: each })),
  ].map((group) => group.filter((each) => each.target !== target || !isSameList(each.options, options)));
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}
