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

/** Properties whose value VS Code or a page shows to the user, or a screen reader reads. */
const shownProperties =
  /^"?(title|placeHolder|placeholder|prompt|tooltip|openLabel|saveLabel|textContent|aria-label|ariaLabel)"?$/;
const shownCalls = /^show(Information|Warning|Error)Message$/;

/** Returns the text of a literal without icons and without interpolated values. */
function wordsOf(node: Node): string | undefined {
  const text = isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("")
    : literalText(node);
  return text?.replace(/\$\([\w~-]+\)/g, "");
}

/**
 * Returns the literals of a shown value that are not in `t`, including those in branches and concatenations.
 */
function literalsIn(value: Node): readonly Node[] {
  if (translates(value)) return [];
  if (isConditionalExpression(value)) return [value.whenTrue, value.whenFalse].flatMap(literalsIn);
  if (isBinaryExpression(value)) return [value.left, value.right].flatMap(literalsIn);
  // MirageOS and names in capital letters, such as KVM, are the same in every language.
  return /[a-z]{2}/i.test((wordsOf(value) ?? "").replace(/MirageOS|[A-Z]{2,}/g, "")) ? [value] : [];
}

/** Returns the texts of a source that users would see only in English, with their locations. */
function hardCoded(source: SourceFile): readonly string[] {
  const found: string[] = [];
  const check = (value: Node): void => {
    for (const node of literalsIn(value)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push(`${pathOf(source.fileName)}:${line + 1}: ${wordsOf(node) ?? ""}`);
    }
  };
  visit(source, (node) => {
    if (isPropertyAssignment(node) && shownProperties.test(node.name.getText(source)))
      check(node.initializer);
    if (
      isBinaryExpression(node) &&
      isPropertyAccessExpression(node.left) &&
      node.operatorToken.getText(source) === "="
    )
      if (shownProperties.test(node.left.name.text)) check(node.right);
    if (isCallExpression(node) && shownCalls.test(node.expression.getText(source)))
      node.arguments.forEach(check);
  });
  return found;
}

