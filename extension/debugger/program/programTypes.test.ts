import assert from "node:assert/strict";
import type { Run } from "../../platform/process.ts";
import { createProgramTypes } from "./programTypes.ts";

/** A toplevel that prints a text for every input. */
const printing =
  (text: string): Run =>
  async (_, hooks) => {
    hooks?.onStdout?.(Buffer.from(text));
    return await Promise.resolve({ kind: "exited", code: 0 });
  };
const separator = '- : string = "--- next module ---"';

describe("the types of a program", () => {
  const typesOf = (text: string) =>
    createProgramTypes({ run: printing(text), ocaml: "/o/bin/ocaml", env: {}, root: "/nowhere" });

  it("are read from what the toplevel prints", async () => {
    const types = typesOf(`module M : sig type t = { a : int; } val f : t -> int end\n${separator}\n`);
    assert.equal(await types.declarations("M.t"), "type t = { a : int; }");
    assert.deepEqual(await types.outline("M"), [{ path: "f", type: "t -> int" }]);
  });

  it("are unknown, with a reason, without a toplevel that runs", async () => {
    const run = printing("");
    const without = createProgramTypes({ run, ocaml: undefined, env: {}, root: "/nowhere" });
    assert.equal(await without.declarations("M.t"), undefined);
    assert.match(await without.unreadable, /no OCaml compiler was found/);
    const failing = typesOf("");
    assert.equal(await failing.declarations("M.t"), undefined);
    assert.match(await failing.unreadable, /\/o\/bin\/ocaml could not be run/);
  });

  it("are unknown, with a reason, if another version of OCaml built it", async () => {
    // As OCaml 4.13.1 prints it for an interface of 5.4.1.
    const types = typesOf(
      `Line 1:\nError: m5.cmi is not a compiled interface for this version of OCaml.\nIt seems to be for a newer version of OCaml.\n${separator}\n`,
    );
    assert.equal(await types.declarations("M5.t"), undefined);
    assert.match(
      await types.unreadable,
      /another version of OCaml than that of \/o\/bin\/ocaml .* Select Switch/,
    );
  });
});
