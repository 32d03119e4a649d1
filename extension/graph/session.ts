import { isDeepStrictEqual } from "node:util";
import type {
  ConfigurationView,
  OptionView,
  OtherView,
  Picture,
  ToGraph,
} from "../../webviews/graph/messages.ts";
import { findGraph, findGraphs, type Answer, type Found, type ReadCommitted } from "./asked.ts";
import { bannerOf, goneBanner, partBanner, viewOf, type Banner, type BannerAction } from "./banners.ts";
import type { Configuration } from "./model.ts";
import { drawnOptions, optionViews } from "./optionViews.ts";
import type { ShadowProject, Shadows } from "./shadowModel.ts";
import { comparisonView, graphView, type Drawn } from "./view.ts";
import { comparisonWords, configurationWords, graphWords } from "./words.ts";
import { t } from "../platform/l10n.ts";

/** A unikernel as the graph needs it. */
export interface GraphProject extends ShadowProject {
  /** The target and options that commands use. */
  readonly target: string;
  readonly options: readonly string[];
  /** What `mirage configure` was last run for. */
  readonly configured: { readonly target: string; readonly options: readonly string[] } | undefined;
}

export interface GraphSessionParts {
  readonly shadows: Shadows;
  /** Undefined when config.ml is gone. */
  readonly project: () => GraphProject | undefined;
  readonly targets: readonly string[];
  /** The module paths that config.ml gives to `main`. */
  readonly mains: () => Promise<readonly string[]>;
  readonly committed: ReadCommitted;
  readonly post: (message: ToGraph) => void;
}

/** The picture that a panel shows last, with what it was made of. */
export interface Shown {
  readonly drawn: Drawn;
  readonly answer: Answer;
  readonly other: Answer | undefined;
  readonly words: readonly string[];
  readonly options: readonly OptionView[];
}

export interface GraphSession {
  /** Changes what is wanted; undefined follows what commands use. Settles when the picture was posted. */
  readonly look: (configuration: ConfigurationView | undefined, other: OtherView) => Promise<void>;
  /** Asks again, after a change of files or of the switch. What changed is marked. */
  readonly refresh: () => Promise<void>;
  /** Ends the evaluation that is waited for. */
  readonly cancel: () => void;
  readonly shown: () => Shown | undefined;
  readonly configuration: () => Configuration | undefined;
  readonly act: (index: number) => BannerAction | undefined;
  readonly dispose: () => void;
}

/** Nodes of a graph that is laid out before anybody has asked for it. */
const largestAhead = 600;

