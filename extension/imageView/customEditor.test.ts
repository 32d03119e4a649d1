import assert from "node:assert/strict";
import { englishManifest } from "../../scripts/manifest.ts";
import { targetIds, targets } from "../mirage/targets.ts";
import { imageViewType } from "./vscode/imageViewType.ts";

interface Manifest {
  readonly contributes: {
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly priority: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
  };
}

describe("The editor of images in package.json", () => {
  it("opens the images of all targets by their extensions, which activates the extension", () => {
    const [editor, ...others] = englishManifest<Manifest>().contributes.customEditors;
    assert.deepEqual(others, []);
    assert.deepEqual([editor?.viewType, editor?.priority], [imageViewType, "default"]);
    const opened = (editor?.selector ?? []).flatMap(({ filenamePattern }) =>
      (/\{(.+)\}$/.exec(filenamePattern)?.[1] ?? "").split(",").map((extension) => `.${extension}`),
    );
    const extensions = targetIds.map((id) => targets[id].extension).filter((extension) => extension !== "");
    assert.deepEqual(new Set(opened), new Set(extensions));
  });
});
