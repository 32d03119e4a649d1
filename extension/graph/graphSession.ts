import { isDeepStrictEqual } from "node:util";
import type {
  ConfigurationView,
  OptionView,
  ComparisonTarget,
  GraphPanelContent,
  ToGraphPage,
} from "../protocol/graph.ts";
import {
  queryGraphs,
  showsNoChange,
  type EvaluatedGraph,
  type GraphResult,
  type ReadCommittedConfig,
} from "./queryGraph.ts";
import {
  failureBanner,
  missingProjectBanner,
  nothingToCompareBanner,
  partialGraphBanner,
  bannerView,
  type GraphBanner,
  type BannerAction,
} from "./banners.ts";
import type { GraphConfiguration } from "./model.ts";
import { graphOptions, optionViews } from "./optionViews.ts";
import type { EvaluatedProject, ConfigEvaluator } from "./evaluate/types.ts";
import { comparisonView, graphView, type GraphViewModel } from "./graphView.ts";
import { describeComparison, describeConfiguration, describeGraph } from "./describe/describeGraph.ts";
import { t } from "../protocol/l10n.ts";

/** A unikernel, as far as the graph depends on it. */
export interface GraphProject extends EvaluatedProject {
  /** The target and options that commands use. */
  readonly target: string;
  readonly options: readonly string[];
  /** The arguments of the last `mirage configure`; undefined if there was none. */
  readonly configured: { readonly target: string; readonly options: readonly string[] } | undefined;
}

export interface GraphSessionOptions {
  readonly evaluator: ConfigEvaluator;
  /** Undefined if config.ml no longer exists. */
  readonly project: () => GraphProject | undefined;
  readonly targets: readonly string[];
  /** The module paths that config.ml passes to `main`. */
  readonly mains: () => Promise<readonly string[]>;
  readonly committed: ReadCommittedConfig;
  readonly post: (message: ToGraphPage) => void;
}

/** The last graph that a panel shows, with the evaluations that it was made from. */
export interface DisplayedGraph {
  readonly viewModel: GraphViewModel;
  readonly evaluated: EvaluatedGraph;
  /** The graph that it is compared with. */
  readonly other: EvaluatedGraph | undefined;
  readonly sentences: readonly string[];
  readonly options: readonly OptionView[];
}

/**
 * The state of one graph panel: evaluates config.ml, keeps the last graph that could be read, and posts
 * it to the page. A later request cancels the pending one, and results of a cancelled request are
 * dropped.
 */
export class GraphSession {
  private readonly session: GraphSessionOptions;
  /** The configuration that the user selected; undefined follows that of commands. */
  private selected: ConfigurationView | undefined;
  private other: ComparisonTarget = { kind: "nothing" };
  /** What was chosen because it differed most; replaced when it has the same graph. */
  private mostDifferent: GraphConfiguration | undefined;
  private displayedGraph: DisplayedGraph | undefined;
  private banner: GraphBanner | undefined;
  /** The options that config.ml declares, with the content that they were read from. */
  private options: { readonly content: string; readonly views: readonly OptionView[] } | undefined;
  private posted: GraphPanelContent | undefined;
  private generation = 0;
  /** Number of requests; a request that is not the latest must not post. */
  private requests = 0;
  private abort = new AbortController();
  private isPending = false;
  private refreshNeeded = false;
  private evaluatingTargets = false;

  constructor(options: GraphSessionOptions) {
    this.session = options;
  }

  displayed(): DisplayedGraph | undefined {
    return this.displayedGraph;
  }

  configuration(): GraphConfiguration | undefined {
    const project = this.session.project();
    return this.selected ?? (project && { target: project.target, options: project.options, evaluate: true });
  }

  /** What the button of the banner with this index does. */
  bannerAction(index: number): BannerAction | undefined {
    return this.banner?.actions[index]?.action;
  }

  /**
   * Shows another configuration or comparison; undefined follows the configuration of commands.
   * Resolves after the graph was posted.
   */
  showGraph(configuration: ConfigurationView | undefined, other: ComparisonTarget): Promise<void> {
    this.selected = configuration;
    this.other = other;
    // The request may come from a page that was just loaded and has received nothing yet.
    this.posted = undefined;
    return this.update(false);
  }

  /** Evaluates again after a file was saved, and marks what is different in the graph. */
  refresh(): Promise<void> {
    return this.update(true);
  }

  /**
   * Like {@link refresh}, but lets a pending evaluation end first: for events that come in bursts and
   * often after a save that is already being evaluated.
   */
  async refreshWhenIdle(): Promise<void> {
    if (this.isPending) this.refreshNeeded = true;
    else await this.refresh();
  }

  /**
   * Evaluates the configuration for every target, so that the evaluator answers from its cache when the
   * user selects one. Ends with the next request, and does nothing while it is already running.
   */
  async evaluateTargets(): Promise<void> {
    const project = this.session.project();
    const configuration = this.configuration();
    if (this.evaluatingTargets || !project || !configuration) return;
    this.evaluatingTargets = true;
    const { signal } = this.abort;
    try {
      for (const target of this.session.targets) {
        if (signal.aborted) return;
        await this.session.evaluator.printGraph(project, { ...configuration, target }, { signal });
      }
    } finally {
      this.evaluatingTargets = false;
    }
  }

  /** Cancels the pending evaluation. */
  cancel(): void {
    this.abort.abort();
  }

  dispose(): void {
    this.requests += 1;
    this.abort.abort();
  }

