import * as vscode from "vscode";
import { startPaths, mainTargets, type MainTarget } from "../../../extension/mirage/config/mainTargets.ts";
import {
  configFiles,
  ocamlFiles,
  sourceOfMain,
  type Files,
  type UnikernelFiles,
} from "../../../extension/project/vscode/unikernelFiles.ts";
import { registerRename } from "./rename.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** Definition, references, rename and completion between `main "Unikernel.Main"` and the module. */
export function registerNavigation(files: Files): vscode.Disposable {
  const findTarget = async (document: vscode.TextDocument, position: vscode.Position) => {
    const project = files.owner(document.uri);
    const read = project && (await files.of(project));
    if (!read) return undefined;
    const offset = document.offsetAt(position);
    const all = targetsOf(read);
    const inConfig = document.uri.fsPath === project.configFile;
    const target = all.find((each) =>
      inConfig
        ? within(each.call, offset)
        : sourceOfMain(read, each)?.uri.fsPath === document.uri.fsPath &&
          each.definition !== undefined &&
          within(each.definition, offset),
    );
    return target && { read, target, all, inConfig };
  };
  return vscode.Disposable.from(
    vscode.languages.registerDefinitionProvider(ocamlFiles, {
      provideDefinition: async (document, position) => {
        const at = await findTarget(document, position);
        const source = at && sourceOfMain(at.read, at.target);
        if (!at?.inConfig || !source) return undefined;
        const { call, definition } = at.target;
        const targetRange = source.range(definition ?? { start: 0, end: 0 });
        return [{ originSelectionRange: at.read.config.range(call), targetUri: source.uri, targetRange }];
      },
    }),
    vscode.languages.registerReferenceProvider(ocamlFiles, {
      provideReferences: async (document, position, { includeDeclaration }) => {
        const at = await findTarget(document, position);
        if (!at) return undefined;
        const { config } = at.read;
        const uses = at.all
          .filter((each) => each.module === at.target.module)
          .map(({ call }) => new vscode.Location(config.uri, config.range(call)));
        const source = sourceOfMain(at.read, at.target);
        const { definition } = at.target;
        // In the module's file a language server returns the other references itself.
        if (!at.inConfig || !source || !definition) return uses;
        const declaration = new vscode.Location(source.uri, source.range(definition));
        const known = await vscode.commands.executeCommand<vscode.Location[]>(
          "vscode.executeReferenceProvider",
          source.uri,
          declaration.range.start,
        );
        const others = known.filter(({ uri, range }) =>
          [...uses, declaration].every((one) => one.uri.fsPath !== uri.fsPath || !one.range.isEqual(range)),
        );
        return [...uses, ...(includeDeclaration ? [declaration] : []), ...others];
      },
    }),
    registerRename(findTarget),
    vscode.languages.registerCompletionItemProvider(
      configFiles,
      {
        provideCompletionItems: async (document, position) => {
          const project = files.owner(document.uri);
          const read = project && (await files.of(project));
          if (!read) return undefined;
          const offset = document.offsetAt(position);
          const main = read.config.read.mains.find(({ module }) => within(module.span, offset));
          if (!main) return undefined;
          // The range of an unterminated string extends beyond its line.
          const line = document.lineAt(position).range;
          const range = read.config.range(main.module.span).intersection(line) ?? line;
          const sources = await files.all(project);
          return startPaths([...sources.keys()], (file) => sources.get(file)?.read).map((path) => {
            const item = new vscode.CompletionItem(path, vscode.CompletionItemKind.Module);
            item.range = range;
            item.filterText = path;
            item.detail = t("module with a start function");
            return item;
          });
        },
      },
      '"',
      ".",
    ),
  );
}

const within = ({ start, end }: { readonly start: number; readonly end: number }, offset: number) =>
  start <= offset && offset <= end;

function targetsOf({ config, sources }: UnikernelFiles): MainTarget[] {
  return mainTargets(config.read, (file) => sources.get(file)?.read);
}
