import type { BannerView } from "../protocol/graph.ts";
import type { OutputProblem } from "../pipeline/output/outputProblem.ts";
import type { ProblemAction } from "../platform/errors.ts";
import { t } from "../protocol/l10n.ts";
import { describeFailure, type EvaluatedGraph, type GraphFailure } from "./queryGraph.ts";

/** What a button of the banner does. */
export type BannerAction =
  | { readonly kind: "problemAction"; readonly action: ProblemAction }
  | { readonly kind: "showProblem"; readonly problem: OutputProblem }
  | { readonly kind: "showOutput"; readonly text: string }
  | { readonly kind: "retry" };

/** A message above a graph that is missing, outdated or incomplete. */
export interface GraphBanner {
  readonly text: string;
  readonly detail: string;
  readonly severity: BannerView["severity"];
  readonly actions: readonly { readonly title: string; readonly action: BannerAction }[];
}

/** The part of a banner that the page receives. */
export const bannerView = ({ text, detail, severity, actions }: GraphBanner): BannerView => ({
  text,
  detail,
  severity,
  actions: actions.map(({ title }) => title),
});

export const missingProjectBanner: GraphBanner = {
  text: t("The config.ml of this graph no longer exists."),
  detail: "",
  severity: "warning",
  actions: [],
};

/** Explains why no comparison was started by default. */
export const nothingToCompareBanner: GraphBanner = {
  text: t("The other targets and options have the same graph, so there is nothing to compare."),
  detail: "",
  severity: "info",
  actions: [],
};

/** Explains why there is no new graph. `hasOlder`: an earlier graph is still shown. */
export function failureBanner(failure: GraphFailure, hasOlder: boolean): GraphBanner {
  const { text, detail } = describeFailure(failure);
  const older = hasOlder ? t(" The graph shown is the previous one.") : "";
  return { text: `${text}${older}`, detail, severity: "error", actions: actionsOf(failure) };
}

function actionsOf(failure: GraphFailure): GraphBanner["actions"] {
  if (failure.kind === "noTool") {
    return failure.problem.actions.map((action) => ({
      title: action.title,
      action: { kind: "problemAction", action },
    }));
  }
  if (failure.kind === "doesNotCompile") {
    const first = failure.problems.find(({ severity }) => severity === "error");
    const showOutput = {
      title: t("Show Output"),
      action: { kind: "showOutput", text: failure.output },
    } as const;
    if (!first) return [showOutput];
    return [{ title: t("Show Error"), action: { kind: "showProblem", problem: first } }, showOutput];
  }
  return [{ title: t("Try Again"), action: { kind: "retry" } }];
}

/** Warns that only a part of the graph could be read. */
export function partialGraphBanner({ problems }: EvaluatedGraph): GraphBanner | undefined {
  if (problems.length === 0) return undefined;
  return { text: problems.join(" "), detail: "", severity: "warning", actions: [] };
}
