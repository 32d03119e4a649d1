import assert from "node:assert/strict";
import {
  isBinaryExpression,
  isCallExpression,
  isConditionalExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isTemplateExpression,
  type Node,
  type SourceFile,
} from "typescript/unstable/ast";
import {
  bundleText,
  collectTexts,
  literalText,
  pathOf,
  productSources,
  pseudo,
  translates,
  visit,
  writtenBundle,
} from "./l10n.ts";

/** Properties whose value VS Code or a page shows as it is, or reads to the user. */
const shownProperties =
  /^"?(title|placeHolder|placeholder|prompt|tooltip|openLabel|saveLabel|textContent|aria-label|ariaLabel)"?$/;
const shownCalls = /\.show(Information|Warning|Error)Message$/;

/** What a literal says, without icons; values in between are left out. */
function wordsOf(node: Node): string | undefined {
  const text = isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("")
    : literalText(node);
  return text?.replace(/\$\([\w~-]+\)/g, "");
}

/** The literals that make up a shown value, outside `t`: also those of both branches and of what is put together. */
function literalsIn(value: Node): readonly Node[] {
  if (translates(value)) return [];
  if (isConditionalExpression(value)) return [value.whenTrue, value.whenFalse].flatMap(literalsIn);
  if (isBinaryExpression(value)) return [value.left, value.right].flatMap(literalsIn);
  // Our own name and what is a name in capitals, as KVM, are the same in every language.
  return /[a-z]{2}/i.test((wordsOf(value) ?? "").replace(/MirageOS|[A-Z]{2,}/g, "")) ? [value] : [];
}

/** The texts of a source that users see only in English, with their places. */
function hardCoded(source: SourceFile): readonly string[] {
  const found: string[] = [];
  const judge = (value: Node): void => {
    for (const node of literalsIn(value)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push(`${pathOf(source.fileName)}:${line + 1}: ${wordsOf(node) ?? ""}`);
    }
  };
  visit(source, (node) => {
    if (isPropertyAssignment(node) && shownProperties.test(node.name.getText(source)))
      judge(node.initializer);
    if (
      isBinaryExpression(node) &&
      isPropertyAccessExpression(node.left) &&
      node.operatorToken.getText(source) === "="
    )
      if (shownProperties.test(node.left.name.text)) judge(node.right);
    if (isCallExpression(node) && shownCalls.test(node.expression.getText(source)))
      node.arguments.forEach(judge);
  });
  return found;
}

describe("the texts that users see", () => {
  let sources: readonly SourceFile[] = [];
  before(() => {
    sources = productSources();
  });

  it("are never written where they are shown, without t", () => {
    assert.ok(sources.length > 200);
    assert.deepEqual(sources.flatMap(hardCoded), []);
  });

  it("are all in the file that translators start from", () => {
    assert.equal(
      writtenBundle(),
      bundleText(collectTexts(sources)),
      "write it anew with: node scripts/l10n.ts",
    );
  });

  it("keep their values, links and icons in the language that does not exist", () => {
    assert.equal(pseudo("$(gear) Build {0}"), "⟦$(gear) Bûîld {0}⟧");
    assert.equal(
      pseudo("[Open](command:a.open)"),
      "⟦[Ôpéñ](command:a.open)⟧".replace("Ôpéñ", pseudo("Open").slice(1, -1)),
    );
  });
});
