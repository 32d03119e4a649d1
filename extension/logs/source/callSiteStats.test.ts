import assert from "node:assert/strict";
import type { LogRecord } from "../model.ts";
import { logCalls } from "../../ocaml/logs/logCalls.ts";
import { CallSiteCounter } from "./callSiteStats.ts";
import { matchCallSites } from "./matchCallSites.ts";

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
  prefixLength: 0,
  status: undefined,
});
const source = (line: string) => `let start () =\n  ${line};\n  Logs.warn (fun m -> m "low on %s" what)\n`;
const greeting = 'Logs.info (fun m -> m "hello %d" n)';

describe("CallSiteCounter", () => {
  it("counts the records of each call site and stores the last twenty", () => {
    const counter = new CallSiteCounter();
    counter.addFile("a.ml", source(greeting));
    for (let n = 0; n < 30; n += 1) counter.add(logged(`hello ${n}`));
    counter.add(logged("low on memory", "warning"));
    counter.add(logged("no call logs this"));
    const [hello, low] = counter.logged("a.ml");
    assert.equal(hello?.count, 30);
    assert.deepEqual(
      [hello?.lastRecords.length, hello?.lastRecords[0]?.message, hello?.lastRecords.at(-1)?.message],
      [20, "hello 10", "hello 29"],
    );
    assert.deepEqual(
      [low?.count, low?.lastRecords[0]?.message, low?.ambiguousWith.size],
      [1, "low on memory", 0],
    );
  });

  it("keeps records if lines move, and drops those whose format was changed", () => {
    const counter = new CallSiteCounter();
    counter.addFile("a.ml", source(greeting));
    counter.add(logged("hello 1"));
    counter.setText("a.ml", `(* above *)\n${source(greeting)}`);
    assert.deepEqual(
      counter.logged("a.ml").map(({ range }) => range.startLine),
      [2],
    );
    counter.setText("a.ml", source(greeting.replace("hello", "goodbye")));
    assert.deepEqual(counter.logged("a.ml"), []);
  });

  it("reports that several call sites may have logged a record", () => {
    const counter = new CallSiteCounter();
    counter.addFile("a.ml", source(greeting));
    counter.addFile("b.ml", source(greeting));
    counter.add(logged("hello 1"));
    assert.deepEqual(
      ["a.ml", "b.ml"].map((file) =>
        counter.logged(file).map(({ ambiguousWith }) => [...ambiguousWith].map((other) => other.file)),
      ),
      [[["b.ml"]], [["a.ml"]]],
    );
  });

  it("recognizes a message of two lines that other output follows", () => {
    const counter = new CallSiteCounter();
    counter.addFile("a.ml", source('Logs.info (fun m -> m "hello@\\nand welcome")'));
    counter.add({ ...logged("hello"), more: ["and welcome", "printed otherwise", "and more of it"] });
    counter.add({ ...logged("hello"), more: ["and farewell"] });
    assert.deepEqual(
      counter.logged("a.ml").map(({ count }) => count),
      [1],
    );
  });

  it("reports records again after an edit is undone, including those logged in the meantime", () => {
    const counter = new CallSiteCounter();
    const counts = () => counter.logged("a.ml").map(({ count }) => count);
    counter.addFile("a.ml", source(greeting));
    counter.add(logged("hello 1"));
    // The call is inside a comment until the comment is closed.
    counter.setText("a.ml", `(* ${source(greeting)}`);
    assert.deepEqual(counts(), []);
    counter.add(logged("hello 2"));
    counter.setText("a.ml", `(* *) ${source(greeting)}`);
    assert.deepEqual(counts(), [2]);
  });

  it("ignores calls that are typed during the run", () => {
    const counter = new CallSiteCounter();
    counter.addFile("a.ml", source(greeting));
    counter.setText("a.ml", source(`${greeting}; Logs.info (fun m -> m "%s" x)`));
    counter.add(logged("hello 1"));
    assert.deepEqual(
      counter.logged("a.ml").map(({ format, ambiguousWith }) => [format, ambiguousWith.size]),
      [["hello %d", 0]],
    );
  });

  it("ignores files that were created after the run began", () => {
    const counter = new CallSiteCounter();
    counter.addFile("a.ml", source(greeting));
    counter.setText("copy.ml", source(greeting));
    counter.add(logged("hello 1"));
    assert.equal(counter.logged("a.ml")[0]?.ambiguousWith.size, 0);
    assert.deepEqual(counter.logged("copy.ml"), []);
  });

  it("follows renamed files and folders", () => {
    const counter = new CallSiteCounter();
    counter.addFile("/p/lib/a.ml", source(greeting));
    counter.addFile("/p/library.ml", source(greeting));
    counter.add(logged("hello 1"));
    counter.rename("/p/lib", "/p/lib/inner");
    counter.rename("/p/lib/inner/a.ml", "/p/lib/inner/b.ml");
    const [site] = counter.logged("/p/lib/inner/b.ml");
    assert.deepEqual([site?.file, site?.count], ["/p/lib/inner/b.ml", 1]);
    assert.deepEqual(counter.logged("/p/lib/a.ml"), []);
    assert.equal(counter.logged("/p/library.ml").length, 1);
  });

  it("compares a record only with call sites that begin like it", () => {
    const count = 1000;
    const calls = Array.from({ length: count }, (_, n) => `Logs.info (fun m -> m "number ${n} %d" x)`);
    let comparisons = 0;
    const sites = logCalls(`let f x = ${calls.join("; ")}`).map((site) => ({
      ...site,
      matcher: {
        ...site.matcher,
        matches: (text: string) => {
          comparisons += 1;
          return site.matcher.matches(text);
        },
      },
    }));
    for (let n = 0; n < count; n++)
      assert.equal(matchCallSites(logged(`number ${n} ${n}`), sites)[0]?.format, `number ${n} %d`);
    assert.ok(comparisons < 10 * count, `${comparisons} comparisons`);
  });
});
