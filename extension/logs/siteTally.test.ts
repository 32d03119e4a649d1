import assert from "node:assert/strict";
import type { LogRecord } from "./model.ts";
import { createSiteTally } from "./siteTally.ts";

const logged = (message: string, level: LogRecord["level"] = "info"): LogRecord => ({
  seq: 0,
  receivedAt: 0,
  loggedAt: 0,
  kind: "log",
  stream: "stdout",
  level,
  source: "application",
  message,
  more: [],
  frames: [],
  lead: 0,
  status: undefined,
});
const source = (line: string) => `let start () =\n  ${line};\n  Logs.warn (fun m -> m "low on %s" what)\n`;
const greeting = 'Logs.info (fun m -> m "hello %d" n)';

describe("what call sites have logged", () => {
  it("counts the messages of each site and keeps the last twenty", () => {
    const tally = createSiteTally();
    tally.setFile("a.ml", source(greeting));
    for (let n = 0; n < 30; n += 1) tally.add(logged(`hello ${n}`));
    tally.add(logged("low on memory", "warning"));
    tally.add(logged("what nobody logs"));
    const [hello, low] = tally.logged("a.ml");
    assert.equal(hello?.count, 30);
    assert.deepEqual(
      [hello?.last.length, hello?.last[0]?.message, hello?.last.at(-1)?.message],
      [20, "hello 10", "hello 29"],
    );
    assert.deepEqual([low?.count, low?.last[0]?.message, low?.ambiguous], [1, "low on memory", false]);
  });

  it("keeps messages where lines move, and drops those of a format that was changed", () => {
    const tally = createSiteTally();
    tally.setFile("a.ml", source(greeting));
    tally.add(logged("hello 1"));
    tally.setFile("a.ml", `(* above *)\n${source(greeting)}`);
    assert.deepEqual(
      tally.logged("a.ml").map(({ range }) => range.startLine),
      [2],
    );
    tally.setFile("a.ml", source(greeting.replace("hello", "goodbye")));
    assert.deepEqual(tally.logged("a.ml"), []);
  });

  it("says when several sites can have logged a message", () => {
    const tally = createSiteTally();
    tally.setFile("a.ml", source(greeting));
    tally.setFile("b.ml", source(greeting));
    tally.add(logged("hello 1"));
    assert.deepEqual(
      ["a.ml", "b.ml"].map((file) => tally.logged(file).map(({ ambiguous }) => ambiguous)),
      [[true], [true]],
    );
  });

  it("knows a message of two lines where other output follows it", () => {
    const tally = createSiteTally();
    tally.setFile("a.ml", source('Logs.info (fun m -> m "hello@\\nand welcome")'));
    tally.add({ ...logged("hello"), more: ["and welcome", "printed otherwise", "and more of it"] });
    tally.add({ ...logged("hello"), more: ["and farewell"] });
    assert.deepEqual(
      tally.logged("a.ml").map(({ count }) => count),
      [1],
    );
  });
});
