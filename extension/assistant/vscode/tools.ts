import { relative } from "node:path";
import * as vscode from "vscode";
import { describeFailure, queryGraphs } from "../../graph/queryGraph.ts";
import { describeMarkdown } from "../../graph/describe/markdown.ts";
import type { GraphConfiguration } from "../../graph/model.ts";
import { describeComparison, describeConfiguration } from "../../graph/describe/describeGraph.ts";
import type { HostTools } from "../../albatross/hostTools.ts";
import { levels } from "../../ocaml/logs/levels.ts";
import { problems } from "../../platform/errors.ts";
import type { Goal } from "../../pipeline/goals.ts";
import { folderOf, namedProject } from "../../project/vscode/namedProject.ts";
import type { Project } from "../../project/vscode/projects.ts";
import { readToolInput, type ToolInput } from "../toolInput.ts";
import { truncate, jobText, logText, unikernelsText, type SourceError } from "../toolText.ts";
import type { AssistantContext, ToolName } from "./assistantContext.ts";
import { t } from "../../protocol/l10n.ts";
import { abortSignal } from "../../platform/vscode/abortSignal.ts";

interface AssistantTool {
  /** The message while the tool runs, and the confirmation if it executes something. */
  readonly prepare: (input: unknown) => vscode.PreparedToolInvocation;
  /** Returns the result for the model. Throws an Error that says what the model or the user can do. */
  readonly invoke: (input: unknown, token: vscode.CancellationToken) => Promise<string>;
}

