import { element } from "../kit/dom.ts";
import { base64, copyImage, pngBlob, graphSvg } from "./drawing/rasterize.ts";
import { singleLine } from "../../extension/protocol/visibleText.ts";
import type { Scene } from "./drawing/scene.ts";
import type { ExportFormat } from "./panes/toolbar.ts";
import { t } from "../../extension/protocol/l10n.ts";

/** Exports of the drawing, with a notification of their result. */
export interface GraphExport {
  /** The notification, which disappears after a few seconds. */
  readonly element: HTMLElement;
  readonly save: (format: ExportFormat) => Promise<void>;
  /** Copies the drawing to the clipboard as an image. */
  readonly copy: () => Promise<void>;
  /** Shows an error to the user. */
  readonly showError: (error: unknown) => void;
}

const noteDurationMs = 6000;

/**
 * `save` asks the extension to write a file: `data` is SVG text, a PNG in base64, or empty for formats that the
 * extension generates itself. It resolves with a text for the user.
 */
export function createGraphExport(
  currentScene: () => Scene | undefined,
  save: (format: ExportFormat, data: string) => Promise<string>,
): GraphExport {
  const note = element("div", { class: "note", role: "status" });
  let timer = 0;
  const show = (text: string): void => {
    note.textContent = singleLine(text);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (note.textContent = ""), noteDurationMs);
  };
  const showError = (error: unknown): void => {
    show(t("The action failed: {0}", error instanceof Error ? error.message : String(error)));
  };

  const dataOf = async (format: ExportFormat): Promise<string> => {
    if (format !== "svg" && format !== "png") return "";
    const scene = currentScene();
    if (!scene) throw new Error(t("There is no drawing yet."));
    return format === "svg" ? graphSvg(scene) : base64(await pngBlob(scene));
  };

  return {
    element: note,
    showError,
    save: async (format) => {
      try {
        show(await save(format, await dataOf(format)));
      } catch (error) {
        showError(error);
      }
    },
    copy: async () => {
      const scene = currentScene();
      if (!scene) return;
      try {
        await copyImage(scene);
        show(t("Copied the drawing to the clipboard."));
      } catch {
        show(t("Images can't be copied to the clipboard here. Export the drawing as PNG instead."));
      }
    },
  };
}
