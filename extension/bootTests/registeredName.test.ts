import assert from "node:assert/strict";
import { registeredName } from "./registeredName.ts";

describe("The name of a unikernel without an editor", () => {
  it("is what config.ml registers", () => {
    for (const [config, name] of [
      ['let () = register "hello" [ main ]', "hello"],
      ['(* register "old" *)\nlet () = Mirage.register "hello" [ main ]', "hello"],
      ['let () =\n  register ~argv:(f "x" [ 1 ]) ~packages "hello" [ main ]', "hello"],
      ['let name = "hello"\nlet () = register name [ main ]', "hello"],
      ['let () = register ("a" ^ "b") [ main ]', undefined],
      ["let () = register", undefined],
      ["", undefined],
    ] as const)
      assert.equal(registeredName(config), name, config);
  });
});
