import { basename, join, relative } from "node:path";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { generatedDetails } from "../source/generatedDetails.ts";
import { moduleFiles } from "../source/moduleFiles.ts";
import type { Span } from "../../ocaml/brackets.ts";
import { findLocalModule } from "../source/localModule.ts";
import { packagesInConfig, sourceLocations } from "../source/sourceMap.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";
import { readText } from "../../platform/readText.ts";
import type { DisplayedGraph } from "../graphSession.ts";
import type { GeneratedFiles, ConfigEvaluator } from "../evaluate/types.ts";
import { libraryFolders } from "../../toolchain/libraries.ts";
import type { GraphContext } from "./graphContext.ts";
import { t } from "../../protocol/l10n.ts";
import { editorRange } from "../../platform/vscode/editorRange.ts";
import { sourceRanges } from "../../ocaml/sourceRange.ts";

/** A source location of a node. */
interface NodeSource {
  readonly label: string;
  /** File and line, `FILE:LINE`; the file is relative to the project if it is in it. */
  readonly location: string;
  readonly file: string;
  readonly range: vscode.Range;
}

/** What the details pane shows of a node; the sources with what is needed to open them. */
export interface ResolvedNodeDetails {
  readonly packages: readonly string[];
  readonly connect: readonly string[];
  readonly sources: readonly NodeSource[];
}

/** Finds and opens the sources of the nodes of one unikernel's graphs. */
export class NodeSources {
  private readonly context: GraphContext;
  private readonly unikernel: string;
  private readonly evaluator: ConfigEvaluator;
  /** The files that configure generates for the last configuration that they were needed for. */
  private generated:
    | { readonly key: string; readonly files: Promise<GeneratedFiles | undefined> }
    | undefined;

  /** `unikernel` is the path of config.ml. */
  constructor(context: GraphContext, unikernel: string, evaluator: ConfigEvaluator) {
    this.context = context;
    this.unikernel = unikernel;
    this.evaluator = evaluator;
  }

  /** The packages, `connect` arguments and sources of the node with a key. Rejects if there is none. */
  async detailsOf(displayed: DisplayedGraph, key: string): Promise<ResolvedNodeDetails> {
    const found = nodeWithKey(displayed, key);
    if (!found) throw new Error("the graph has changed");
    const { graph, node } = found;
    const [sources, generated] = await Promise.all([
      this.sourcesOf(displayed, graph, node),
      this.generatedFiles(displayed),
    ]);
    if (!generated) return { packages: [], connect: [], sources };
    const own = packagesInConfig(graph, await this.configText(), node);
    const { packages, connect } = generatedDetails(generated.mainMl, generated.opam, graph, node, own);
    return { packages, connect, sources };
  }

  /** Opens a source of the node; without an index the user picks one if there are several. */
  async open(displayed: DisplayedGraph, key: string, index: number | undefined): Promise<void> {
    const found = nodeWithKey(displayed, key);
    if (!found) return;
    const { node } = found;
    const all = await this.sourcesOf(displayed, found.graph, node);
    // The application's functor comes first; where config.ml names it is only in the details.
    const offered = node.kind === "application" ? all.slice(0, 1) : all;
    const source = index === undefined ? await pickSource(node.path, offered) : all[index];
    if (source) {
      await vscode.window.showTextDocument(vscode.Uri.file(source.file), {
        selection: source.range,
        viewColumn: vscode.ViewColumn.One,
      });
    } else if (all.length === 0) {
      const name = node.path || t("this node");
      void showInformationMessage(
        t("Could not find the source of {0} in config.ml, duniverse/ or the switch.", name),
      );
    }
  }

  private async configText(): Promise<string> {
    return (await readText(this.unikernel)) ?? "";
  }

