import { join } from "node:path";
import * as vscode from "vscode";
import { createShadows } from "../shadow.ts";
import type { Shadows } from "../shadowModel.ts";
import type { GraphParts } from "./register.ts";

/** The private builds of config.ml for this window; they look anew when the tools change. */
export function openShadows(
  parts: Pick<GraphParts, "run" | "toolchain" | "scratch">,
): vscode.Disposable & { readonly shadows: Shadows } {
  const { run, toolchain, scratch } = parts;
  const shadows = createShadows({
    run,
    folder: join(scratch, "shadows"),
    tools: { environment: toolchain.environment, path: toolchain.path },
    trusted: () => vscode.workspace.isTrusted,
  });
  const listening = toolchain.onDidChange(shadows.refresh);
  return { shadows, dispose: () => listening.dispose() };
}
