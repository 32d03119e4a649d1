import * as vscode from "vscode";
import type { Projects } from "../../project/vscode/projects.ts";
import { packagePosition } from "../catalogue.ts";
import { packageMarkdown } from "../rows/packageText.ts";
import { repositoryFacts, type CatalogueContext } from "./packageCatalogue.ts";
import { readDependencies } from "./projectDependencies.ts";

/** Shows what is known about a package at its name, and at its sublibraries, in config.ml. */
export const registerPackageHover = (projects: Projects, context: CatalogueContext): vscode.Disposable =>
  vscode.languages.registerHoverProvider(
    { scheme: "file", pattern: "**/config.ml" },
    {
      provideHover: async (document, position) => {
        const text = document.getText();
        const place = packagePosition(text, document.offsetAt(position));
        const project = projects.get(document.uri.fsPath);
        if (!project || !place) return undefined;
        const word = text.slice(place.span.start, place.span.end);
        const [name, sublib] = place.kind === "name" ? [word] : [place.package, word];
        if (name === "") return undefined;
        // The hover does not wait for opam: the next one has its answer.
        const listed = repositoryFacts(context, project)?.packages.get(name);
        const dependencies = await readDependencies(project);
        const found = dependencies?.dependencies.find(({ locked }) => locked.name === name);
        const markdown = packageMarkdown({
          name,
          ...(sublib !== undefined && { sublib }),
          hasLock: dependencies !== undefined,
          facts: found && { ...found, listed },
          listed,
        });
        const { start, end } = place.span;
        const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
        return new vscode.Hover(new vscode.MarkdownString(markdown), range);
      },
    },
  );