  private async update(markChanges: boolean): Promise<void> {
    const request = (this.requests += 1);
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    const { evaluator, post, committed } = this.session;
    const project = this.session.project();
    const configuration = this.configuration();
    this.isPending = project !== undefined;
    if (!project || !configuration) return this.postContent(undefined, configuration, missingProjectBanner);
    post({ kind: "busy", on: true, description: t("Evaluating config.ml") });
    try {
      const mains = await this.session.mains();
      const query = (other: ComparisonTarget): Promise<GraphResult> => {
        const requested = { configuration, other, declared: this.options?.views ?? [] };
        return queryGraphs(evaluator, project, requested, mains, committed, signal);
      };
      let result = await query(this.other);
      if (request !== this.requests) return;
      if (this.isDefaultComparison() && showsNoChange(result)) {
        this.other = { kind: "mostDifferent" };
        result = await query(this.other);
        if (request !== this.requests) return;
      }
      if (this.other.kind === "mostDifferent") this.storeMostDifferent(result);
      // Reading the options runs config.ml once more: the graph is shown first, with the known options.
      const first = this.options === undefined;
      if (!first) this.display(project, configuration, result, this.options?.views ?? [], markChanges);
      const options = await this.readOptions(project, result.graph, signal);
      if (request !== this.requests) return;
      if (first) this.display(project, configuration, result, options, markChanges);
      else if (this.displayedGraph) {
        this.displayedGraph = { ...this.displayedGraph, options };
        this.postContent(project, configuration, this.banner);
      }
    } finally {
      if (request === this.requests) this.endUpdate();
    }
  }

  /** Whether the graph is compared with the configuration that was chosen because it differed most. */
  private isDefaultComparison(): boolean {
    const { other } = this;
    return other.kind === "configuration" && isDeepStrictEqual(other.configuration, this.mostDifferent);
  }

  private storeMostDifferent({ other }: GraphResult): void {
    this.mostDifferent = other?.kind === "graph" ? other.configuration : undefined;
    this.other = this.mostDifferent
      ? { kind: "configuration", configuration: this.mostDifferent }
      : { kind: "nothing" };
  }

  private endUpdate(): void {
    this.isPending = false;
    this.session.post({ kind: "busy", on: false, description: "" });
    if (!this.refreshNeeded) return;
    this.refreshNeeded = false;
    void this.refresh();
  }

  private async readOptions(
    project: EvaluatedProject,
    graph: GraphResult["graph"],
    signal: AbortSignal,
  ): Promise<readonly OptionView[]> {
    if (graph.kind !== "graph") return this.options?.views ?? [];
    if (this.options?.content === graph.content) return this.options.views;
    const help = await this.session.evaluator.help(project, { signal });
    if (help.kind !== "help") return this.options?.views ?? [];
    this.options = { content: graph.content, views: graphOptions(optionViews(help.text)) };
    return this.options.views;
  }

  /** Posts the graph of a result, or a banner that says why the last graph is still shown. */
  private display(
    project: GraphProject,
    configuration: GraphConfiguration,
    { graph, other, nothingDiffers }: GraphResult,
    options: readonly OptionView[],
    markChanges: boolean,
  ): void {
    const last = this.displayedGraph;
    if (graph.kind !== "graph") {
      this.postContent(project, configuration, failureBanner(graph, last !== undefined));
      return;
    }
    const isSame = last !== undefined && isDeepStrictEqual(last.evaluated.configuration, configuration);
    const compared = other?.kind === "graph" ? other : undefined;
    const previous = last?.viewModel.keyed;
    this.displayedGraph = {
      viewModel: compared
        ? comparisonView(compared.graph, graph.graph, previous)
        : graphView(graph.graph, previous, markChanges && isSame),
      sentences: compared
        ? describeComparison(compared.graph, graph.graph, comparedNames(compared, graph))
        : describeGraph(graph.graph, graph.configuration),
      evaluated: graph,
      other: compared,
      options,
    };
    const failed = other && other.kind !== "graph" ? failureBanner(other, false) : undefined;
    const same = nothingDiffers === true ? nothingToCompareBanner : undefined;
    this.postContent(project, configuration, failed ?? partialGraphBanner(graph) ?? same);
  }

  private postContent(
    project: GraphProject | undefined,
    configuration: GraphConfiguration | undefined,
    banner: GraphBanner | undefined,
  ): void {
    this.banner = banner;
    const { posted, displayedGraph: displayed } = this;
    const configured = project?.configured;
    const content: GraphPanelContent = {
      kind: "content",
      generation: this.generation,
      unikernel: project?.configFile ?? posted?.unikernel ?? "",
      name: project?.name ?? posted?.name ?? "",
      folder: project?.buildDir ?? posted?.folder ?? "",
      targets: this.session.targets.map((name) => ({
        name,
        note: name === configured?.target ? t("configured") : "",
      })),
      options: displayed?.options ?? [],
      configuration: configuration ?? { target: "", options: [], evaluate: true },
      other: this.other,
      current: configured && { ...configured, evaluate: true },
      graph: displayed?.viewModel.view,
      sentences: displayed?.sentences ?? [],
      banner: banner && bannerView(banner),
    };
    // After a save that changed nothing the page must not draw again.
    if (posted && isDeepStrictEqual(posted, content)) return;
    this.generation += 1;
    this.posted = { ...content, generation: this.generation };
    this.session.post(this.posted);
  }
}

function comparedNames(
  before: EvaluatedGraph,
  after: EvaluatedGraph,
): { readonly before: string; readonly after: string } {
  if (before.configText !== undefined)
    return { before: t("the committed config.ml"), after: t("the current config.ml") };
  return {
    before: describeConfiguration(before.configuration),
    after: describeConfiguration(after.configuration),
  };
}
