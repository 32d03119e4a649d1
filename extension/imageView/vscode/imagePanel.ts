import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { fillWebview } from "../../platform/vscode/webview.ts";
import {
  isFromImagePage,
  type FromImagePage,
  type ImageView,
  type SourceRequest,
  type ToImagePage,
} from "../../protocol/image.ts";
import { t } from "../../protocol/l10n.ts";
import { imageFacts } from "../facts.ts";
import { sizeChangeText } from "../../project/describeState.ts";
import { sizeText } from "../../protocol/sizeText.ts";
import { imageParts, partsBytes } from "../imageParts.ts";
import { findModuleSource, sourceFolders } from "../moduleSource.ts";
import { contextOf, readProjectImage, type ImageProject, type ReadImage } from "../readProjectImage.ts";
import type { ImageFiles } from "./imageContext.ts";

type Comparison =
  | { readonly kind: "lastBuild" }
  | { readonly kind: "earlierBuild"; readonly at: number }
  | { readonly kind: "file"; readonly uri: vscode.Uri };

/** A linker writes a file in several steps. */
const settleMs = 300;

/** Shows an image in the panel of an editor, and reads it again when the file changes. */
export function openImagePanel(uri: vscode.Uri, panel: vscode.WebviewPanel, files: ImageFiles): void {
  const name = basename(uri.path);
  let project: ImageProject | undefined;
  let read: ReadImage | undefined;
  let comparison: Comparison | undefined;
  /** The number of the last reading; the result of an earlier one is dropped. */
  let round = 0;

  const view = async (): Promise<ImageView> => {
    if (uri.scheme !== "file")
      return { kind: "failed", message: t("{0} is not on this computer, so that it can't be read.", name) };
    project = await files.projectOf(uri);
    read = await readProjectImage(uri.fsPath, project);
    if (read.kind === "failed") return read;
    const { mtimeMs } = await stat(uri.fsPath);
    const { summaries } = files;
    const [last, earlier] = await Promise.all([
      summaries.before(uri.fsPath, mtimeMs),
      summaries.earlier(uri.fsPath, mtimeMs),
    ]);
    return {
      kind: "image",
      name,
      facts: imageFacts(read.image, read.size),
      parts: imageParts(read.size),
      stripped: read.size.stripped,
      requirements: [...(await files.requirementsOf(uri))],
      earlierBuilds: last === undefined ? 0 : earlier.length,
      before: await before(last),
    };
  };

  const before = async (last: Extract<ImageView, { kind: "image" }>["parts"] | undefined) => {
    if (comparison?.kind === "lastBuild") return last && { title: t("the build before"), parts: last };
    if (!comparison) return undefined;
    if (comparison.kind === "earlierBuild") {
      const parts = await files.summaries.read(uri.fsPath, comparison.at);
      return parts && { title: t("the build of {0}", dateText(comparison.at)), parts };
    }
    // An image without a project was most likely linked with the same libraries, and would otherwise seem to differ.
    const origin = (await files.projectOf(comparison.uri)) ?? project;
    const other = await readProjectImage(comparison.uri.fsPath, origin);
    if (other.kind === "image")
      return { title: basename(comparison.uri.path), parts: imageParts(other.size) };
    comparison = undefined;
    void vscode.window.showErrorMessage(other.message);
    return undefined;
  };

  const show = async (): Promise<void> => {
    const own = (round += 1);
    let next: ImageView;
    try {
      next = await view();
    } catch (error) {
      // The file may be removed while it is read.
      const reason = error instanceof Error ? error.message : String(error);
      next = { kind: "failed", message: t("{0} can't be shown as an image: {1}.", name, reason) };
    }
    if (own === round) channel.notify({ kind: "show", view: next });
  };

  const compare = async (choice: Extract<FromImagePage, { kind: "compare" }>["with"]): Promise<void> => {
    if (choice === "earlierBuild") {
      const at = await pickBuild(uri, files, read);
      if (at === undefined) return;
      comparison = { kind: "earlierBuild", at };
    } else if (choice === "file") {
      const [chosen] =
        (await vscode.window.showOpenDialog({
          title: t("Compare {0} With", name),
          openLabel: t("Compare"),
          defaultUri: vscode.Uri.file(dirname(uri.fsPath)),
        })) ?? [];
      if (!chosen) return;
      comparison = { kind: "file", uri: chosen };
    } else comparison = choice === "lastBuild" ? { kind: "lastBuild" } : undefined;
    await show();
  };

  const openSource = async (request: SourceRequest): Promise<string> => {
    const folders = read?.kind === "image" && project ? foldersOf(request, read, project, uri.fsPath) : [];
    const place = await findModuleSource(request, { folders, buildDir: project?.buildDir });
    if (!place) return t("The source of {0} was not found.", request.module);
    await vscode.window.showTextDocument(vscode.Uri.file(place.file), {
      selection: new vscode.Range(place.line, 0, place.line, 0),
      viewColumn:
        panel.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One,
    });
    return "";
  };

  const handle = async (message: FromImagePage): Promise<string> => {
    switch (message.kind) {
      case "loaded":
        await show();
        return "";
      case "openSource":
        return openSource(message);
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        return t("Copied the displayed part to the clipboard.");
      case "saveSvg":
        return saveSvg(uri, message.text);
      case "compare":
        await compare(message.with);
        return "";
    }
  };

  const channel = fillWebview<ToImagePage, FromImagePage>(panel.webview, files.extensionUri, {
    name: "image",
    title: name,
    incoming: isFromImagePage,
    handle,
  });
  let timer: NodeJS.Timeout | undefined;
  const refresh = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void show(), settleMs);
  };
  const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, ".."), name);
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  const listeners = vscode.Disposable.from(
    watcher,
    watcher.onDidChange(refresh),
    watcher.onDidCreate(refresh),
    watcher.onDidDelete(refresh),
  );
  panel.onDidDispose(() => {
    clearTimeout(timer);
    round += 1;
    listeners.dispose();
    channel.dispose();
  });
}

