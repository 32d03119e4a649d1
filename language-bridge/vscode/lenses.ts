import * as vscode from "vscode";
import type { Project } from "../../extension/project/vscode/projects.ts";
import { implementationsOf } from "../implementations.ts";
import { targets } from "../names.ts";
import type { FunctorParameter } from "../unikernelSource.ts";
import { configFiles, ocamlFiles, sourceOf, type Files } from "./files.ts";
import { graphOf } from "./graphOf.ts";
import type { LanguageParts } from "./language.ts";
import { t } from "../../extension/platform/l10n.ts";

const graphCommand = "mirageos.showGraph";

/** A functor of a file, and what the current target gives each of its parameters. */
interface Header {
  readonly range: vscode.Range;
  readonly parameters: readonly (readonly [parameter: FunctorParameter, module: string])[];
  readonly end: (parameter: FunctorParameter) => vscode.Position;
}

/** Code lenses on `register` and on functor headers, and inlay hints on functor parameters. */
export function registerLenses(files: Files, { projects, shadows }: LanguageParts): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const isOn = (setting: "codeLens" | "inlayHints", document: vscode.TextDocument) => {
    const settings = vscode.workspace.getConfiguration("mirageos", document.uri);
    return setting === "codeLens" ? settings.get("codeLens") !== false : settings.get("inlayHints") !== false;
  };
  const headers = async (document: vscode.TextDocument): Promise<readonly Header[]> => {
    const project = files.owner(document.uri);
    const read = project && (await files.of(project));
    if (!read) return [];
    const mains = targets(read.config.read, (file) => read.sources.get(file)?.read).flatMap((target) => {
      const source = sourceOf(read, target);
      return source?.uri.fsPath === document.uri.fsPath ? [{ target, source }] : [];
    });
    const made = mains.length > 0 ? await graphOf(shadows, project) : undefined;
    if (!made) return [];
    return mains.flatMap(({ target, source }) => {
      const { definition, parameters } = target;
      const given = implementationsOf(made, target.module);
      if (!definition || !parameters || given?.length !== parameters.length || given.length === 0) return [];
      return [
        {
          range: source.range(definition),
          parameters: parameters.map((parameter, i) => [parameter, given[i] ?? ""] as const),
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
            hint.tooltip = t("What {0} gives to this parameter.", target);
            return hint;
          }),
        );
        return hints.filter(({ position }) => within.contains(position));
      },
    }),
  );
}

/** What can be done with a unikernel as it stands, for its current target. */
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
