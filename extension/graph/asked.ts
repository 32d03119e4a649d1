import type { OtherView } from "../../webviews/graph/messages.ts";
import type { Configuration, FunctorGraph } from "./model.ts";
import { parseDescription } from "./dot.ts";
import type { ShadowFailure, ShadowProject, Shadows } from "./shadowModel.ts";
import { t } from "../platform/l10n.ts";

/** What the panel wants to see: a configuration, and another to compare it with. */
export interface Wanted {
  readonly configuration: Configuration;
  readonly other: OtherView;
}

/** Reads config.ml as it was committed last; undefined when git has none, with the reason thrown. */
export type ReadCommitted = (signal: AbortSignal) => Promise<string>;

/** One graph with what it was read from. */
export interface Answer {
  readonly kind: "graph";
  readonly configuration: Configuration;
  readonly graph: FunctorGraph;
  /** DOT as mirage writes it. */
  readonly dot: string;
  /** Names what was evaluated: config.ml and what it was compiled with. */
  readonly content: string;
  /** What of the graph could not be read. */
  readonly problems: readonly string[];
  /** The text of config.ml where it is not the one on disk. */
  readonly configText: string | undefined;
}

export type Unanswered = ShadowFailure | { readonly kind: "noGraph"; readonly reason: string };

/** What was found for what was wanted; `other` is undefined when nothing is compared. */
export interface Found {
  readonly graph: Answer | Unanswered;
  readonly other: Answer | Unanswered | undefined;
}

/**
 * Asks for the graph of one configuration, of another text of config.ml where one is given. `mains`
 * are the module paths that config.ml gives to `main`.
 */
export async function findGraph(
  shadows: Shadows,
  project: ShadowProject,
  configuration: Configuration,
  mains: readonly string[],
  signal: AbortSignal,
  configText?: string,
): Promise<Answer | Unanswered> {
  const options = { signal, ...(configText !== undefined && { configText }) };
  const described = await shadows.describe(project, configuration, options);
  if (described.kind !== "described") return described;
  const { graph, problems } = parseDescription(`${described.text}\n${described.dot}`, mains);
  if (!graph) return { kind: "noGraph", reason: problems.join(" ") };
  const { dot, content } = described;
  return { kind: "graph", configuration, graph, dot, content, problems, configText };
}

/** Asks for the graph of what is wanted and of what it is compared with. */
export async function findGraphs(
  shadows: Shadows,
  project: ShadowProject,
  wanted: Wanted,
  mains: readonly string[],
  committed: ReadCommitted,
  signal: AbortSignal,
): Promise<Found> {
  const ask = (configuration: Configuration, configText?: string) =>
    findGraph(shadows, project, configuration, mains, signal, configText);
  const { configuration, other } = wanted;
  const against = async (): Promise<Answer | Unanswered | undefined> => {
    if (other.kind === "nothing") return undefined;
    if (other.kind === "configuration") return ask(other.configuration);
    try {
      return await ask(configuration, await committed(signal));
    } catch (error) {
      return { kind: "noGraph", reason: error instanceof Error ? error.message : String(error) };
    }
  };
  // One after the other: both may have to compile, in the same folder.
  const graph = await ask(configuration);
  return { graph, other: graph.kind === "graph" ? await against() : undefined };
}

/** Why there is no graph, in a sentence, with the whole output where there is more to it. */
export function failureWords(failure: Unanswered): { readonly text: string; readonly detail: string } {
  switch (failure.kind) {
    case "doesNotCompile": {
      const first = failure.problems.find(({ severity }) => severity === "error");
      if (!first) return { text: t("config.ml does not compile."), detail: failure.output };
      const text = t(
        "config.ml does not compile. Line {0}: {1}",
        first.range.startLine + 1,
        sentence(firstLine(first.message)),
      );
      return { text, detail: failure.output };
    }
    case "failed": {
      const last = failure.output.trim().split("\n").at(-1) ?? "";
      return {
        text: t("config.ml gave no graph: {0}", last === "" ? t("it ended without a word.") : sentence(last)),
        detail: failure.output.includes("\n") ? failure.output : "",
      };
    }
    case "timedOut":
      return {
        text:
          failure.step === "compile"
            ? t("Compiling config.ml took more than {0} s and was stopped.", failure.seconds)
            : t(
                "config.ml ran for more than {0} s and was stopped. Does it loop, or wait for something?",
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

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

/** With a stop at its end, so that another sentence can follow. */
const sentence = (text: string): string => (/[.!?:]$/.test(text) ? text : `${text}.`);
