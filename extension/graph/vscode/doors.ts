import { basename, join, relative } from "node:path";
import * as vscode from "vscode";
import { generatedDetails } from "../generated.ts";
import { moduleFiles } from "../moduleFiles.ts";
import type { Span } from "../../../language-bridge/tokens.ts";
import { ownModule } from "../ownModule.ts";
import { packagesInConfig, placesOf } from "../places.ts";
import type { FunctorGraph, GraphNode } from "../model.ts";
import { readText } from "../../platform/text.ts";
import type { Shown } from "../session.ts";
import type { Generated, Shadows } from "../shadowModel.ts";
import { libraryFolders } from "../../toolchain/libraries.ts";
import type { GraphParts } from "./register.ts";
import { t } from "../../platform/l10n.ts";

/** A place of a node in the sources. */
interface Door {
  readonly label: string;
  /** The file relative to the project where it is in it, and the line. */
  readonly place: string;
  readonly file: string;
  readonly range: vscode.Range;
}

export interface NodeDetails {
  readonly packages: readonly string[];
  readonly connect: readonly string[];
  readonly places: readonly Door[];
}

/** What is known of the nodes of one unikernel beyond the graph, and the way to their sources. */
export interface Doors {
  readonly of: (shown: Shown, key: string) => Promise<NodeDetails>;
  /** Opens a place of the node; without an index the user chooses where there are several modules. */
  readonly open: (shown: Shown, key: string, index: number | undefined) => Promise<void>;
}

export function createDoors(parts: GraphParts, unikernel: string, shadows: Shadows): Doors {
  const { projects, toolchain, run } = parts;
  /** What configure would write, by what it was asked for. */
  let generated: { readonly of: string; readonly result: Promise<Generated | undefined> } | undefined;

  const generatedFor = (shown: Shown): Promise<Generated | undefined> => {
    const { content, configuration, configText } = shown.answer;
    const of = JSON.stringify([content, configuration]);
    if (generated?.of !== of) {
      const project = projects.get(unikernel);
      const options = configText === undefined ? {} : { configText };
      const result = project
        ? shadows
            .generate(project, configuration, options)
            .then((made) => (made.kind === "generated" ? made : undefined))
        : Promise.resolve(undefined);
      generated = { of, result };
    }
    return generated.result;
  };

  const doorsOf = async (shown: Shown, graph: FunctorGraph, node: GraphNode): Promise<readonly Door[]> => {
    const project = projects.get(unikernel);
    if (!project) return [];
    const door = (label: string, file: string, text: string, span: Span): Door => {
      const [start, end] = [positionAt(text, span.start), positionAt(text, span.end)];
      const below = relative(project.root, file);
      const name = below.startsWith("..") ? file : below;
      return { label, place: `${name}:${start.line + 1}`, file, range: new vscode.Range(start, end) };
    };
    const config = (await readText(unikernel)) ?? "";
    const made = placesOf(graph, config, node).map(({ label, word }) => door(label, unikernel, config, word));
    const inConfig = made.length > 0 ? made : await generatedPlace(shown, graph, node, door);
    const isApplication = node.kind === "application";
    const found = await ownModule(node.path, project);
    const own = found ? [door(node.path, found.file, found.text, found.span)] : [];
    if (isApplication) return [...own, ...inConfig];
    const folders = [join(project.root, "duniverse"), ...(await libraries())];
    const modules = await Promise.all(
      (await moduleFiles(node.path, folders)).map(async ({ file, offset }) =>
        door(node.path, file, (await readText(file)) ?? "", { start: offset, end: offset }),
      ),
    );
    return [...inConfig, ...own, ...modules];
  };

  /** Where config.ml wrote the code that starts a device, for those whose expression is not understood. */
  const generatedPlace = async (
    shown: Shown,
    graph: FunctorGraph,
    node: GraphNode,
    door: (label: string, file: string, text: string, span: Span) => Door,
  ): Promise<readonly Door[]> => {
    const written = await generatedFor(shown);
    const position = written && generatedDetails(written.mainMl, written.opam, graph, node).position;
    if (!position || basename(position.file) !== "config.ml") return [];
    const config = (await readText(unikernel)) ?? "";
    const line = config.split("\n")[position.line - 1];
    if (line === undefined) return [];
    const start = config.split("\n", position.line - 1).join("\n").length + (position.line > 1 ? 1 : 0);
    const first = start + line.length - line.trimStart().length;
    return [door(node.path, unikernel, config, { start: first, end: first })];
  };

  const libraries = async (): Promise<readonly string[]> => {
    const project = projects.get(unikernel);
    if (!project) return [];
    // A switch that can't be read is told of where somebody needs its tools.
    const environment = await toolchain.environment(project).catch(() => undefined);
    return environment ? libraryFolders(environment.env, run, project.root) : [];
  };

  const nodeOf = (shown: Shown, key: string): { graph: FunctorGraph; node: GraphNode } | undefined => {
    const { drawn, answer, other } = shown;
    const graph = drawn.ids.has(key) ? answer.graph : other?.graph;
    const id = drawn.ids.get(key) ?? drawn.otherIds.get(key);
    const node = graph?.nodes.find((each) => each.id === id);
    return graph && node && { graph, node };
  };

  const of: Doors["of"] = async (shown, key) => {
    const found = nodeOf(shown, key);
    if (!found) throw new Error("the graph has changed");
    const { graph, node } = found;
    const [places, made] = await Promise.all([doorsOf(shown, graph, node), generatedFor(shown)]);
    const config = (await readText(unikernel)) ?? "";
    const { packages, connect } = made
      ? generatedDetails(made.mainMl, made.opam, graph, node, packagesInConfig(graph, config, node))
      : { packages: [], connect: [] };
    return { packages, connect, places };
  };

  return {
    of,
    open: async (shown, key, index) => {
      const found = nodeOf(shown, key);
      if (!found) return;
      const doors = await doorsOf(shown, found.graph, found.node);
      // The application is its functor; where config.ml names it stands in the details.
      const first = found.node.kind === "application" ? doors.slice(0, 1) : doors;
      const door = index === undefined ? await choose(found.node.path, first) : doors[index];
      if (!door && doors.length > 0) return;
      if (!door) {
        void vscode.window.showInformationMessage(
          t(
            "No source of {0} was found in config.ml, duniverse/ or the switch.",
            found.node.path || t("this node"),
          ),
        );
        return;
      }
      await vscode.window.showTextDocument(vscode.Uri.file(door.file), {
        selection: door.range,
        viewColumn: vscode.ViewColumn.One,
      });
    },
  };
}

/** Where there are several places the user chooses; undefined when the question was dismissed. */
async function choose(path: string, doors: readonly Door[]): Promise<Door | undefined> {
  if (doors.length < 2) return doors[0];
  const items = doors.map((door) => ({ label: door.label, description: door.place, door }));
  return (await vscode.window.showQuickPick(items, { title: t("Sources of {0}", path) }))?.door;
}

function positionAt(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset);
  const line = before.split("\n").length - 1;
  return new vscode.Position(line, offset - (before.lastIndexOf("\n") + 1));
}
