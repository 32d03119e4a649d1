import assert from "node:assert/strict";
import { selectServer } from "./select.ts";

describe("selectServer", () => {
  it("leaves OCaml to the OCaml Platform where that is enabled", () => {
    const choice = selectServer({ platformEnabled: true });
    assert.equal(choice.kind, "platform");
    assert.match(choice.reason, /come from the OCaml Platform/);
  });

  it("offers the OCaml Platform where nothing serves OCaml", () => {
    const choice = selectServer({ platformEnabled: false });
    assert.equal(choice.kind, "off");
    assert.match(choice.reason, /not installed or not enabled/);
    assert.deepEqual(choice.next, {
      title: "Find OCaml Platform",
      command: "workbench.extensions.search",
      args: ["@id:ocamllabs.ocaml-platform"],
    });
  });
});
