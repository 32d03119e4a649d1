import type * as vscode from "vscode";
import type { Run } from "../../platform/process.ts";
import type { Project, Projects } from "../../project/vscode/projects.ts";
import type { ImageRequirement } from "../../protocol/image.ts";
import type { BuildSummaries } from "../buildSummaries.ts";
import type { PageCode } from "../../protocol/page.ts";
import type { ReadProjectImage } from "../imageReadings.ts";
import type { ImageProject } from "../readProjectImage.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";

/** What the view of images needs from the window. */
export interface ImageContext {
  readonly extensionUri: vscode.Uri;
  readonly run: Run;
  readonly projects: Projects;
  readonly toolchain: Toolchain;
  /** Why the packages of a project are required. It is passed in because this room must not import upper ones. */
  readonly requirements: (project: Project) => Promise<readonly ImageRequirement[]>;
  /** A folder in the extension's storage. */
  readonly scratch: string;
  readonly log: vscode.LogOutputChannel;
}

/** What the panel of an image needs. */
export interface ImageFiles {
  readonly extensionUri: vscode.Uri;
  readonly summaries: BuildSummaries;
  readonly read: ReadProjectImage;
  /** The script and the styles of the page, which are read once. */
  readonly pageCode: Promise<PageCode>;
  /** The project that contains a file; undefined if it is in none. */
  readonly projectOf: (uri: vscode.Uri) => Promise<ImageProject | undefined>;
  /** Why the packages of a file's project are required; empty if nothing is locked. */
  readonly requirementsOf: (uri: vscode.Uri) => Promise<readonly ImageRequirement[]>;
}
