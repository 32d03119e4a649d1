import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { showErrorMessage } from "../../platform/vscode/messages.ts";
import { fillWebview } from "../../platform/vscode/webview.ts";
import {
  isFromImagePage,
  type FromImagePage,
  type ImageView,
  type SourceRequest,
  type ToImagePage,
} from "../../protocol/image.ts";
import { t } from "../../protocol/l10n.ts";
import { imageFacts, readFacts } from "../facts.ts";
import { sizeChangeText } from "../../project/describeState.ts";
import { sizeText } from "../../protocol/sizeText.ts";
import { imageParts, imageSections, partsBytes } from "../imageParts.ts";
import { findModuleSource, sourceFolders } from "../moduleSource.ts";
import { contextOf, type ImageProject, type ReadImage } from "../readProjectImage.ts";
import type { ImageFiles } from "./imageContext.ts";
import { withinTime } from "../../platform/withinTime.ts";

type Comparison =
  | { readonly kind: "lastBuild" }
  | { readonly kind: "earlierBuild"; readonly at: number }
  | { readonly kind: "file"; readonly uri: vscode.Uri };

/** A linker writes a file in several steps. */
const settleMs = 300;

/** The sizes of most images are read earlier, and a page that shows something else for so short a time would flicker. */
const factsAloneMs = 100;

/** Shows an image in the panel of an editor, and reads it again when the file changes. */
export async function openImagePanel(
  uri: vscode.Uri,
  panel: vscode.WebviewPanel,
  files: ImageFiles,
): Promise<void> {
  const name = basename(uri.path);
  let project: ImageProject | undefined;
  let read: ReadImage | undefined;
  let comparison: Comparison | undefined;
  /** The number of the last reading; the result of an earlier one is dropped. */
  let round = 0;
  let isClosed = false;

  const readView = async (): Promise<ImageView> => {
    if (uri.scheme !== "file")
      return { kind: "failed", message: t("{0} is not on this computer, so it can't be read.", name) };
    project = await files.projectOf(uri);
    const { summaries } = files;
    const reading = files.read(uri.fsPath, project);
    const others = Promise.all([
      stat(uri.fsPath).then(({ mtimeMs }) =>
        Promise.all([summaries.before(uri.fsPath, mtimeMs), summaries.earlier(uri.fsPath, mtimeMs)]),
      ),
      files.requirementsOf(uri),
    ]);
    // The reading says why, if the file is gone.
    others.catch(() => undefined);
    read = await reading;
    if (read.kind === "failed") return read;
    const [[last, earlier], requirements] = await others;
    return {
      kind: "image",
      name,
      facts: imageFacts(read.image, read.size),
      parts: imageParts(read.size),
      stripped: read.size.stripped,
      sections: imageSections(read.size),
      requirements: [...requirements],
      earlierBuilds: last === undefined ? 0 : earlier.length,
      before: await before(last),
    };
  };

  const before = async (last: Extract<ImageView, { kind: "image" }>["parts"] | undefined) => {
    if (comparison?.kind === "lastBuild") return last && { title: t("the previous build"), parts: last };
    if (!comparison) return undefined;
    if (comparison.kind === "earlierBuild") {
      const parts = await files.summaries.read(uri.fsPath, comparison.at);
      return parts && { title: t("the build of {0}", dateText(comparison.at)), parts };
    }
    // An image without a project was most likely linked with the same libraries, and would otherwise seem to differ.
    const origin = (await files.projectOf(comparison.uri)) ?? project;
    const other = await files.read(comparison.uri.fsPath, origin);
    if (other.kind === "image")
      return { title: basename(comparison.uri.path), parts: imageParts(other.size) };
    comparison = undefined;
    void showErrorMessage(other.message);
    return undefined;
  };

  const view = async (): Promise<ImageView> => {
    try {
      return await readView();
    } catch (error) {
      // The file may be removed while it is read.
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "failed", message: t("{0} can't be shown as an image: {1}.", name, reason) };
    }
  };
  /** The image is read while VS Code prepares the page. */
  let begun: Promise<ImageView> | undefined = view();
  let hasShown = false;
  /** The first view, which is sent before the page asks for it. Undefined once a page has received it. */
  let firstShown: Promise<void> | undefined;

  const show = async (): Promise<void> => {
    const own = (round += 1);
    const reading = begun ?? view();
    begun = undefined;
    if (!hasShown && uri.scheme === "file" && (await withinTime(factsAloneMs, reading)) === undefined) {
      const facts = await readFacts(uri.fsPath);
      if (own === round && !hasShown && facts)
        channel.notify({ kind: "show", view: { kind: "reading", name, facts } });
    }
    const next = await reading;
    if (own !== round) return;
    hasShown = true;
    channel.notify({ kind: "show", view: next });
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
      case "loaded": {
        const first = firstShown;
        firstShown = undefined;
        if (first) await first;
        else {
          hasShown = false;
          await show();
        }
        return "";
      }
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

  panel.onDidDispose(() => {
    isClosed = true;
    round += 1;
  });
  const code = await files.pageCode.catch(() => undefined);
  if (isClosed) return;
  const channel = fillWebview<ToImagePage, FromImagePage>(panel.webview, files.extensionUri, {
    name: "image",
    title: name,
    code,
    incoming: isFromImagePage,
    handle,
  });
  // VS Code stores messages until the page has loaded.
  firstShown = show();
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