  private generatedFiles({ evaluated }: DisplayedGraph): Promise<GeneratedFiles | undefined> {
    const { content, configuration, configText } = evaluated;
    const key = JSON.stringify([content, configuration]);
    if (this.generated?.key === key) return this.generated.files;
    const project = this.context.projects.get(this.unikernel);
    const options = configText === undefined ? {} : { configText };
    const files = project
      ? this.evaluator
          .generate(project, configuration, options)
          .then((result) => (result.kind === "generated" ? result : undefined))
      : Promise.resolve(undefined);
    this.generated = { key, files };
    return files;
  }

  /** For the application its own module first, for other nodes the expressions of config.ml first. */
  private async sourcesOf(
    displayed: DisplayedGraph,
    graph: FunctorGraph,
    node: GraphNode,
  ): Promise<readonly NodeSource[]> {
    const project = this.context.projects.get(this.unikernel);
    if (!project) return [];
    const source = (label: string, file: string, text: string, span: Span): NodeSource => {
      const range = editorRange(sourceRanges(text)(span.start, span.end));
      const path = relative(project.root, file);
      const name = path.startsWith("..") ? file : path;
      return { label, location: `${name}:${range.start.line + 1}`, file, range };
    };
    const config = await this.configText();
    const mapped = sourceLocations(graph, config, node).map(({ label, nameSpan }) =>
      source(label, this.unikernel, config, nameSpan),
    );
    const local = await findLocalModule(node.path, project);
    const ownModule = local ? [source(node.path, local.file, local.text, local.span)] : [];
    const generated =
      mapped.length > 0 ? undefined : await this.generatedSpan(displayed, graph, node, config);
    const inConfig = generated ? [source(node.path, this.unikernel, config, generated)] : mapped;
    if (node.kind === "application") return [...ownModule, ...inConfig];
    const folders = [join(project.root, "duniverse"), ...(await this.switchLibraries())];
    const libraries = await Promise.all(
      (await moduleFiles(node.path, folders)).map(async ({ file, offset }) =>
        source(node.path, file, (await readText(file)) ?? "", { start: offset, end: offset }),
      ),
    );
    return [...inConfig, ...ownModule, ...libraries];
  }

  /**
   * The start of the line of config.ml whose code mirage copied into main.ml, for devices whose expression
   * could not be found.
   */
  private async generatedSpan(
    displayed: DisplayedGraph,
    graph: FunctorGraph,
    node: GraphNode,
    config: string,
  ): Promise<Span | undefined> {
    const generated = await this.generatedFiles(displayed);
    const position = generated && generatedDetails(generated.mainMl, generated.opam, graph, node).position;
    if (!position || basename(position.file) !== "config.ml") return undefined;
    const lines = config.split("\n");
    const line = lines[position.line - 1];
    if (line === undefined) return undefined;
    const lineStart = lines.slice(0, position.line - 1).reduce((sum, { length }) => sum + length + 1, 0);
    const start = lineStart + line.length - line.trimStart().length;
    return { start, end: start };
  }

  private async switchLibraries(): Promise<readonly string[]> {
    const { projects, toolchain, run } = this.context;
    const project = projects.get(this.unikernel);
    if (!project) return [];
    // An unreadable switch is reported by the actions that need its tools.
    const environment = await toolchain.environment(project).catch(() => undefined);
    return environment ? libraryFolders(environment.env, run, project.root) : [];
  }
}

function nodeWithKey(
  { viewModel, evaluated, other }: DisplayedGraph,
  key: string,
): { readonly graph: FunctorGraph; readonly node: GraphNode } | undefined {
  const graph = viewModel.ids.has(key) ? evaluated.graph : other?.graph;
  const id = viewModel.ids.get(key) ?? viewModel.otherIds.get(key);
  const node = graph?.nodes.find((each) => each.id === id);
  return graph && node && { graph, node };
}

/** Lets the user pick one of several sources; undefined if the user cancels or there is none. */
async function pickSource(path: string, sources: readonly NodeSource[]): Promise<NodeSource | undefined> {
  if (sources.length < 2) return sources[0];
  const items = sources.map((source) => ({ label: source.label, description: source.location, source }));
  return (await vscode.window.showQuickPick(items, { title: t("Sources of {0}", path) }))?.source;
}
