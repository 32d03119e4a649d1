import assert from "node:assert/strict";
import type { FrameTable } from "../frameTable.ts";
import { followData } from "./dataFlow.ts";

const noFrames: FrameTable = { size: 0, find: () => undefined, within: () => [] };

/** Code with a jump by a table at 0x100, which leads to the last two instructions. */
const jumpByTable = (add: string) =>
  [
    "sub    $0x8,%rsp",
    "mov    %rbx,(%rsp)",
    "lea    0x100(%rip),%rdx        # 0x100",
    "movslq (%rdx,%rax,4),%rax",
    `add    ${add}`,
    add.endsWith("%rdx") ? "jmp    *%rdx" : "jmp    *%rax",
    "nop",
    "ret",
  ].map((text, index) => ({ address: BigInt(index + 1), text }));

describe("the flow of data through a function", () => {
  for (const add of ["%rdx,%rax", "%rax,%rdx"]) {
    it(`continues at the targets of a table of jumps: add ${add}`, () => {
      const flow = followData({
        instructions: jumpByTable(add),
        frames: noFrames,
        parameters: 2,
        hasClosure: false,
        tailRecursive: false,
        jumpTable: (address) => (address === 0x100n ? [7n, 8n] : undefined),
      });
      assert.deepEqual(flow?.before(8n)?.values.get("@-8"), { kind: "parameter", index: 1 });
    });
  }
});
