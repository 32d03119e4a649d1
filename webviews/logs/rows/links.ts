/** A piece of a text; `href` if it is a link. */
export interface LinkPart {
  readonly text: string;
  readonly href: string | undefined;
}

/**
 * URLs, and IPv4 addresses or `localhost` with a port. Other names with a number after a colon are usually places in
 * files. Only ASCII, so that a link leads where it seems to.
 */
const pattern =
  /\bhttps?:\/\/[\w.~:/?#@!$&'()*+,;=%[\]-]+|(?<![\w.:-])(?:\d{1,3}(?:\.\d{1,3}){3}|localhost):\d{1,5}(?![\w:])/g;

/** Splits a text into links and the pieces between them; together, they are the text. */
export function linkParts(text: string): readonly LinkPart[] {
  const parts: LinkPart[] = [];
  let from = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    // At its end, punctuation belongs to the sentence.
    const found = match.replace(/[.,;:!?'"()[\]]+$/, "");
    const href = hrefOf(found);
    if (href === undefined) continue;
    if (index > from) parts.push({ text: text.slice(from, index), href: undefined });
    parts.push({ text: found, href });
    from = index + found.length;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), href: undefined });
  return parts;
}

function hrefOf(found: string): string | undefined {
  const url = URL.parse(found.includes("://") ? found : `http://${found}/`);
  return url === null || url.port === "0" ? undefined : url.href;
}

/** An element that opens a link in the browser: VS Code handles clicks on links of pages. */
export function anchor(href: string): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = href;
  made.title = href;
  made.className = "link";
  made.dataset["act"] = "link";
  return made;
}

/** Opens a link as a click on it does. */
export function openLink(href: string): void {
  const made = anchor(href);
  document.body.append(made);
  made.click();
  made.remove();
}
