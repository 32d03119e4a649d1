import type { ComparisonTarget, OptionView } from "../protocol/graph.ts";
import { firstSentence } from "../pipeline/output/outputProblem.ts";
import { comparisonCandidates } from "./compare/comparisonCandidates.ts";
import { diffGraphs } from "./compare/diffGraphs.ts";
import type { GraphConfiguration, FunctorGraph } from "./model.ts";
import { parseDescription } from "./dot/parseDescription.ts";
import type { EvaluationFailure, EvaluatedProject, ConfigEvaluator } from "./evaluate/types.ts";
import { t } from "../protocol/l10n.ts";

/** A configuration, and what it is compared with. */
export interface GraphRequest {
  readonly configuration: GraphConfiguration;
  readonly other: ComparisonTarget;
  /** The options that config.ml declares, as far as they are known; for `mostDifferent`. */
  readonly declared?: readonly OptionView[];
}

/** Reads the last committed config.ml. Rejects with a message for the user if git has none. */
export type ReadCommittedConfig = (signal: AbortSignal) => Promise<string>;

/** The graph of one configuration, with its sources. */
export interface EvaluatedGraph {
  readonly kind: "graph";
  readonly configuration: GraphConfiguration;
  readonly graph: FunctorGraph;
  /** DOT as mirage writes it. */
  readonly dot: string;
  /** Identifies what was evaluated: config.ml and the compiler and libraries. */
  readonly content: string;
  /** Describes the parts of the graph that could not be read. */
  readonly problems: readonly string[];
  /** The text of config.ml if it was not the file on disk. */
  readonly configText: string | undefined;
}

export type GraphFailure = EvaluationFailure | { readonly kind: "noGraph"; readonly reason: string };

/** The result of a request; `other` is undefined if there is no comparison or no graph to compare. */
export interface GraphResult {
  readonly graph: EvaluatedGraph | GraphFailure;
  readonly other: EvaluatedGraph | GraphFailure | undefined;
  /** The most different configuration was requested, and all that were tried have the same graph. */
  readonly nothingDiffers?: boolean;
}

/** Whether a comparison would show two equal graphs. */
export function showsNoChange({ graph, other }: GraphResult): boolean {
  return graph.kind === "graph" && other?.kind === "graph" && changeCount(other.graph, graph.graph) === 0;
}

function changeCount(before: FunctorGraph, after: FunctorGraph): number {
  return diffGraphs(before, after).filter(({ change }) => change !== "same").length;
}

/**
 * Evaluates one configuration, with `configText` in place of config.ml's content if given. `mains` are
 * the module paths that config.ml passes to `main`.
 */
export async function queryGraph(
  evaluator: ConfigEvaluator,
  project: EvaluatedProject,
  configuration: GraphConfiguration,
  mains: readonly string[],
  signal: AbortSignal,
  configText?: string,
): Promise<EvaluatedGraph | GraphFailure> {
  const options = { signal, ...(configText !== undefined && { configText }) };
  const printed = await evaluator.printGraph(project, configuration, options);
  if (printed.kind !== "printed") return printed;
  const { graph, problems } = parseDescription(`${printed.text}\n${printed.dot}`, mains);
  if (!graph) return { kind: "noGraph", reason: problems.join(" ") };
  const { dot, content } = printed;
  return { kind: "graph", configuration, graph, dot, content, problems, configText };
}

/**
 * Evaluates the requested configuration and the one it is compared with. For `mostDifferent`, that is none if
 * every candidate has the same graph, and a failure if none can be evaluated.
 */
export async function queryGraphs(
  evaluator: ConfigEvaluator,
  project: EvaluatedProject,
  { configuration, other, declared = [] }: GraphRequest,
  mains: readonly string[],
  committed: ReadCommittedConfig,
  signal: AbortSignal,
): Promise<GraphResult> {
  const query = (requested: GraphConfiguration, configText?: string) =>
    queryGraph(evaluator, project, requested, mains, signal, configText);
  const queryMostDifferent = async (
    graph: EvaluatedGraph,
  ): Promise<EvaluatedGraph | GraphFailure | undefined> => {
    let isSame = false;
    let failure: GraphFailure | undefined;
    for (const group of comparisonCandidates(configuration, declared)) {
      let best: { readonly graph: EvaluatedGraph; readonly changes: number } | undefined;
      for (const candidate of group) {
        const result = await query(candidate);
        if (result.kind === "cancelled") return result;
        if (result.kind === "graph") {
          const changes = changeCount(result.graph, graph.graph);
          isSame ||= changes === 0;
          if (changes > (best?.changes ?? 0)) best = { graph: result, changes };
        } else failure ??= result;
      }
      if (best) return best.graph;
    }
    return isSame ? undefined : failure;
  };
  const queryOther = async (graph: EvaluatedGraph): Promise<EvaluatedGraph | GraphFailure | undefined> => {
    if (other.kind === "nothing") return undefined;
    if (other.kind === "mostDifferent") return queryMostDifferent(graph);
    if (other.kind === "configuration") return query(other.configuration);
    try {
      return await query(configuration, await committed(signal));
    } catch (error) {
      return { kind: "noGraph", reason: error instanceof Error ? error.message : String(error) };
    }
  };
  // Not in parallel: both may compile in the same folder.
  const graph = await query(configuration);
  if (graph.kind !== "graph") return { graph, other: undefined };
  const compared = await queryOther(graph);
  return { graph, other: compared, nothingDiffers: other.kind === "mostDifferent" && compared === undefined };
}

/** Explains in a sentence why there is no graph; `detail` is the whole output if it says more. */
export function describeFailure(failure: GraphFailure): { readonly text: string; readonly detail: string } {
  switch (failure.kind) {
    case "doesNotCompile": {
      const first = failure.problems.find(({ severity }) => severity === "error");
      if (!first) return { text: t("config.ml does not compile."), detail: failure.output };
      const text = t(
        "config.ml does not compile. Line {0}: {1}",
        first.range.startLine + 1,
        sentence(firstSentence(first.message)),
      );
      return { text, detail: failure.output };
    }
    case "failed": {
      const last = failure.output.trim().split("\n").at(-1) ?? "";
      return {
        text: t(
          "config.ml produced no graph: {0}",
          last === "" ? t("it exited without printing anything.") : sentence(last),
        ),
        detail: failure.output.includes("\n") ? failure.output : "",
      };
    }
    case "timedOut":
      return {
        text:
          failure.step === "compile"
            ? t("Compiling config.ml took more than {0} s and was stopped.", failure.seconds)
            : t(
                "config.ml ran for more than {0} s and was stopped. Check it for an endless loop, or for code that waits for input.",
                failure.seconds,
              ),
        detail: "",
      };
    case "cancelled":
      return { text: t("The evaluation of config.ml was cancelled."), detail: "" };
    case "noTool":
      return { text: failure.problem.message, detail: "" };
    case "noGraph":
      return { text: failure.reason, detail: "" };
  }
}

/** Adds a full stop unless there is one, so that another sentence can follow. */
const sentence = (text: string): string => (/[.!?:]$/.test(text) ? text : `${text}.`);
