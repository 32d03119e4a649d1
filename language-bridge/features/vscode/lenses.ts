import { getSetting } from "../../../extension/platform/vscode/settings.ts";
import * as vscode from "vscode";
import type { Project } from "../../../extension/project/vscode/projects.ts";
import { implementationsOf } from "../implementations.ts";
import { mainTargets } from "../../../extension/mirage/config/mainTargets.ts";
import type { FunctorParameter } from "../../../extension/ocaml/functors.ts";
import {
  configFiles,
  ocamlFiles,
  sourceOfMain,
  type Files,
} from "../../../extension/project/vscode/unikernelFiles.ts";
import { projectGraph } from "./projectGraph.ts";
import type { LanguageContext } from "./languageContext.ts";
import { t } from "../../../extension/protocol/l10n.ts";

const graphCommand = "mirageos.showGraph";

/** A functor of a file with the modules that the current target passes to its parameters. */
interface Header {
  readonly range: vscode.Range;
  readonly parameters: readonly (readonly [parameter: FunctorParameter, module: string])[];
  readonly end: (parameter: FunctorParameter) => vscode.Position;
}

/** Code lenses on `register` and on functor headers, and inlay hints on functor parameters. */
export function registerLenses(files: Files, { projects, evaluator }: LanguageContext): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const isOn = (setting: "codeLens" | "inlayHints", document: vscode.TextDocument) =>
    getSetting(setting, document.uri);
  const headers = async (document: vscode.TextDocument): Promise<readonly Header[]> => {
    const project = files.owner(document.uri);
    const read = project && (await files.of(project));
    if (!read) return [];
    const mains = mainTargets(read.config.read, (file) => read.sources.get(file)?.read).flatMap((target) => {
      const source = sourceOfMain(read, target);
      return source?.uri.fsPath === document.uri.fsPath ? [{ target, source }] : [];
    });
    const graph = mains.length > 0 ? await projectGraph(evaluator, project) : undefined;
    if (!graph) return [];
    return mains.flatMap(({ target, source }) => {
      const { definition, parameters } = target;
      const modules = implementationsOf(graph, target.module);
      if (!definition || !parameters || modules?.length !== parameters.length || modules.length === 0)
        return [];
      return [
        {
          range: source.range(definition),
          parameters: parameters.map((parameter, i) => [parameter, modules[i] ?? ""] as const),
          end: ({ signatureSpan, span }: FunctorParameter) => source.range(signatureSpan ?? span).end,
        },
      ];
    });
  };
  return vscode.Disposable.from(
    changed,
    projects.onDidChange(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("mirageos")) changed.fire();
    }),
    vscode.languages.registerCodeLensProvider(configFiles, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document) => {
        const project = files.owner(document.uri);
        if (!project || project.configFile !== document.uri.fsPath || !isOn("codeLens", document)) return [];
        const read = await files.of(project);
        if (!read) return [];
        const commands = await buttons(project);
        return read.config.read.registers.flatMap(({ word }) =>
          commands.map((command) => new vscode.CodeLens(read.config.range(word), command)),
        );
      },
    }),
    vscode.languages.registerCodeLensProvider(ocamlFiles, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document) => {
        if (!isOn("codeLens", document)) return [];
        const target = files.owner(document.uri)?.target;
        return (await headers(document)).map(({ range, parameters }) => {
          const given = parameters.map(([{ name }, module]) => `${name ?? "_"} = ${module}`).join(", ");
          return new vscode.CodeLens(range, { title: `${target}: ${given}`, command: "" });
        });
      },
    }),
    vscode.languages.registerInlayHintsProvider(ocamlFiles, {
      onDidChangeInlayHints: changed.event,
      provideInlayHints: async (document, within) => {
        if (!isOn("inlayHints", document)) return [];
        const target = files.owner(document.uri)?.target;
        const hints = (await headers(document)).flatMap(({ parameters, end }) =>
          parameters.map(([parameter, module]) => {
            const hint = new vscode.InlayHint(end(parameter), `= ${module}`, vscode.InlayHintKind.Type);
            hint.paddingLeft = true;
            hint.tooltip = t("The module for this parameter with the target {0}", target);
            return hint;
          }),
        );
        return hints.filter(({ position }) => within.contains(position));
      },
    }),
  );
}

/** The commands shown above `register`. */
async function buttons(project: Project): Promise<vscode.Command[]> {
  const button = (title: string, command: string) => ({
    title,
    command,
    arguments: [vscode.Uri.file(project.configFile)],
  });
  const commands = await vscode.commands.getCommands(true);
  return [
    button(t("$(settings-gear) Configure for {0}", project.target), "mirageos.configure"),
    button(t("$(tools) Build"), "mirageos.build"),
    button(t("$(play) Run"), "mirageos.run"),
    ...(commands.includes(graphCommand) ? [button(t("$(type-hierarchy) Graph"), graphCommand)] : []),
  ];
}
