import assert from "node:assert/strict";
import fc from "fast-check";
import { EditedText, type TextEdit } from "./editedText.ts";

const applied = (text: string, edits: readonly TextEdit[]): string =>
  edits.reduceRight(
    (rest, { span, text: added }) => rest.slice(0, span.start) + added + rest.slice(span.end),
    text,
  );

describe("A text that several rules edit", () => {
  it("reports the edits against the original", () => {
    const edited = new EditedText("let main = foreign x");
    edited.apply([{ span: { start: 11, end: 18 }, text: "main" }]);
    edited.apply([
      { span: { start: 0, end: 0 }, text: "(* a *)\n" },
      { span: { start: 16, end: 17 }, text: "y" },
    ]);
    assert.equal(edited.text, "(* a *)\nlet main = main y");
    assert.deepEqual(edited.edits(), [
      { span: { start: 0, end: 0 }, text: "(* a *)\n" },
      { span: { start: 11, end: 18 }, text: "main" },
      { span: { start: 19, end: 20 }, text: "y" },
    ]);
  });

  it("reports nothing if an edit is undone by a later one", () => {
    const edited = new EditedText("abc");
    edited.apply([{ span: { start: 1, end: 2 }, text: "x" }]);
    edited.apply([{ span: { start: 1, end: 2 }, text: "b" }]);
    assert.deepEqual(edited.edits(), []);
  });

  it("reports edits that lead from the original to the current text, whatever the edits were", () => {
    const steps = fc.array(fc.tuple(fc.nat(30), fc.nat(5), fc.string({ maxLength: 4 })), { maxLength: 8 });
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), steps, (original, edits) => {
        const edited = new EditedText(original);
        for (const [at, length, text] of edits) {
          const start = Math.min(at, edited.text.length);
          edited.apply([{ span: { start, end: Math.min(start + length, edited.text.length) }, text }]);
        }
        assert.equal(applied(original, edited.edits()), edited.text);
      }),
    );
  });
});
