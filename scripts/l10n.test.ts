import assert from "node:assert/strict";
import {
  isBinaryExpression,
  isCallExpression,
  isConditionalExpression,
  isExportDeclaration,
  isImportDeclaration,
  isLiteralTypeNode,
  isNewExpression,
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

/** Files whose sentences are not for people who use the extension, and for whom they are instead. */
const forOthers: readonly (readonly [file: RegExp, whom: string])[] = [
  [/^language-bridge\/merlin\/shim(Files)?\.ts$/, "ocamllsp, which starts it as a program of its own"],
  [/^language-bridge\/merlin\/merlinProtocol\.ts$/, "the log"],
  [/^extension\/assistant\//, "language models"],
  [/^extension\/report\/(report|redact)\.ts$/, "maintainers of the extension, in English"],
  [/^extension\/scaffold\/(templates|plan)\.ts$/, "those who write templates"],
  [/^extension\/protocol\/(page|channel)\.ts$/, "the browser and the log"],
  [/^extension\/(ocaml\/operators|mirage\/(config\/configSource|modules))\.ts$/, "readers of OCaml"],
  [/^extension\/scaffold\/names\.ts$/, "readers of OCaml"],
  [/^extension\/graph\/(exportFormats|evaluate\/buildInputs)\.ts$/, "other programs"],
];
/** Two words of which the second is small, as in a sentence. */
const sentence = /[A-Za-z]{2,}[,:;]? [a-z]{2,}/;
/** What is no sentence though it has blanks: commands, code, markup, names of CSS classes. */
const noSentence: readonly RegExp[] = [
  /^(sudo|doas|opam|brew|dune|bash|apt-get|dnf|pacman|zypper|apk|port|pkg|pkg_add) /,
  /^\(\w+ .*\)$|\bimpl\b| -> |^[A-Z][\w.]*\.S with type |^let |^functor |^struct end$/,
  /^[(<]|"[^"]*" \w+=|^translate\(/,
  // Of regular expressions.
  /\(\?:|\\[bd[]/,
];
/** Words of other programs that are looked for in what they print. */
const recognised =
  /^(bad input line - either escaped or quoted or both|Powered by|Page fault at linear address |Parsing config from |Unable to attach console|Dump registers:|Xen console: |Fatal error: (exception )?|Hint: To pass a space, |Can't find all required versions|Wrote lockfile|Version mismatch|No config found for file|not a git repository|unix, macosx|xen, qubes)$/;
/** Of VS Code, which nobody sees. */
const internal = /^(mirageos (header|language)|mirage: version)$/;

/** The sentences of a source that stand outside `t`, wherever they are shown later, with their places. */
function untranslated(source: SourceFile): readonly string[] {
  const path = pathOf(source.fileName);
  if (forOthers.some(([file]) => file.test(path))) return [];
  const found: string[] = [];
  visit(source, (node) => {
    if (translates(node)) return false;
    if (isLiteralTypeNode(node) || isImportDeclaration(node) || isExportDeclaration(node)) return false;
    if (isCallExpression(node) && /(^|\.)(log|output|console)\.\w+$/.test(node.expression.getText(source)))
      return false;
    // A broken promise of the code itself; what users are told are ProblemErrors, or begins with a capital.
    if (isNewExpression(node) && /^"?[a-z]/.test(node.arguments?.[0]?.getText(source) ?? "")) return false;
    if (isPropertyAssignment(node) && node.name.getText(source) === "class") return false;
    // The name of a CSS class.
    if (isCallExpression(node) && literalText(node.arguments[0]) === "class") return false;
    if (isCallExpression(node) && node.expression.getText(source) === "badge") return false;
    const words = wordsOf(node);
    if (words === undefined || !sentence.test(words)) return;
    if ([...noSentence, recognised, internal].some((pattern) => pattern.test(words))) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push(`${path}:${line + 1}: ${words}`);
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

  it("are never put together from sentences elsewhere, without t", () => {
    for (const [file] of forOthers)
      assert.ok(
        sources.some(({ fileName }) => file.test(pathOf(fileName))),
        `no source is ${file}`,
      );
    assert.deepEqual(sources.flatMap(untranslated), []);
  });

  it("are all in the file that translators start from", () => {
    assert.equal(
      writtenBundle(),
      bundleText(collectTexts(sources)),
      "write it again with: node scripts/l10n.ts",
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
