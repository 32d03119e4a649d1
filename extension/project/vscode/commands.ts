import { dirname } from "node:path";
import * as vscode from "vscode";
import type { Activities } from "../model.ts";
import { askForProject, ownerOf, projectFor } from "./pick.ts";
import type { Projects } from "./projects.ts";

/** The commands that choose among unikernels and show their files, by id. */
export function projectCommands(
  projects: Projects,
): Record<string, (invokedOn: unknown) => Promise<unknown>> {
  return {
    "mirageos.refresh": () => projects.rediscover(),
    "mirageos.selectUnikernel": async () => {
      await projects.ready;
      return askForProject(projects);
    },
    "mirageos.resetOptions": async (on) => {
      const project = await projectFor(projects, on);
      if (project) await projects.setOptions(project.id, []);
    },
    "mirageos.openConfig": async (on) => {
      const project = await projectFor(projects, on);
      if (project) await vscode.window.showTextDocument(vscode.Uri.file(project.configFile));
    },
    "mirageos.revealImage": async (on) => {
      // The image of a launch need not be that of the selected unikernel.
      const path = imageOf(on) ?? (await projectFor(projects, on))?.state.image?.path;
      if (path !== undefined) await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(path));
    },
  };
}

function imageOf(on: unknown): string | undefined {
  if (typeof on !== "object" || on === null || !("image" in on)) return undefined;
  return typeof on.image === "string" ? on.image : undefined;
}

/**
 * Keeps the context keys true that decide which commands are shown, and selects the unikernel whose
 * file comes into view, so that commands mean what the user looks at.
 */
export function registerContextKeys(projects: Projects, activities: Activities): vscode.Disposable {
  const known = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (known.get(key) === value) return;
    known.set(key, value);
    void vscode.commands.executeCommand("setContext", `mirageos.${key}`, value);
  };
  const refresh = () => {
    set("hasUnikernels", projects.all().length > 0);
    set("busy", activities.active().length > 0);
    const file = vscode.window.activeTextEditor?.document.uri;
    set(
      "isUnikernelFile",
      file !== undefined && isSource(file) && ownerOf(file, projects.all()) !== undefined,
    );
  };
  const followEditor = () => {
    refresh();
    const file = vscode.window.activeTextEditor?.document.uri;
    const owner = file && ownerOf(file, projects.all());
    if (owner && owner.id !== projects.selected()?.id) void projects.select(owner.id);
  };
  void projects.ready.then(() => {
    set("searched", true);
    followEditor();
  });
  return vscode.Disposable.from(
    projects.onDidChange(refresh),
    activities.onChange(refresh),
    vscode.window.onDidChangeActiveTextEditor(followEditor),
  );
}

function isSource(file: vscode.Uri): boolean {
  return (
    file.scheme === "file" &&
    /\.mli?$/.test(file.path) &&
    !/\/(?:_build|duniverse)\//.test(dirname(file.path))
  );
}
