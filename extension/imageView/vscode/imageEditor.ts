import { stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import * as vscode from "vscode";
import { showInformationMessage } from "../../platform/vscode/messages.ts";
import { loadedSize } from "../../image/size/loadedSize.ts";
import { readPageCode } from "../../platform/vscode/webview.ts";
import { ownerOf, projectFor } from "../../project/vscode/pickProject.ts";
import { libraryFolders } from "../../toolchain/libraries.ts";
import { createBuildSummaries } from "../buildSummaries.ts";
import type { ImageRequirement } from "../../protocol/image.ts";
import { t } from "../../protocol/l10n.ts";
import { growthText, largestGrowths, type Growth } from "../growth.ts";
import { imageParts } from "../imageParts.ts";
import { createImageReadings } from "../imageReadings.ts";
import type { ImageProject } from "../readProjectImage.ts";
import type { ImageContext } from "./imageContext.ts";
import { imageViewType } from "./imageViewType.ts";
import { openImagePanel } from "./imagePanel.ts";

/** Opens images, and stores what the next build is compared with. */
export interface ImageEditor {
  readonly open: (uri: vscode.Uri, panel: vscode.WebviewPanel) => Promise<void>;
  readonly built: (path: string) => Promise<number | undefined>;
  /** Resolves to the bytes of an image in memory; undefined if it cannot be read. */
  readonly loaded: (path: string) => Promise<number | undefined>;
  /** Resolves to the packages that grew most since the previous build; empty if no such build is stored. */
  readonly growths: (path: string) => Promise<readonly Growth[]>;
  /** Opens the image of the unikernel that a command was invoked on, or offers to build it. */
  readonly showImage: (on: unknown) => Promise<void>;
}

/** One for the window: what it stores has no second writer. */
let opened: ImageEditor | undefined;

export function imageEditor(context: ImageContext): ImageEditor {
  return (opened ??= createImageEditor(context));
}

function createImageEditor(context: ImageContext): ImageEditor {
  const { extensionUri, projects, log } = context;
  const summaries = createBuildSummaries(join(context.scratch, "images"));
  const read = createImageReadings();
  const foldersOf = createLibraryFolders(context);
  const projectOf = async (uri: vscode.Uri): Promise<ImageProject | undefined> => {
    await projects.ready;
    const project = ownerOf(uri, projects.all());
    if (!project) return undefined;
    const { buildDir, root, state } = project;
    return {
      buildDir,
      root,
      inside: relative(root, buildDir),
      lockFile: state.lockFile,
      libraryFolders: await foldersOf(project),
    };
  };
  const requirementsOf = async (uri: vscode.Uri): Promise<readonly ImageRequirement[]> => {
    const project = ownerOf(uri, projects.all());
    return project ? context.requirements(project) : [];
  };
  const store = async (path: string): Promise<void> => {
    const uri = vscode.Uri.file(path);
    const { mtimeMs } = await stat(path);
    const image = await read(path, await projectOf(uri));
    if (image.kind !== "image") return;
    const parts = imageParts(image.size);
    const before = await summaries.before(path, mtimeMs);
    await summaries.add(path, mtimeMs, parts);
    const text = before && growthText(basename(path), before, parts);
    if (text === undefined) return;
    const show = t("Show Image");
    if ((await showInformationMessage(text, show)) === show)
      await vscode.commands.executeCommand("vscode.openWith", uri, imageViewType);
  };
  const pageCode = readPageCode(extensionUri, "image");
  const files = { extensionUri, pageCode, summaries, read, projectOf, requirementsOf };
  return {
    open: (uri, panel) => openImagePanel(uri, panel, files),
    built: async (path) => {
      // Not awaited: the size that is shown after a build takes a few milliseconds to read, and this takes longer.
      store(path).catch((error: unknown) => log.debug(`No summary of ${basename(path)}: ${String(error)}`));
      return loadedSize(path);
    },
    loaded: loadedSize,
    growths: async (path) => {
      const before = await summaries.before(path, (await stat(path)).mtimeMs);
      if (!before) return [];
      const image = await read(path, await projectOf(vscode.Uri.file(path)));
      return image.kind === "image" ? largestGrowths(before, imageParts(image.size)) : [];
    },
    showImage: async (on) => {
      const project = await projectFor(projects, on);
      if (!project) return;
      const { image } = project.state;
      if (image) {
        await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(image.path), imageViewType);
        return;
      }
      const build = t("Build");
      const message = t("{0} has no image for {1} yet. Build it first.", project.name, project.target);
      const chosen = await showInformationMessage(message, build);
      if (chosen === build) await vscode.commands.executeCommand("mirageos.build", project.id);
    },
  };
}

/**
 * Finds the folders with the libraries of a project's switch; none if it cannot be read, or in Restricted Mode, where nothing
 * is run. A program is asked once for each environment, of which the toolchain makes a new one when something changes.
 */
function createLibraryFolders({ toolchain, run }: ImageContext) {
  const known = new WeakMap<object, Map<string, Promise<readonly string[]>>>();
  return async (scope: { root: string; workspaceFolder: string }): Promise<readonly string[]> => {
    if (!vscode.workspace.isTrusted) return [];
    try {
      const environment = await toolchain.environment(scope);
      const ofEnvironment = known.get(environment) ?? new Map<string, Promise<readonly string[]>>();
      known.set(environment, ofEnvironment);
      const folders =
        ofEnvironment.get(scope.root) ??
        libraryFolders(environment.env, run, scope.root, ["solo5", "unikraft"]);
      ofEnvironment.set(scope.root, folders);
      return await folders;
    } catch {
      return [];
    }
  };
}