const dateText = (at: number): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Lets the user choose a stored build, the newest first. Resolves to its time, or to undefined if the prompt is dismissed. */
async function pickBuild(
  { fsPath }: vscode.Uri,
  { summaries }: ImageFiles,
  read: ReadImage | undefined,
): Promise<number | undefined> {
  const { mtimeMs } = await stat(fsPath);
  const now = read?.kind === "image" ? partsBytes(imageParts(read.size)) : undefined;
  const items = (await summaries.earlier(fsPath, mtimeMs)).toReversed().map(({ at, bytes }) => {
    const change = now === undefined ? "" : sizeChangeText(now - bytes);
    return {
      label: dateText(at),
      description: change === "" ? sizeText(bytes) : t("{0}, since then {1}", sizeText(bytes), change),
      at,
    };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Compare {0} with an Earlier Build", basename(fsPath)),
    placeHolder: t("Choose a build"),
    matchOnDescription: true,
  });
  return chosen?.at;
}

/** The folders with the sources of a module's library. */
function foldersOf(
  { library }: SourceRequest,
  { image, libraries }: Extract<ReadImage, { kind: "image" }>,
  project: ImageProject,
  path: string,
): readonly string[] {
  const context = contextOf(path, image.kind === "solo5", project);
  const own = libraries.flatMap(({ name, folder }) => (name === library && folder ? [folder] : []));
  return own.flatMap((folder) => sourceFolders(folder, context, project.buildDir));
}

async function saveSvg(image: vscode.Uri, text: string): Promise<string> {
  const file = await vscode.window.showSaveDialog({
    title: t("Save as SVG"),
    defaultUri: vscode.Uri.file(join(dirname(image.fsPath), `${basename(image.path)}.svg`)),
  });
  if (!file) return "";
  await vscode.workspace.fs.writeFile(file, Buffer.from(text));
  return t("Saved as {0}.", file.fsPath);
}
