import type { Texts } from "./l10n.ts";

/** The script and the styles of a page. */
export interface PageCode {
  readonly script: string;
  readonly style: string;
}

export interface PageOptions {
  readonly title: string;
  /** URIs of the script and the style sheet, as `webview.asWebviewUri` returns them. */
  readonly script: string;
  readonly style: string;
  /** The code itself, used instead of the URIs. VS Code loads a file slowly, through a worker and the extension host. */
  readonly code?: PageCode | undefined;
  /** The origin of styles in the policy: `webview.cspSource`. */
  readonly styleSource: string;
  /** Random, and different for each page. */
  readonly nonce: string;
  /** The view uses WebAssembly. */
  readonly wasm?: boolean;
  /** The view starts workers from blobs, whose scripts it fetches from `styleSource`. */
  readonly workers?: boolean;
  /** The view renders its drawing to images. */
  readonly images?: boolean;
  /** `vscode.env.language`, and the translations into it. */
  readonly language?: string;
  readonly texts?: Texts | undefined;
}

/**
 * The HTML of a webview. Its policy allows only the view's own script and styles; data is sent as messages.
 * The toolkit reads the nonce of its style element from the meta element csp-nonce.
 * https://code.visualstudio.com/api/extension-guides/webview#content-security-policy
 */
export function pageHtml(page: PageOptions): string {
  const wasm = page.wasm === true ? " 'wasm-unsafe-eval'" : "";
  const nonce = `'nonce-${page.nonce}'`;
  const policy = [
    "default-src 'none'",
    `style-src ${page.styleSource} ${nonce}`,
    `script-src ${nonce}${wasm}`,
    ...(page.workers === true ? ["worker-src blob:", `connect-src ${page.styleSource}`] : []),
    ...(page.images === true ? ["img-src data:"] : []),
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escaped(page.language ?? "en")}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta property="csp-nonce" content="${escaped(page.nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}</title>
${styleOf(page)}
</head>
<body>
<main id="view"></main>
${page.texts ? textsOf(page.texts) : ""}${scriptOf(page)}
</body>
</html>
`;
}

function styleOf({ code, style, nonce }: PageOptions): string {
  if (!code) return `<link rel="stylesheet" href="${escaped(style)}">`;
  // A backslash before the slash changes neither styles nor strings, and does not end the element.
  return `<style nonce="${escaped(nonce)}">${code.style.replaceAll(/<\/(?=style)/gi, "<\\/")}</style>`;
}

function scriptOf({ code, script, nonce }: PageOptions): string {
  const start = `<script type="module" nonce="${escaped(nonce)}"`;
  if (!code) return `${start} src="${escaped(script)}"></script>`;
  return `${start}>${code.script.replaceAll(/<\/(?=script)/gi, "<\\/")}</script>`;
}

/** A data block, which the policy allows because it is never executed. */
function textsOf(texts: Texts): string {
  const json = JSON.stringify(texts).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="texts">${json}</script>\n`;
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
