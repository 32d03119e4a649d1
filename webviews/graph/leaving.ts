import { element } from "../kit/dom.ts";
import { base64, copyImage, pngBlob, svgText } from "./picture.ts";
import { plain } from "./plain.ts";
import type { Scene } from "./scene.ts";
import type { ExportFormat } from "./toolbar.ts";
import { t } from "../../extension/platform/l10n.ts";

/** What goes out of the page, and the words about it. */
export interface Leaving {
  /** Words that go away by themselves. */
  readonly element: HTMLElement;
  readonly save: (format: ExportFormat) => Promise<void>;
  /** Puts the drawing on the clipboard. */
  readonly copy: () => Promise<void>;
  /** Tells the user that something did not work. */
  readonly say: (error: unknown) => void;
}

const noteMs = 6000;

/** `save` has the extension write what it is given, or what it makes itself; it answers with words. */
export function createLeaving(
  drawn: () => Scene | undefined,
  save: (format: ExportFormat, data: string) => Promise<string>,
): Leaving {
  const note = element("div", { class: "note", role: "status" });
  let timer = 0;
  const show = (words: string): void => {
    note.textContent = plain(words);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (note.textContent = ""), noteMs);
  };
  const say = (error: unknown): void => {
    show(t("That did not work: {0}", error instanceof Error ? error.message : String(error)));
  };

  const dataOf = async (format: ExportFormat): Promise<string> => {
    if (format !== "svg" && format !== "png") return "";
    const scene = drawn();
    if (!scene) throw new Error(t("There is nothing drawn."));
    return format === "svg" ? svgText(scene) : base64(await pngBlob(scene));
  };

  return {
    element: note,
    say,
    save: async (format) => {
      try {
        show(await save(format, await dataOf(format)));
      } catch (error) {
        say(error);
      }
    },
    copy: async () => {
      const scene = drawn();
      if (!scene) return;
      try {
        await copyImage(scene);
        show(t("The drawing is on the clipboard."));
      } catch {
        show(t("The clipboard takes no image here. Export the drawing as PNG instead."));
      }
    },
  };
}
