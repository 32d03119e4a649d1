import type { OptionView } from "../protocol/graph.ts";
import { parseConfigureHelp, projectOptions } from "../pipeline/configureOptions.ts";

/** Options about the build and its packages, which no graph depends on. */
const buildOptions = new Set(["--depext", "--no-depext", "--extra-repos", "--no-extra-repo"]);

/** The options that can change a graph. */
export const graphOptions = (options: readonly OptionView[]): readonly OptionView[] =>
  options.filter(({ name }) => !buildOptions.has(name));

/** The options that a config.ml declares, parsed from the output of `mirage configure --help=plain`. */
export function optionViews(help: string): readonly OptionView[] {
  return projectOptions(parseConfigureHelp(help)).map(({ flag, kind, doc, values, absent }) => ({
    name: flag,
    documentation: doc,
    kind: kind === "flag" ? "flag" : values ? "choice" : "text",
    values: [...(values ?? [])],
    initial: absent ?? "",
  }));
}
