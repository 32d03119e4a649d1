import { relative } from "node:path";
import * as vscode from "vscode";
import { failureWords, findGraphs } from "../../graph/asked.ts";
import { describeMarkdown } from "../../graph/markdown.ts";
import type { Configuration } from "../../graph/model.ts";
import { comparisonWords, configurationWords } from "../../graph/words.ts";
import { levels } from "../../logs/model.ts";
import { problems } from "../../platform/errors.ts";
import type { Goal } from "../../pipeline/goals.ts";
import { folderOf, namedProject } from "../../project/vscode/pick.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { readInput, type Asked } from "../input.ts";
import { clipped, jobText, logText, unikernelsText, type SourceError } from "../words.ts";
import type { AssistantParts, ToolName } from "./register.ts";
import { t } from "../../platform/l10n.ts";

interface Tool {
  /** What is shown while it works, and asked before where something is executed. */
  readonly prepare: (input: unknown) => vscode.PreparedToolInvocation;
  /** The answer for the model. Throws an Error that says what the model or the user can do. */
  readonly answer: (input: unknown, token: vscode.CancellationToken) => Promise<string>;
}

/** The tools by their names. */
export function createTools(parts: AssistantParts): Readonly<Record<ToolName, Tool>> {
  const { projects, jobs } = parts;

  const projectOf = async ({ unikernel }: Asked): Promise<Project> => {
    await projects.ready;
    const [only, ...others] = projects.all();
    const sole = unikernel === undefined && others.length === 0 ? only : undefined;
    const found = sole ?? namedProject(unikernel, undefined, projects, "tool");
    if (typeof found === "string") throw new Error(found);
    return found;
  };

  const trusted = () => {
    if (!vscode.workspace.isTrusted) throw new Error(problems.untrusted().message);
  };

  const runGoal = async (project: Project, goal: Goal, token: vscode.CancellationToken) => {
    const job = () => jobs.active().find(({ request }) => request.unikernel.id === project.id);
    const cancelling = token.onCancellationRequested(() => job()?.cancel());
    try {
      const what = `${goal} of ${project.name} for ${project.target}`;
      return jobText(what, await parts.runGoal(project, goal), errorsBelow(project));
    } finally {
      cancelling.dispose();
    }
  };

  const unikernels = async () => {
    await projects.ready;
    const selected = projects.selected()?.id;
    return unikernelsText(
      projects.all().map((project) => {
        const job = jobs.active().find(({ request }) => request.unikernel.id === project.id);
        const activity = job && `${job.step ?? "waiting"} (${job.request.target})`;
        return { ...project, folder: folderOf(project), selected: project.id === selected, activity };
      }),
    );
  };

  const configure = async (asked: Asked, token: vscode.CancellationToken) => {
    trusted();
    const project = await projectOf(asked);
    if (asked.target) await projects.setTarget(project.id, asked.target);
    if (asked.options) await projects.setOptions(project.id, asked.options);
    return runGoal(projects.get(project.id) ?? project, "configure", token);
  };

  const build = async (asked: Asked, token: vscode.CancellationToken) => {
    trusted();
    return runGoal(await projectOf(asked), "build", token);
  };

  const graph = async (asked: Asked, token: vscode.CancellationToken) => {
    trusted();
    const project = await projectOf(asked);
    const { target, options } = configurationOf(project, asked);
    const configuration: Configuration = { target, options, evaluate: true };
    const abort = new AbortController();
    const cancelling = token.onCancellationRequested(() => abort.abort());
    const noCommit = () => Promise.reject(new Error("nothing is compared"));
    const compared = asked.comparedWith && { ...configuration, target: asked.comparedWith };
    const other: Parameters<typeof findGraphs>[2]["other"] = compared
      ? { kind: "configuration", configuration: compared }
      : { kind: "nothing" };
    const found = await findGraphs(
      await parts.shadows(),
      project,
      { configuration, other },
      [],
      noCommit,
      abort.signal,
    ).finally(() => cancelling.dispose());
    if (found.graph.kind !== "graph") throw new Error(reasonOf(found.graph));
    const described = describeMarkdown(found.graph.graph, configuration, []);
    if (!compared || !found.other) return clipped(described);
    if (found.other.kind !== "graph") throw new Error(reasonOf(found.other));
    const names = { before: configurationWords(compared), after: configurationWords(configuration) };
    const words = comparisonWords(found.other.graph, found.graph.graph, names);
    return clipped(`${words.join(" ")}\n\n${described}`);
  };

  const logs = async (asked: Asked) => {
    const store = await parts.logStore();
    const wanted = asked.unikernel === undefined ? undefined : await projectOf(asked);
    const sessions = store.sessions().filter(({ unikernel }) => !wanted || unikernel === wanted.id);
    const [session] = sessions;
    if (!session) return `Nothing was booted yet${wanted ? ` of ${wanted.name}` : ""}, so there are no logs.`;
    await store.load(session.id);
    const { level, source, text } = asked;
    const passing = store.query(session.id, {
      ...(level && { levels: levels.slice(0, levels.indexOf(level) + 1) }),
      ...(source !== undefined && { sources: [source] }),
      text,
    });
    const records = Array.from(passing.slice(-asked.count), (seq) => store.record(session.id, seq)).filter(
      (record) => record !== undefined,
    );
    return logText(session, records, passing.length);
  };

  return {
    mirageos_unikernels: tool(() => t("Looking at the unikernels"), unikernels),
    mirageos_configure: executing(
      (asked) => t("Configure {0}", named(asked)),
      (asked) => {
        const given = optionsText(asked);
        return given === ""
          ? t("`mirage configure` runs config.ml and writes into the project.")
          : t("`mirage configure` runs config.ml with `{0}` and writes into the project.", given);
      },
      configure,
    ),
    mirageos_build: executing(
      (asked) => t("Build {0}", named(asked)),
      () =>
        t(
          "`make build` runs the project's build rules; where it is not configured, `mirage configure` first.",
        ),
      build,
    ),
    mirageos_graph: executing(
      (asked) => t("Evaluate config.ml of {0}", named(asked)),
      () =>
        t("config.ml is compiled and run in a folder of the extension's own; the project is not changed."),
      graph,
    ),
    mirageos_logs: tool((asked) => t("Reading the logs of {0}", named(asked)), logs),
  };
}

