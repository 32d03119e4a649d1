import assert from "node:assert/strict";
import { isRefusal, isRequestedKind, isMessageShown } from "./serverAnswers.ts";

describe("answers of a language server", () => {
  it("that refuse a request are treated as having no result, except where the user sees the reason", () => {
    const [internalError, requestFailed] = [-32_603, -32_803];
    for (const method of ["definition", "declaration", "hover", "references", "codeAction", "inlayHint"])
      for (const code of [internalError, requestFailed])
        assert.equal(isRefusal(`textDocument/${method}`, code), true, method);
    assert.equal(isRefusal("textDocument/rename", requestFailed), false);
    assert.equal(isRefusal("workspace/executeCommand", internalError), false);
  });

  it("that were cancelled, are outdated or never arrived are not treated as refusals", () => {
    const [cancelled, contentModified, serverCancelled] = [-32_800, -32_801, -32_802];
    for (const code of [cancelled, contentModified, serverCancelled, undefined])
      assert.equal(isRefusal("textDocument/definition", code), false);
  });

  it("contain only the code actions that were requested", () => {
    const kinds = ["quickfix", "quickfix.import", "switch", "refactor.inline", undefined];
    const requested = (kind: string | undefined) => kinds.filter((each) => isRequestedKind(kind, each));
    assert.deepEqual(requested("quickfix"), ["quickfix", "quickfix.import"]);
    assert.deepEqual(requested("refactor"), ["refactor.inline"]);
    assert.deepEqual(requested("quick"), []);
    assert.deepEqual(requested(undefined), kinds);
  });

  it("that only inform, such as about a missing ocamlformat-rpc, are not shown as notifications", () => {
    const [error, warning, information, log, debug] = [1, 2, 3, 4, 5];
    assert.deepEqual([error, warning, information, log, debug].filter(isMessageShown), [error, warning]);
  });
});
