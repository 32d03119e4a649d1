import assert from "node:assert/strict";
import { documentOf } from "./documentOf.ts";

describe("the document of a message", () => {
  it("is the one that a request or notification names", () => {
    const textDocument = { uri: "file:///a/unikernel.ml" };
    for (const params of [{ textDocument }, { textDocument, position: { line: 0, character: 0 } }])
      assert.equal(documentOf(params), textDocument.uri);
    for (const params of [undefined, null, "x", {}, { textDocument: null }, { textDocument: { uri: 1 } }])
      assert.equal(documentOf(params), undefined);
  });
});