type Answer = (asked: Asked, token: vscode.CancellationToken) => Promise<string>;

function tool(doing: (asked: Asked) => string, answer: Answer): Tool {
  return {
    prepare: (input) => ({ invocationMessage: doing(readInput(input)) }),
    answer: async (input, token) => answer(readInput(input), token),
  };
}

function executing(title: (asked: Asked) => string, what: (asked: Asked) => string, answer: Answer): Tool {
  return {
    ...tool(title, answer),
    prepare: (input) => {
      const asked = readInput(input);
      return {
        invocationMessage: title(asked),
        confirmationMessages: { title: `${title(asked)}?`, message: what(asked) },
      };
    },
  };
}

const named = ({ unikernel }: Asked): string => unikernel ?? t("the selected unikernel");

const optionsText = ({ target, options = [] }: Asked): string => {
  const given = [...(target ? [`-t ${target}`] : []), ...options].join(" ");
  return given.replaceAll("`", "'");
};

const configurationOf = (project: Project, { target, options }: Asked) => ({
  target: target ?? project.target,
  options: options ?? (target && target !== project.target ? [] : project.options),
});

function reasonOf(failure: Parameters<typeof failureWords>[0]): string {
  const { text, detail } = failureWords(failure);
  return clipped(detail === "" ? text : `${text}\n${detail}`);
}

/** What any extension reports as an error in the project's own files. */
function errorsBelow({ root }: Project): readonly SourceError[] {
  return vscode.languages
    .getDiagnostics()
    .filter(([uri]) => uri.scheme === "file" && !relative(root, uri.fsPath).startsWith(".."))
    .flatMap(([uri, diagnostics]) =>
      diagnostics
        .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error)
        .map(({ message, range: { start } }) => ({
          file: relative(root, uri.fsPath),
          line: start.line + 1,
          column: start.character + 1,
          message,
        })),
    );
}
