import { dirname } from "node:path";
import * as vscode from "vscode";
import type { Activities } from "../model.ts";
import { ownerOf, projectFor } from "./pickProject.ts";
import type { Projects } from "./projects.ts";

/** The handlers of the commands that select unikernels and show their files, by command id. */
export function projectCommands(
  projects: Projects,
): Record<string, (invokedOn: unknown) => Promise<unknown>> {
  return {
    "mirageos.refresh": () => projects.rediscover(),
    "mirageos.selectUnikernel": async () => {
      await projects.ready;
      return (await import("./promptForProject.ts")).promptForProject(projects);
    },
    "mirageos.select": async (invokedOn) => {
      const project = await projectFor(projects, invokedOn);
      if (project) await projects.select(project.id);
    },
    "mirageos.resetOptions": async (invokedOn) => {
      const project = await projectFor(projects, invokedOn);
      if (project) await projects.setOptions(project.id, []);
    },
    "mirageos.openConfig": async (invokedOn) => {
      const project = await projectFor(projects, invokedOn);
      if (project) await vscode.window.showTextDocument(vscode.Uri.file(project.configFile));
    },
    "mirageos.openUnikernel": async (invokedOn) => {
      const project = await projectFor(projects, invokedOn);
      if (project) await (await import("./unikernelFiles.ts")).openMainSource(projects, project);
    },
    "mirageos.revealInExplorer": async (invokedOn) => {
      const project = await projectFor(projects, invokedOn);
      if (project)
        await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(project.configFile));
    },
    "mirageos.revealImage": async (invokedOn) => {
      // A launch may use an image of another unikernel than the selected one.
      const path = imageOf(invokedOn) ?? (await projectFor(projects, invokedOn))?.state.image?.path;
      if (path !== undefined) await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(path));
    },
  };
}

function imageOf(on: unknown): string | undefined {
  if (typeof on !== "object" || on === null || !("image" in on)) return undefined;
  return typeof on.image === "string" ? on.image : undefined;
}

/**
 * Updates the context keys that show and hide commands. Also selects the unikernel of the active editor, so that
 * commands use it.
 */
export function registerContextKeys(projects: Projects, activities: Activities): vscode.Disposable {
  const values = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (values.get(key) === value) return;
    values.set(key, value);
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
