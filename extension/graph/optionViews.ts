import type { OptionView } from "../../webviews/graph/messages.ts";
import { parseConfigureHelp, projectOptions } from "../pipeline/options.ts";

/** About the build and its packages: no graph depends on them. */
const ofTheBuild = new Set(["--depext", "--no-depext", "--extra-repos", "--no-extra-repo"]);

/** The options that can change a graph. */
export const drawnOptions = (options: readonly OptionView[]): readonly OptionView[] =>
  options.filter(({ name }) => !ofTheBuild.has(name));

/** The controls of the panel for the options that a config.ml declares, from the manual of configure. */
export function optionViews(help: string): readonly OptionView[] {
  return projectOptions(parseConfigureHelp(help)).map(({ flag, kind, doc, values, absent }) => ({
    name: flag,
    documentation: doc,
    kind: kind === "flag" ? "flag" : values ? "choice" : "text",
    values: [...(values ?? [])],
    initial: absent ?? "",
  }));
}