/** Files whose sentences are not for users of the extension, with the actual readers. */
const otherReaders: readonly (readonly [file: RegExp, reader: string])[] = [
  [/^language-bridge\/merlin\/(shim|installShim)\.ts$/, "ocamllsp, which starts it as a separate program"],
  [/^language-bridge\/merlin\/merlinProtocol\.ts$/, "the log"],
  [/^extension\/assistant\//, "language models"],
  [/^extension\/albatross\/(hostsText|vscode\/hostTools)\.ts$/, "language models"],
  [/^extension\/albatross\/wire\//, "the details of a message about a malformed reply"],
  [/^extension\/report\/(report|redact)\.ts$/, "maintainers of the extension, in English"],
  [/^extension\/scaffold\/(templates|scaffoldPlan)\.ts$/, "those who write templates"],
  [/^extension\/protocol\/(page|channel)\.ts$/, "the browser and the log"],
  [/^extension\/(ocaml\/operators|mirage\/(config\/parseConfig|modules))\.ts$/, "readers of OCaml"],
  [/^extension\/(scaffold\/names|dependencies\/libraryGroups)\.ts$/, "readers of OCaml"],
  [
    /^extension\/debugger\/(gdb|targets)\/|\/debugger\/(breakpoints\/(earlierRaise|reraise|exceptions|gdbCondition|gdbValue)|session\/steps)\.ts$/,
    "gdb",
  ],
  [/^extension\/debugger\/inspect\/(frameValues|variables)\.ts$/, "gdb"],
  [/^extension\/debugger\/values\/(tracking|toplevel|render\/exceptionText)/, "readers of OCaml"],
  [/^extension\/graph\/(exportFormats|evaluate\/buildInputs)\.ts$/, "other programs"],
  [/^extension\/bootTests\/workflow\.ts$/, "GitHub"],
  [/^extension\/pipeline\/output\/moveToUserCause\.ts$/, "opam-monorepo, whose messages it recognizes"],
  [/^extension\/project\/gitignore\.ts$/, "readers of .gitignore"],
  [/^extension\/network\/(setUpScript|tearDownScript|scriptParts)\.ts$/, "shells"],
  [/^extension\/export\/systemdUnit\.ts$/, "systemd and those who read the unit"],
];
/** Two words of which the second is in lower case, as in a sentence. */
const sentence = /[A-Za-z]{2,}[,:;]? [a-z]{2,}/;
/** Strings with spaces that are not sentences: commands, code, markup, names of CSS classes. */
const notSentences: readonly RegExp[] = [
  /^(sudo|doas|OPAM=sh|opam|brew|dune|bash|apt-get|dnf|pacman|zypper|apk|port|pkg|pkg_add) /,
  /^\(\w+ .*\)$|\bimpl\b| -> |^[A-Z][\w.]*\.S with type |^let |^functor |^struct end$/,
  /^[(<]|"[^"]*" \w+=|^translate\(/,
  // The sources of regular expressions contain these.
  /\(\?:|\\[bd[]|\[\\\/\]/,
];
/** Strings that are searched for in the output of other programs. */
const programOutput =
  /^(bad input line - either escaped or quoted or both|Powered by|Page fault at linear address |Parsing config from |Unable to attach console|Dump registers:|Xen console: |Fatal error: (exception )?|Hint: To pass a space, |Can't find all required versions|Wrote lockfile|Version mismatch|Checksum mismatch|These dependencies \(possibly transitive\)|No config found for file|not a git repository|unix, macosx|xen, qubes)$/;
/** Names for VS Code that are never shown. */
const internal =
  /^(mirageos (header|language|migration|dependencies|packages|budget)|mirage: (version|migration|dependencies|budget|boot tests))$/;

/** Returns the sentences of a source that are not in `t`, with their locations. */
function untranslated(source: SourceFile): readonly string[] {
  const path = pathOf(source.fileName);
  if (otherReaders.some(([file]) => file.test(path))) return [];
  const found: string[] = [];
  visit(source, (node) => {
    if (translates(node)) return false;
    if (isLiteralTypeNode(node) || isImportDeclaration(node) || isExportDeclaration(node)) return false;
    if (isCallExpression(node) && /(^|\.)(log|output|console)\.\w+$/.test(node.expression.getText(source)))
      return false;
    // Errors in lower case report bugs of the extension. Errors for users are ProblemErrors, or start with a
    // capital letter.
    if (isNewExpression(node) && /^"?[a-z]/.test(node.arguments?.[0]?.getText(source) ?? "")) return false;
    if (isPropertyAssignment(node) && node.name.getText(source) === "class") return false;
    // The name of a CSS class.
    if (isCallExpression(node) && literalText(node.arguments[0]) === "class") return false;
    if (isCallExpression(node) && node.expression.getText(source) === "badge") return false;
    const words = wordsOf(node);
    if (words === undefined || !sentence.test(words)) return;
    if ([...notSentences, programOutput, internal].some((pattern) => pattern.test(words))) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push(`${path}:${line + 1}: ${words}`);
  });
  return found;
}

describe("The texts that users see", () => {
  let sources: readonly SourceFile[] = [];
  before(() => {
    sources = productSources();
  });

  it("are never assigned to a shown property without t", () => {
    assert.ok(sources.length > 200);
    assert.deepEqual(sources.flatMap(hardCoded), []);
  });

  it("never come from a sentence elsewhere that is not in t", () => {
    for (const [file] of otherReaders)
      assert.ok(
        sources.some(({ fileName }) => file.test(pathOf(fileName))),
        `no source matches ${file}`,
      );
    assert.deepEqual(sources.flatMap(untranslated), []);
  });

  it("are all in the bundle that translators start from", () => {
    assert.equal(writtenBundle(), bundleText(collectTexts(sources)), "update it with: node scripts/l10n.ts");
  });

  it("keep their placeholders, links and icons in the pseudo-language", () => {
    assert.equal(pseudo("$(gear) Build {0}"), "⟦$(gear) Bûîld {0}⟧");
    assert.equal(
      pseudo("[Open](command:a.open)"),
      "⟦[Ôpéñ](command:a.open)⟧".replace("Ôpéñ", pseudo("Open").slice(1, -1)),
    );
  });
});
