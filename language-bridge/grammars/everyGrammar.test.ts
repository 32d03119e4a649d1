import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { root } from "../../scripts/programs.ts";
import { cpuMs } from "../../test/harness/cpuTime.ts";
import { tokenizerOf } from "../../test/harness/grammars.ts";

const { grammars } = manifest.contributes;
// The language jsonc is VS Code's own: the manifest only adds a file name to it.
const languages = manifest.contributes.languages.filter(({ id }) => id !== "jsonc");

describe("every grammar", () => {
  it("takes linear time on repeated input", async () => {
    const repeated = [
      "(*",
      '(* "',
      '"',
      "'",
      "'a ",
      "let ",
      "let x ",
      "and ",
      "type ('a, ",
      "type (",
      "module ",
      "module M (",
      "val x : ",
      "(",
      "[@a ",
      "[",
      "{",
      "{a|",
      ": ",
      "A.",
      "A . ",
      "~a",
      "%",
      "0x",
      "1_",
      "  ",
      "\\",
      "!=",
      "a'",
      "é",
    ];
    // The others include what these two consist of.
    for (const language of ["ocaml", "dune"]) {
      const tokenize = await tokenizerOf(language);
      for (const part of repeated) {
        const text = part.repeat(4000 / part.length);
        const start = cpuMs();
        tokenize(text);
        tokenize(`${part}\n`.repeat(400));
        assert.ok(cpuMs() - start < 4000, `${language}, ${JSON.stringify(part)}: ${cpuMs() - start} ms`);
      }
    }
  });

  it("is under the name that package.json has for it, and small", () => {
    let bytes = 0;
    for (const { language, path, scopeName } of grammars) {
      const text = readFileSync(join(root, path), "utf8");
      const grammar: { readonly scopeName: string } = JSON.parse(text);
      assert.equal(grammar.scopeName, scopeName);
      assert.ok(languages.some(({ id }) => id === language));
      bytes += statSync(join(root, path)).size;
    }
    assert.deepEqual(
      grammars.map(({ language }) => language).toSorted(),
      languages.map(({ id }) => id).toSorted(),
    );
    assert.ok(bytes < 14_000, `${bytes} bytes`);
  });

  it("yields to the grammar of another extension, regardless of order", async () => {
    for (const { language } of grammars) {
      const scopeName = `source.${language}`;
      const patterns = [{ match: "let|rule", name: "other" }];
      const tokenize = await tokenizerOf(language, { [scopeName]: { scopeName, patterns } });
      const { lines } = tokenize('let x = "a" (* b *)\n\n(rule (a)) ; let');
      const scopes = lines.flat().map((token) => [token.text, token.scopes.join(" ")]);
      assert.deepEqual(scopes.slice(0, 2), [
        ["let", `${scopeName} other`],
        [' x = "a" (* b *)', scopeName],
      ]);
      assert.ok(
        scopes.every(([, scope]) => scope === scopeName || scope === `${scopeName} other`),
        language,
      );
    }
  });
});
