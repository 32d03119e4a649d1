import type * as vscode from "vscode";
import type { Shadows } from "../../extension/graph/shadowModel.ts";
import type { Run } from "../../extension/platform/process.ts";
import type { Projects } from "../../extension/project/vscode/projects.ts";
import type { Toolchain } from "../../extension/toolchain/vscode/toolchain.ts";

export interface BridgeParts {
  readonly context: vscode.ExtensionContext;
  readonly run: Run;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  readonly log: vscode.LogOutputChannel;
  readonly shadows: () => Promise<Pick<Shadows, "built">>;
}

/** By file name: without the OCaml Platform, VS Code may know no language for these files. */
export const isOcaml = ({ uri }: Pick<vscode.TextDocument, "uri">): boolean =>
  uri.scheme === "file" && /\.mli?$/.test(uri.path);