/** Creates the tools, by name. */
export function createTools(context: AssistantContext): Readonly<Record<ToolName, AssistantTool>> {
  const { projects, jobs } = context;

  const projectOf = async ({ unikernel }: ToolInput): Promise<Project> => {
    await projects.ready;
    const [only, ...others] = projects.all();
    const sole = unikernel === undefined && others.length === 0 ? only : undefined;
    const found = sole ?? namedProject(unikernel, undefined, projects, "tool");
    if (typeof found === "string") throw new Error(found);
    return found;
  };

  const requireTrust = () => {
    if (!vscode.workspace.isTrusted) throw new Error(problems.untrusted().message);
  };

  const runGoal = async (project: Project, goal: Goal, token: vscode.CancellationToken) => {
    const what = `${goal} of ${project.name} for ${project.target}`;
    return jobText(what, await context.runGoal(project, goal, abortSignal(token)), errorsBelow(project));
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

  const configure = async (input: ToolInput, token: vscode.CancellationToken) => {
    requireTrust();
    const project = await projectOf(input);
    if (input.target) await projects.setTarget(project.id, input.target);
    if (input.options) await projects.setOptions(project.id, input.options);
    return runGoal(projects.get(project.id) ?? project, "configure", token);
  };

  const build = async (input: ToolInput, token: vscode.CancellationToken) => {
    requireTrust();
    return runGoal(await projectOf(input), "build", token);
  };

  const graph = async (input: ToolInput, token: vscode.CancellationToken) => {
    requireTrust();
    const project = await projectOf(input);
    const { target, options } = configurationOf(project, input);
    const configuration: GraphConfiguration = { target, options, evaluate: true };
    const noCommit = () => Promise.reject(new Error("no commit is compared"));
    const compared = input.comparedWith && { ...configuration, target: input.comparedWith };
    const other: Parameters<typeof queryGraphs>[2]["other"] = compared
      ? { kind: "configuration", configuration: compared }
      : { kind: "nothing" };
    const found = await queryGraphs(
      await context.evaluator(),
      project,
      { configuration, other },
      [],
      noCommit,
      abortSignal(token),
    );
    if (found.graph.kind !== "graph") throw new Error(reasonOf(found.graph));
    const described = describeMarkdown(found.graph.graph, configuration, []);
    if (!compared || !found.other) return truncate(described);
    if (found.other.kind !== "graph") throw new Error(reasonOf(found.other));
    const names = { before: describeConfiguration(compared), after: describeConfiguration(configuration) };
    const differences = describeComparison(found.other.graph, found.graph.graph, names);
    return truncate(`${differences.join(" ")}\n\n${described}`);
  };

  const logs = async (input: ToolInput) => {
    const store = await context.logStore();
    const project = input.unikernel === undefined ? undefined : await projectOf(input);
    const sessions = store.sessions().filter(({ unikernel }) => !project || unikernel === project.id);
    const [session] = sessions;
    if (!session)
      return `${project ? `${project.name} has not` : "No unikernel has"} been booted yet, so there are no logs.`;
    await store.load(session.id);
    const { level, source, text } = input;
    const matching = store.query(session.id, {
      ...(level && { levels: levels.slice(0, levels.indexOf(level) + 1) }),
      ...(source !== undefined && { sources: [source] }),
      text,
    });
    const records = Array.from(matching.slice(-input.count), (seq) => store.record(session.id, seq)).filter(
      (record) => record !== undefined,
    );
    return logText(session, records, matching.length);
  };

  /** Runs an action of the hosts that the user has added. */
  const onHost = async (
    token: vscode.CancellationToken,
    action: (tools: HostTools, signal: AbortSignal) => Promise<string>,
  ) => {
    requireTrust();
    return truncate(await action((await context.hosts()).tools, abortSignal(token)));
  };

  return {
    mirageos_hosts: tool(
      () => t("Listing hosts"),
      (_, token) => onHost(token, (tools) => tools.list()),
    ),
    mirageos_host_console: tool(
      (input) => t("Reading the console of {0}", remoteNameOf(input)),
      ({ host, name, count }, token) => onHost(token, (tools) => tools.console(host, name, count)),
    ),
    mirageos_host_deploy: executingTool(
      (input) => t("Deploy {0} to {1}", nameOf(input), hostNameOf(input)),
      (input) =>
        t(
          "The image is built if needed and sent to {0}, where it replaces a unikernel of its name.",
          hostNameOf(input),
        ),
      async (input, token) => {
        const { id } = await projectOf(input);
        return onHost(token, (tools, signal) => tools.deploy(id, input.host, signal));
      },
    ),
    mirageos_host_restart: executingTool(
      (input) => t("Restart {0} on {1}", remoteNameOf(input), hostNameOf(input)),
      () => t("The unikernel ends and is started again with the same arguments."),
      ({ host, name }, token) => onHost(token, (tools, signal) => tools.restart(host, name, signal)),
    ),
    mirageos_unikernels: tool(() => t("Listing unikernels"), unikernels),
    mirageos_configure: executingTool(
      (input) => t("Configure {0}", nameOf(input)),
      (input) => {
        const options = optionsText(input);
        return options === ""
          ? t("`mirage configure` runs config.ml and writes files to the project.")
          : t("`mirage configure` runs config.ml with `{0}` and writes files to the project.", options);
      },
      configure,
    ),
    mirageos_build: executingTool(
      (input) => t("Build {0}", nameOf(input)),
      () => t("`make build` runs the project's build rules, after `mirage configure` if needed."),
      build,
    ),
    mirageos_graph: executingTool(
      (input) => t("Evaluate config.ml of {0}", nameOf(input)),
      () => t("config.ml is compiled and run in the extension's own folder. The project isn't changed."),
      graph,
    ),
    mirageos_logs: tool((input) => t("Reading the logs of {0}", nameOf(input)), logs),
  };
}

type Invoke = (input: ToolInput, token: vscode.CancellationToken) => Promise<string>;

function tool(message: (input: ToolInput) => string, invoke: Invoke): AssistantTool {
  return {
    prepare: (input) => ({ invocationMessage: message(readToolInput(input)) }),
    invoke: async (input, token) => invoke(readToolInput(input), token),
  };
}

function executingTool(
  title: (input: ToolInput) => string,
  explanation: (input: ToolInput) => string,
  invoke: Invoke,
): AssistantTool {
  return {
    ...tool(title, invoke),
    prepare: (input) => {
      const checked = readToolInput(input);
      return {
        invocationMessage: title(checked),
        confirmationMessages: { title: `${title(checked)}?`, message: explanation(checked) },
      };
    },
  };
}

const hostNameOf = ({ host }: ToolInput): string => host ?? t("the host");
const remoteNameOf = ({ name }: ToolInput): string => name ?? t("the unikernel");
const nameOf = ({ unikernel }: ToolInput): string => unikernel ?? t("the selected unikernel");

const optionsText = ({ target, options = [] }: ToolInput): string => {
  const text = [...(target ? [`-t ${target}`] : []), ...options].join(" ");
  return text.replaceAll("`", "'");
};

const configurationOf = (project: Project, { target, options }: ToolInput) => ({
  target: target ?? project.target,
  options: options ?? (target && target !== project.target ? [] : project.options),
});

function reasonOf(failure: Parameters<typeof describeFailure>[0]): string {
  const { text, detail } = describeFailure(failure);
  return truncate(detail === "" ? text : `${text}\n${detail}`);
}

/** The errors that any extension reports in files of the project. */
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
