import * as vscode from "vscode";
import { combinators } from "../../../extension/mirage/combinators.ts";
import { isLocalName } from "../../../extension/mirage/config/parseConfig.ts";
import { combinatorMarkdown, typeMarkdown } from "../documentation.ts";
import { deviceTypes, otherTypes } from "../../../extension/mirage/deviceTypes.ts";
import { configFiles, type Files } from "../../../extension/project/vscode/unikernelFiles.ts";
import { projectGraph } from "./projectGraph.ts";
import type { LanguageContext } from "./languageContext.ts";
import { withinTime } from "../../../extension/platform/withinTime.ts";

/** How long a hover waits for a graph, in milliseconds. */
const graphMs = 300;

/** Hovers and completion for the devices and types of a config.ml. The room `dependencies` has those of packages. */
export function registerDocumentation(
  files: Files,
  { evaluator, completes }: LanguageContext,
): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerHoverProvider(configFiles, {
      provideHover: async (document, position) => {
        const project = files.owner(document.uri);
        const read = project && (await files.of(project));
        if (!read) return undefined;
        const { config } = read;
        const offset = document.offsetAt(position);
        const covers = ({ start, end }: { start: number; end: number }) => start <= offset && offset < end;
        const word = config.read.words.find(({ span }) => covers(span));
        if (!word || isLocalName(config.read, word)) return undefined;
        if (Object.hasOwn(combinators, word.name)) {
          const graph = await withinTime(
            graphMs,
            projectGraph(evaluator, project).catch(() => undefined),
          );
          const typed = !completes(project.configFile);
          const text = combinatorMarkdown(word.name, project.target, graph, typed);
          return text === undefined
            ? undefined
            : new vscode.Hover(new vscode.MarkdownString(text), config.range(word.span));
        }
        const text = typeMarkdown(word.name);
        return text === undefined
          ? undefined
          : new vscode.Hover(new vscode.MarkdownString(text), config.range(word.span));
      },
    }),
    vscode.languages.registerCompletionItemProvider(configFiles, {
      provideCompletionItems: async (document, position) => {
        const project = files.owner(document.uri);
        // A server suggests all of these with their types; they would appear twice.
        if (!project || completes(project.configFile)) return undefined;
        const read = await files.of(project);
        if (!read || !canComplete(read.config.text, document.offsetAt(position))) return undefined;
        return [...combinatorItems(), ...typeItems()];
      },
    }),
  );
}

function combinatorItems(): vscode.CompletionItem[] {
  return Object.entries(combinators).map(([name, { type, snippet }]) => {
    const kind = type.includes("->")
      ? vscode.CompletionItemKind.Function
      : vscode.CompletionItemKind.Variable;
    const item = new vscode.CompletionItem({ label: name, description: "Mirage" }, kind);
    item.detail = type;
    item.documentation = new vscode.MarkdownString(combinatorMarkdown(name, undefined, undefined) ?? "");
    if (snippet !== undefined) item.insertText = new vscode.SnippetString(snippet);
    // Sorted after the items of a server, which knows the names that the file binds.
    item.sortText = `~${name}`;
    return item;
  });
}

function typeItems(): vscode.CompletionItem[] {
  return [...Object.keys(deviceTypes), ...Object.keys(otherTypes)].map((name) => {
    const item = new vscode.CompletionItem(
      { label: name, description: "Mirage" },
      vscode.CompletionItemKind.TypeParameter,
    );
    item.documentation = new vscode.MarkdownString(typeMarkdown(name) ?? "");
    item.sortText = `~${name}`;
    return item;
  });
}

/** Whether an offset is outside strings, comments, labels and qualified names. */
function canComplete(text: string, offset: number): boolean {
  const before = text.slice(0, offset).replace(/[\w']*$/, "");
  if (/[~?.`#"]$/.test(before)) return false;
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const quotes = line.match(/"/g)?.length ?? 0;
  return quotes % 2 === 0 && before.lastIndexOf("(*") <= before.lastIndexOf("*)");
}
