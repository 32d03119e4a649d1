import type * as vscode from "vscode";
import type { ConfigEvaluator } from "../../../extension/graph/evaluate/types.ts";
import type { Run } from "../../../extension/platform/process.ts";
import type { Projects } from "../../../extension/project/vscode/projects.ts";
import type { Toolchain } from "../../../extension/toolchain/vscode/toolchain.ts";

/** What the language server support needs from the rest of the extension. */
export interface BridgeContext {
  readonly context: vscode.ExtensionContext;
  readonly run: Run;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  readonly log: vscode.LogOutputChannel;
  readonly evaluator: () => Promise<Pick<ConfigEvaluator, "build">>;
}

/** Whether a document is an OCaml file, by its name: without the OCaml Platform it may have no language. */
export const isOcaml = ({ uri }: Pick<vscode.TextDocument, "uri">): boolean =>
  uri.scheme === "file" && /\.mli?$/.test(uri.path);