/** What one panel shows: asks the shadow, keeps the last good picture, tells the page. */
export function createGraphSession(parts: GraphSessionParts): GraphSession {
  const { shadows, post } = parts;
  let wanted: ConfigurationView | undefined;
  let other: OtherView = { kind: "nothing" };
  let shown: Shown | undefined;
  let actions: readonly BannerAction[] = [];
  let options: { readonly content: string; readonly views: readonly OptionView[] } | undefined;
  let generation = 0;
  let round = 0;
  let abort = new AbortController();
  let posted: Picture | undefined;
  let above: Banner | undefined;
  /** The picture for which those of other targets were told. */
  let aheadOf = 0;

  const configuration = (): Configuration | undefined => {
    const project = parts.project();
    return wanted ?? (project && { target: project.target, options: project.options, evaluate: true });
  };

  const ask = async (mark: boolean): Promise<void> => {
    const mine = (round += 1);
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    const project = parts.project();
    const asked = configuration();
    if (!project || !asked) return show(undefined, asked, goneBanner);
    post({ kind: "busy", on: true, words: t("Evaluating config.ml") });
    try {
      const mains = await parts.mains();
      const found = await findGraphs(
        shadows,
        project,
        { configuration: asked, other },
        mains,
        parts.committed,
        signal,
      );
      if (mine !== round) return;
      // A picture waits for no options: those known are shown until they are read anew.
      const first = options === undefined;
      if (!first) take(project, asked, found, options?.views ?? [], mark);
      const views = await optionsOf(project, found.graph, signal);
      if (mine !== round) return;
      if (first) take(project, asked, found, views, mark);
      else if (shown) {
        shown = { ...shown, options: views };
        show(project, asked, above);
      }
      // A save that changed nothing leaves what was told ahead as it is.
      if (found.graph.kind === "graph" && aheadOf !== generation)
        void askAhead(project, asked, mains, signal);
    } finally {
      if (mine === round) post({ kind: "busy", on: false, words: "" });
    }
  };

  /**
   * The pictures that a look at another target would give: the page lays them out before anybody asks,
   * and shows them at once.
   */
  const askAhead = async (
    project: GraphProject,
    asked: Configuration,
    mains: readonly string[],
    signal: AbortSignal,
  ) => {
    const pictures: Picture[] = [];
    for (const target of parts.targets) {
      const found = await findGraph(shadows, project, { ...asked, target }, mains, signal);
      if (signal.aborted) return;
      // What was committed is another graph for each target; it is not asked for ahead.
      if (found.kind !== "graph" || !shown || other.kind === "committed") continue;
      if (found.problems.length > 0 || found.graph.nodes.length > largestAhead) continue;
      const next = shownFor(found, shown.other, shown.options, false);
      pictures.push(pictureFor(project, found.configuration, next, undefined));
    }
    if (pictures.length > 1) post({ kind: "ahead", pictures });
    aheadOf = generation;
  };

  const optionsOf = async (
    project: ShadowProject,
    graph: Found["graph"],
    signal: AbortSignal,
  ): Promise<readonly OptionView[]> => {
    if (graph.kind !== "graph") return options?.views ?? [];
    if (options?.content === graph.content) return options.views;
    const help = await shadows.help(project, { signal });
    if (help.kind !== "help") return options?.views ?? [];
    options = { content: graph.content, views: drawnOptions(optionViews(help.text)) };
    return options.views;
  };

  const take = (
    project: GraphProject,
    asked: Configuration,
    { graph, other: against }: Found,
    views: readonly OptionView[],
    mark: boolean,
  ): void => {
    if (graph.kind !== "graph") return show(project, asked, bannerOf(graph, shown !== undefined));
    const compared = against?.kind === "graph" ? against : undefined;
    const same = shown !== undefined && isDeepStrictEqual(shown.answer.configuration, asked);
    shown = shownFor(graph, compared, views, mark && same);
    show(project, asked, against && against.kind !== "graph" ? bannerOf(against, false) : partBanner(graph));
  };

  const shownFor = (
    answer: Answer,
    against: Answer | undefined,
    views: readonly OptionView[],
    mark: boolean,
  ): Shown => {
    const previous = shown?.drawn.keyed;
    return {
      drawn: against
        ? comparisonView(against.graph, answer.graph, previous)
        : graphView(answer.graph, previous, mark),
      words: against
        ? comparisonWords(against.graph, answer.graph, namesOf(against, answer))
        : graphWords(answer.graph, answer.configuration),
      answer,
      other: against,
      options: views,
    };
  };

  const pictureFor = (
    project: GraphProject | undefined,
    asked: Configuration | undefined,
    of: Shown | undefined,
    banner: Banner | undefined,
  ): Picture => {
    const configured = project?.configured;
    return {
      kind: "picture",
      generation,
      unikernel: project?.configFile ?? posted?.unikernel ?? "",
      name: project?.name ?? posted?.name ?? "",
      place: project?.buildDir ?? posted?.place ?? "",
      targets: parts.targets.map((name) => ({
        name,
        note: name === configured?.target ? "configured" : "",
      })),
      options: of?.options ?? [],
      configuration: asked ?? { target: "", options: [], evaluate: true },
      other,
      current: configured && { ...configured, evaluate: true },
      graph: of?.drawn.view,
      words: of?.words ?? [],
      banner: banner && viewOf(banner),
    };
  };

  const show = (
    project: GraphProject | undefined,
    asked: Configuration | undefined,
    banner: Banner | undefined,
  ): void => {
    above = banner;
    actions = banner?.actions.map(({ act }) => act) ?? [];
    const picture = pictureFor(project, asked, shown, banner);
    // A save that changes nothing must not make the page draw again.
    if (posted && isDeepStrictEqual(posted, picture)) return;
    generation += 1;
    posted = { ...picture, generation };
    post(posted);
  };

  return {
    look: (next, against) => {
      wanted = next;
      other = against;
      // A new page knows nothing, whatever the one before it was told.
      posted = undefined;
      return ask(false);
    },
    refresh: () => ask(true),
    cancel: () => abort.abort(),
    shown: () => shown,
    configuration,
    act: (index) => actions[index],
    dispose: () => {
      round += 1;
      abort.abort();
    },
  };
}

function namesOf(before: Answer, after: Answer): { readonly before: string; readonly after: string } {
  if (before.configText !== undefined)
    return { before: t("the committed config.ml"), after: t("config.ml now") };
  return {
    before: configurationWords(before.configuration),
    after: configurationWords(after.configuration),
  };
}
