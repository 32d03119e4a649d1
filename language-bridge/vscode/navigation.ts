import * as vscode from "vscode";
import { targets, type Target } from "../names.ts";
import { configFiles, ocamlFiles, type Files, type UnikernelFiles } from "./files.ts";
import { registerRename } from "./rename.ts";
import { t } from "../../extension/platform/l10n.ts";

/** Definition, references, rename and completion between `main "Unikernel.Main"` and the module. */
export function registerNavigation(files: Files): vscode.Disposable {
  const found = async (document: vscode.TextDocument, position: vscode.Position) => {
    const project = files.owner(document.uri);
    const read = project && (await files.of(project));
    if (!read) return undefined;
    const offset = document.offsetAt(position);
    const all = targetsOf(read);
    const inConfig = document.uri.fsPath === project.configFile;
    const target = all.find((each) =>
      inConfig
        ? within(each.call, offset)
        : read.sources.get(each.file)?.uri.fsPath === document.uri.fsPath &&
          each.module !== undefined &&
          within(each.module, offset),
    );
    return target && { read, target, all, inConfig };
  };
  return vscode.Disposable.from(
    vscode.languages.registerDefinitionProvider(ocamlFiles, {
      provideDefinition: async (document, position) => {
        const at = await found(document, position);
        const source = at && at.read.sources.get(at.target.file);
        if (!at?.inConfig || !source) return undefined;
        const { call, module } = at.target;
        const targetRange = source.range(module ?? { start: 0, end: 0 });
        return [{ originSelectionRange: at.read.config.range(call), targetUri: source.uri, targetRange }];
      },
    }),
    vscode.languages.registerReferenceProvider(ocamlFiles, {
      provideReferences: async (document, position, { includeDeclaration }) => {
        const at = await found(document, position);
        if (!at) return undefined;
        const { config, sources } = at.read;
        const uses = at.all
          .filter((each) => each.path === at.target.path)
          .map(({ call }) => new vscode.Location(config.uri, config.range(call)));
        const source = sources.get(at.target.file);
        const { module } = at.target;
        // In unikernel.ml the language server gives the declaration itself.
        if (!includeDeclaration || !at.inConfig || !source || !module) return uses;
        return [...uses, new vscode.Location(source.uri, source.range(module))];
      },
    }),
    registerRename(found),
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
          // An open text reaches further than its line.
          const line = document.lineAt(position).range;
          const range = read.config.range(main.module.span).intersection(line) ?? line;
          return modulePaths(read).map((path) => {
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

function targetsOf({ config, sources }: UnikernelFiles): Target[] {
  return targets(config.read, (file) => sources.get(file)?.read);
}

/** What `main` can name: files and modules of theirs that have a `start`. */
function modulePaths({ sources }: UnikernelFiles): string[] {
  return [...sources].flatMap(([name, { read }]) => [
    ...(read.start ? [name] : []),
    ...read.modules.filter(({ start, open }) => start || open).map((module) => `${name}.${module.name}`),
  ]);
}
