/**
 * Collects the texts of `t("…")` in the sources and the texts of the index of templates in
 * l10n/bundle.l10n.json, from which translators start. With `--pseudo`, also writes the bundles of a
 * pseudo-language to `out/l10n`, in which every text has accents and brackets, so that tests can find texts
 * that are not translated.
 */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import {
  isCallExpression,
  isIdentifier,
  isNoSubstitutionTemplateLiteral,
  isStringLiteral,
  type Node,
  type SourceFile,
} from "typescript/unstable/ast";
import { API } from "typescript/unstable/sync";
import { readIndex } from "../extension/scaffold/templates.ts";
import { manifestTexts } from "./manifest.ts";
import { isMain, root } from "./programs.ts";

type Texts = Readonly<Record<string, string>>;

const bundlePath = "l10n/bundle.l10n.json";

/** Parses the sources of the product, without tests. */
export function productSources(): readonly SourceFile[] {
  const api = new API({ cwd: root });
  try {
    const files = ["tsconfig.json", "webviews/tsconfig.json"].flatMap((config) => {
      const snapshot = api.updateSnapshot({ openProject: join(root, config) });
      return snapshot.getProjects().flatMap(({ program }) =>
        program
          .getSourceFileNames()
          .filter((name) =>
            /^(extension|webviews|language-bridge)\/(?!.*(\.test\.ts$|\btest))/.test(pathOf(name)),
          )
          .flatMap((name) => program.getSourceFile(name) ?? []),
      );
    });
    return [...new Map(files.map((file) => [file.fileName, file])).values()];
  } finally {
    api.close();
  }
}

/** Returns the path of a file in the repository, with slashes. */
export function pathOf(file: string): string {
  return relative(root, file).replaceAll("\\", "/");
}

/**
 * Calls the visitor for a node and all nodes below it. If the visitor returns false, skips the nodes below.
 */
export function visit(node: Node, visitor: (node: Node) => boolean | void): void {
  if (visitor(node) !== false) node.forEachChild((child) => visit(child, visitor));
}

/** Returns the text of a literal without interpolation; `undefined` for all other nodes. */
export function literalText(node: Node | undefined): string | undefined {
  return node && (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) ? node.text : undefined;
}

/** Checks whether the node is a call of `t`. */
export function translates(node: Node): boolean {
  return isCallExpression(node) && isIdentifier(node.expression) && node.expression.text === "t";
}

/** Returns the texts of the index that the picker of templates shows. */
function templateTexts(): readonly string[] {
  const index = readFileSync(join(root, "snippets", "templates", "index.json"), "utf8");
  return readIndex(JSON.parse(index)).flatMap(({ title, group, shows }) => [title, group, shows]);
}

/**
 * Returns the English texts in the sources and the index of templates, sorted. Throws if the argument of `t`
 * is not a literal.
 */
export function collectTexts(sources: readonly SourceFile[]): Texts {
  const texts = new Set<string>(templateTexts());
  for (const source of sources)
    visit(source, (node) => {
      if (!isCallExpression(node) || !translates(node)) return;
      const text = literalText(node.arguments[0]);
      if (text === undefined) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        throw new Error(
          `${pathOf(source.fileName)}:${line + 1}: the argument of t must be a literal, so that it can be translated.`,
        );
      }
      texts.add(text);
    });
  return Object.fromEntries([...texts].toSorted().map((text) => [text, text]));
}

/** Formats the bundle as the text of its file. */
export function bundleText(texts: Texts): string {
  return `${JSON.stringify(texts, undefined, 2)}\n`;
}

/** Reads the bundle in the repository. */
export function writtenBundle(): string {
  return readFileSync(join(root, bundlePath), "utf8").replaceAll("\r\n", "\n");
}

const plain = "aeiouycnsAEIOUYCNS";
const accented = "àéîöûýçñšÀÉÎÖÛÝÇÑŠ";

/**
 * Translates a text to the pseudo-language: adds accents and brackets, and keeps placeholders, links and
 * icons.
 */
export function pseudo(text: string): string {
  const parts = text.split(/(\{\w+\}|\]\([^)]*\)|\$\([^)]*\)|`[^`]*`)/);
  const letters = (part: string): string =>
    part.replace(/[a-z]/gi, (letter) => accented[plain.indexOf(letter)] ?? letter);
  return `⟦${parts.map((part, i) => (i % 2 === 0 ? letters(part) : part)).join("")}⟧`;
}

/** Returns the pseudo-translation of every text. */
export function pseudoTexts(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, pseudo(text)]));
}

async function writeTo(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

if (isMain(import.meta.url)) {
  const texts = collectTexts(productSources());
  await writeTo(bundlePath, bundleText(texts));
  console.log(`${bundlePath}: ${Object.keys(texts).length} texts.`);
  if (process.argv.includes("--pseudo")) {
    await writeTo("out/l10n/bundle.l10n.qps-ploc.json", bundleText(pseudoTexts(texts)));
    await writeTo("out/l10n/package.nls.qps-ploc.json", bundleText(pseudoTexts(manifestTexts())));
  }
}
