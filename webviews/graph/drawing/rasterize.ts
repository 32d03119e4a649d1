import { element, svgElement } from "../../kit/dom.ts";
import type { Scene } from "./scene.ts";
import { t } from "../../../extension/protocol/l10n.ts";

/** The computed styles that an exported drawing needs, since it leaves the style sheet behind. */
const properties = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "text-decoration",
] as const;

const border = 24;
/** The largest canvas side that browsers support, in pixels. */
const largestSide = 8192;

/** The drawing as an SVG document in the colours of the theme, without selection and search highlights. */
export function graphSvg(scene: Scene): string {
  const copy = scene.element.cloneNode(true);
  if (!(copy instanceof SVGElement)) throw new Error(t("There is no drawing yet."));
  for (const each of copy.querySelectorAll(".halo, .orders, .fold.idle")) each.remove();
  for (const each of copy.querySelectorAll(".node, .edge")) {
    each.classList.remove("selected", "lit", "match", "current", "marked");
  }
  const host = element("div", { class: "layer offscreen" }, copy);
  document.body.append(host);
  try {
    for (const each of copy.querySelectorAll("*")) {
      if (each.tagName === "title") continue;
      const style = getComputedStyle(each);
      for (const name of properties) {
        const value = style.getPropertyValue(name);
        if (value !== "" && value !== usual[name]) each.setAttribute(name, value);
      }
    }
    for (const each of [copy, ...copy.querySelectorAll("*")]) {
      for (const name of each.getAttributeNames()) {
        if (/^(class|role|tabindex|style|aria-.*|data-.*)$/.test(name)) each.removeAttribute(name);
      }
    }
    const [width, height] = [Math.ceil(scene.width) + 2 * border, Math.ceil(scene.height) + 2 * border];
    const back = svgElement("rect", {
      x: String(-border),
      y: String(-border),
      width: String(width),
      height: String(height),
      fill: getComputedStyle(document.body).backgroundColor,
    });
    copy.prepend(back);
    copy.setAttribute("viewBox", `${-border} ${-border} ${width} ${height}`);
    copy.setAttribute("width", String(width));
    copy.setAttribute("height", String(height));
    return new XMLSerializer().serializeToString(copy);
  } finally {
    host.remove();
  }
}

const usual: Readonly<Partial<Record<(typeof properties)[number], string>>> = {
  opacity: "1",
  "stroke-dasharray": "none",
  "font-style": "normal",
  "stroke-linejoin": "miter",
  "text-decoration": "none",
};

/** The drawing as a PNG at twice its size, or less if the canvas would be too large. */
export async function pngBlob(scene: Scene): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(graphSvg(scene))}`;
  await image.decode();
  const scale = Math.min(2, largestSide / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error(t("The drawing is too large for an image.")));
    }, "image/png");
  });
}

/** Encodes a blob in base64. */
export async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const portion = 0x8000;
  let letters = "";
  for (let at = 0; at < bytes.length; at += portion)
    letters += String.fromCharCode(...bytes.subarray(at, at + portion));
  return btoa(letters);
}

/** Copies the drawing to the clipboard; rejects if the browser does not allow images there. */
export async function copyImage(scene: Scene): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ "image/png": pngBlob(scene) })]);
}
