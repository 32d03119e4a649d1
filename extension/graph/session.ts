import { isDeepStrictEqual } from "node:util";
import type {
  BannerView,
  ConfigurationView,
  OptionView,
  OtherView,
  Picture,
  ToGraph,
} from "../../webviews/graph/messages.ts";
import type { Action } from "../platform/errors.ts";
import type { OutputProblem } from "../pipeline/diagnostics.ts";
import {
  failureWords,
  findGraphs,
  type Answer,
  type Found,
  type ReadCommitted,
  type Unanswered,
} from "./asked.ts";
import type { Configuration } from "./model.ts";
import { optionViews } from "./optionViews.ts";
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

/** What a button of the banner does. */
export type BannerAction =
  | { readonly kind: "action"; readonly action: Action }
  | { readonly kind: "show"; readonly problem: OutputProblem }
  | { readonly kind: "output"; readonly text: string }
  | { readonly kind: "again" };

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
  readonly shown: () => Shown | undefined;
  readonly configuration: () => Configuration | undefined;
  readonly act: (index: number) => BannerAction | undefined;
  readonly dispose: () => void;
}

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
      const views = await optionsOf(project, found.graph, signal);
      if (mine !== round) return;
      take(project, asked, found, views, mark);
      if (found.graph.kind === "graph") void askAhead(project, asked, signal);
    } finally {
      if (mine === round) post({ kind: "busy", on: false, words: "" });
    }
  };

  /** What the next look at another target asks for is then remembered by the shadow. */
  const askAhead = async (project: ShadowProject, asked: Configuration, signal: AbortSignal) => {
    for (const target of parts.targets) {
      if (signal.aborted) return;
      await shadows.describe(project, { ...asked, target }, { signal });
    }
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
    options = { content: graph.content, views: optionViews(help.text) };
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
    const previous = shown?.drawn.keyed;
    const compared = against?.kind === "graph" ? against : undefined;
    const same = shown !== undefined && isDeepStrictEqual(shown.answer.configuration, asked);
    const drawn = compared
      ? comparisonView(compared.graph, graph.graph, previous)
      : graphView(graph.graph, previous, mark && same);
    const words = compared
      ? comparisonWords(compared.graph, graph.graph, namesOf(compared, graph))
      : graphWords(graph.graph, graph.configuration);
    shown = { drawn, answer: graph, other: compared, words, options: views };
    show(project, asked, against && against.kind !== "graph" ? bannerOf(against, false) : partBanner(graph));
  };

  const show = (
    project: GraphProject | undefined,
    asked: Configuration | undefined,
    banner: Banner | undefined,
  ): void => {
    actions = banner?.actions.map(({ act }) => act) ?? [];
    const configured = project?.configured;
    const picture: Picture = {
      kind: "picture",
      generation,
      unikernel: project?.configFile ?? posted?.unikernel ?? "",
      name: project?.name ?? posted?.name ?? "",
      place: project?.buildDir ?? posted?.place ?? "",
      targets: parts.targets.map((name) => ({
        name,
        note: name === configured?.target ? "configured" : "",
      })),
      options: shown?.options ?? [],
      configuration: asked ?? { target: "", options: [], evaluate: true },
      other,
      current: configured && { ...configured, evaluate: true },
      graph: shown?.drawn.view,
      words: shown?.words ?? [],
      banner: banner && viewOf(banner),
    };
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

interface Banner {
  readonly text: string;
  readonly detail: string;
  readonly severity: BannerView["severity"];
  readonly actions: readonly { readonly title: string; readonly act: BannerAction }[];
}

const viewOf = ({ text, detail, severity, actions }: Banner): BannerView => ({
  text,
  detail,
  severity,
  actions: actions.map(({ title }) => title),
});

const goneBanner: Banner = {
  text: t("The config.ml of this graph no longer exists."),
  detail: "",
  severity: "warning",
  actions: [],
};

function bannerOf(failure: Unanswered, older: boolean): Banner {
  const { text, detail } = failureWords(failure);
  const stays = older ? t(" The picture is the one before.") : "";
  return { text: `${text}${stays}`, detail, severity: "error", actions: actionsOf(failure) };
}

function actionsOf(failure: Unanswered): Banner["actions"] {
  const again = { title: t("Try Again"), act: { kind: "again" } } as const;
  if (failure.kind === "noTool") {
    return failure.problem.actions.map((action) => ({
      title: action.title,
      act: { kind: "action", action },
    }));
  }
  if (failure.kind === "doesNotCompile") {
    const first = failure.problems.find(({ severity }) => severity === "error");
    const output = { title: t("Show Output"), act: { kind: "output", text: failure.output } } as const;
    return first ? [{ title: t("Show Error"), act: { kind: "show", problem: first } }, output] : [output];
  }
  return [again];
}

/** A graph that could be read in part only. */
function partBanner({ problems }: Answer): Banner | undefined {
  if (problems.length === 0) return undefined;
  return { text: problems.join(" "), detail: "", severity: "warning", actions: [] };
}
