import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { shellCommand, shellQuote } from "./shellQuote.ts";

/**
 * Splits command lines with a real shell, which prints each word with a NUL character after it. The words of
 * all lines follow each other, each line after its number.
 */
function splitByShell(commandLines: readonly string[]): string[] {
  const script = commandLines.map((line, index) => String.raw`printf '%s\0' ${index} ${line}`).join("\n");
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

describe("shellCommand", () => {
  it("leaves plain words unquoted, and quotes the rest", () => {
    assert.equal(
      shellCommand(["solo5-hvt", "--mem=32", "--net:service=tap0", "--", "dist/hello.hvt"]),
      "solo5-hvt --mem=32 --net:service=tap0 -- dist/hello.hvt",
    );
    assert.equal(
      shellCommand(["mirage", "configure", "--x=$(a) 'b'", ""]),
      String.raw`mirage configure '--x=$(a) '\''b'\''' ''`,
    );
    for (const word of ["", "a b", "*", "~", "$HOME", "`id`", "a;b", "#a", "!a", "{a,b}", "=ls", "a\nb"]) {
      assert.match(shellQuote(word), /^'[^]*'$/, word);
    }
  });

  it("quotes a program whose name looks like an assignment", () => {
    assert.equal(shellCommand(["A=b", "A=b"]), "'A=b' A=b");
    assert.equal(shellCommand([]), "");
  });

  it("prints words that a shell reads back unchanged", function () {
    if (process.platform === "win32") return this.skip();
    const character = fc.oneof(
      fc.constantFrom(...` \t\n'"\\$\`!*?[]{}()<>|&;#~=%^-`.split("")),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }).filter((text) => !text.includes("\0")),
    );
    const word = fc.array(character, { maxLength: 12 }).map((characters) => characters.join(""));
    const lists = fc.sample(fc.array(word, { minLength: 1, maxLength: 12 }), 200);
    assert.deepEqual(
      splitByShell(lists.map((words) => shellCommand(words))),
      lists.flatMap((words, index) => [String(index), ...words]),
    );
  });
});
