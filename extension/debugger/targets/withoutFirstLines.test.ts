import assert from "node:assert/strict";
import { withoutFirstLines } from "./withoutFirstLines.ts";

describe("the output of a tender that waits for gdb", () => {
  it("starts after the lines about gdb, and is unchanged after that", () => {
    let shown = "";
    const push = withoutFirstLines(/^tender: gdb/, (bytes) => (shown += Buffer.from(bytes).toString()));
    for (const part of ["tender: g", "db 1\ntender: gdb", " 2\nSo", "lo5: start\ntender: gdb\n", "é"])
      push(Buffer.from(part));
    assert.equal(shown, "Solo5: start\ntender: gdb\né");
  });

  it("is passed on if it has no line end for long", () => {
    let length = 0;
    withoutFirstLines(/^x/, (bytes) => (length += bytes.length))(Buffer.alloc(600, "x"));
    assert.equal(length, 600);
  });
});
