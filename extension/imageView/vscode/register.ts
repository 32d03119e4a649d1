import * as vscode from "vscode";
import { lazy } from "../../platform/lazy.ts";
import type { ImageContext } from "./imageContext.ts";
import { imageViewType } from "./imageViewType.ts";

export interface Images extends vscode.Disposable {
  /** The handlers of commands, by command id. */
  readonly table: Readonly<Record<string, (on: unknown) => Promise<unknown>>>;
  /** Resolves to the bytes of a built image in memory, if they can be read, and stores the sizes of its modules. */
  readonly built: (path: string) => Promise<number | undefined>;
}

/** Registers the editor of images and the check of their budgets. Their implementations are loaded on first use. */
export function registerImages(context: ImageContext): Images {
  const editor = async () => (await import("./imageEditor.ts")).imageEditor(context);
  const registered = vscode.window.registerCustomEditorProvider(imageViewType, {
    openCustomDocument: (uri: vscode.Uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: async ({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel) =>
      (await editor()).open(uri, panel),
  });
  const budgets = lazy(async () =>
    (await import("./budgetCheck.ts")).registerBudgetCheck(context.projects, editor),
  );
  void context.projects.ready.then(budgets.get);
  return {
    table: {
      "mirageos.showImage": async (on) => (await editor()).showImage(on),
    },
    built: async (path) => (await editor()).built(path),
    dispose: () => vscode.Disposable.from(registered, budgets).dispose(),
  };
}
