/**
 * Finds the links and headings of Markdown pages. Supports the syntax that the pages of this repository use:
 * inline and reference links, pictures, HTML attributes `href` and `src`, ATX headings, fenced code and code
 * spans.
 */
import { glob } from "node:fs/promises";

/** A link of a page and its line, counted from 1. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

const generated = new Set(["node_modules", "out", "dist", "coverage", "_build", "duniverse", "recordings"]);

/**
 * Returns the relative paths of all Markdown pages below a folder, sorted, without generated and hidden
 * folders.
 */
export async function markdownPages(folder: string): Promise<string[]> {
  const exclude = ({ name, parentPath }: { name: string; parentPath: string }): boolean =>
    generated.has(name) || (name.startsWith(".") && name !== "." && parentPath !== "");
  const pages: string[] = [];
  for await (const entry of glob("**/*.md", { cwd: folder, withFileTypes: true, exclude })) {
    pages.push(`${entry.parentPath}/${entry.name}`.slice(folder.length + 1));
  }
  return pages.toSorted();
}

/** Replaces code blocks and code spans by spaces. The line numbers do not change. */
export function withoutCode(text: string): string {
  const blank = (code: string): string => code.replace(/[^\n]/g, " ");
  return text
    .replace(/^( {0,3})(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\s*\2[`~]*[ \t]*$/gm, blank)
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, blank);
}

/** Returns all links and pictures of a page. */
export function linksOf(text: string): Link[] {
  const patterns = [
    /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
    /^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)>?/gm,
    /\b(?:href|src)="([^"]+)"/g,
  ];
  const plain = withoutCode(text);
  return patterns.flatMap((pattern) =>
    [...plain.matchAll(pattern)].map(({ 1: target = "", index }) => ({
      target,
      line: plain.slice(0, index).split("\n").length,
    })),
  );
}

/**
 * Returns the anchors of a page's headings as GitHub and VS Code create them: in lower case, without
 * punctuation, with hyphens for spaces, and with `-1`, `-2` … for repeated headings.
 */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  const fenced = text.replace(/^( {0,3})(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\s*\2[`~]*[ \t]*$/gm, "");
  return [...fenced.matchAll(/^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}
