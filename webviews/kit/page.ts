import type { Texts } from "../../extension/platform/l10n.ts";

export interface Page {
  readonly title: string;
  /** Addresses that the webview may load. */
  readonly script: string;
  readonly style: string;
  /** Where the styles come from, as `webview.cspSource` says. */
  readonly styleSource: string;
  /** Unguessable and new for each page. */
  readonly nonce: string;
  /** The view uses WebAssembly. */
  readonly wasm?: boolean;
  /** The view starts workers from blobs, whose scripts it fetches from where its styles come from. */
  readonly workers?: boolean;
  /** The view makes images of what it draws. */
  readonly images?: boolean;
  /** The language of the page, as `vscode.env.language` says, and its texts by the English ones. */
  readonly language?: string;
  readonly texts?: Texts | undefined;
}

/**
 * The HTML of a webview: only its own script and styles run there, and it has no data; that comes
 * as messages. The meta element csp-nonce is for the toolkit, which tries out a style of its own.
 * https://code.visualstudio.com/api/extension-guides/webview#content-security-policy
 */
export function pageHtml(page: Page): string {
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
<link rel="stylesheet" href="${escaped(page.style)}">
</head>
<body>
<main id="view"></main>
${page.texts ? textsOf(page.texts) : ""}<script nonce="${escaped(page.nonce)}" src="${escaped(page.script)}"></script>
</body>
</html>
`;
}

/** A block of data, which no policy forbids because it is never run. */
function textsOf(texts: Texts): string {
  const json = JSON.stringify(texts).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="texts">${json}</script>\n`;
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
