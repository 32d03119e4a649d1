import * as vscode from "vscode";
import type { FunctorGraph } from "../../extension/graph/model.ts";
import { combinators } from "../combinators.ts";
import { isOwn } from "../configSource.ts";
import { combinatorText, packageText, typeText } from "../documentation.ts";
import { deviceTypes, otherTypes } from "../deviceTypes.ts";
import { configFiles, type Files } from "./files.ts";
import { graphOf } from "./graphOf.ts";
import type { LanguageParts } from "./language.ts";
import { lockedPackages } from "./packages.ts";

/** The longest that a hover waits for a graph that is still being made. */
const graphMs = 300;

/** Hover on devices, types and packages of a config.ml, and completion of them. */
export function registerDocumentation(
  files: Files,
  { shadows, completes }: LanguageParts,
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
        const named = config.read.packages.find(({ name }) => covers(name.span));
        if (named) {
          const text = packageText(
            named.name.value,
            await lockedPackages(project),
            project.state.lockFile !== undefined,
          );
          return new vscode.Hover(new vscode.MarkdownString(text), config.range(named.name.span));
        }
        const word = config.read.words.find(({ span }) => covers(span));
        if (!word || isOwn(config.read, word)) return undefined;
        if (Object.hasOwn(combinators, word.name)) {
          const graph = await soon(graphOf(shadows, project));
          const typed = !completes(project.configFile);
          const text = combinatorText(word.name, project.target, graph, typed);
          return text === undefined
            ? undefined
            : new vscode.Hover(new vscode.MarkdownString(text), config.range(word.span));
        }
        const text = typeText(word.name);
        return text === undefined
          ? undefined
          : new vscode.Hover(new vscode.MarkdownString(text), config.range(word.span));
      },
    }),
    vscode.languages.registerCompletionItemProvider(configFiles, {
      provideCompletionItems: async (document, position) => {
        const project = files.owner(document.uri);
        // A server has all of these with their types: each would be offered twice.
        if (!project || completes(project.configFile)) return undefined;
        const read = await files.of(project);
        if (!read || !isWordPlace(read.config.text, document.offsetAt(position))) return undefined;
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
    item.documentation = new vscode.MarkdownString(combinatorText(name, undefined, undefined) ?? "");
    if (snippet !== undefined) item.insertText = new vscode.SnippetString(snippet);
    // A server's own items come first: it knows what the text binds.
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
    item.documentation = new vscode.MarkdownString(typeText(name) ?? "");
    item.sortText = `~${name}`;
    return item;
  });
}

/** Not in a text, a comment, a label, or behind a module's dot. */
function isWordPlace(text: string, offset: number): boolean {
  const before = text.slice(0, offset).replace(/[\w']*$/, "");
  if (/[~?.`#"]$/.test(before)) return false;
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const quotes = line.match(/"/g)?.length ?? 0;
  return quotes % 2 === 0 && before.lastIndexOf("(*") <= before.lastIndexOf("*)");
}

async function soon(graph: Promise<FunctorGraph | undefined>): Promise<FunctorGraph | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), graphMs);
  });
  return Promise.race([graph.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
