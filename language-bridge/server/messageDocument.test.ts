import assert from "node:assert/strict";
import { messageDocument } from "./messageDocument.ts";

describe("messageDocument", () => {
  it("returns the URI that a request or notification names", () => {
    const textDocument = { uri: "file:///a/unikernel.ml" };
    for (const params of [{ textDocument }, { textDocument, position: { line: 0, character: 0 } }])
      assert.equal(messageDocument(params), textDocument.uri);
    for (const params of [undefined, null, "x", {}, { textDocument: null }, { textDocument: { uri: 1 } }])
      assert.equal(messageDocument(params), undefined);
  });
});
