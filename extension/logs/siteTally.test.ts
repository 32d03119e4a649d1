import assert from "node:assert/strict";
import type { LogRecord } from "./model.ts";
import { createSiteTally } from "./siteTally.ts";
import { cpuMs } from "../../test/harness/cpuTime.ts";

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
    tally.addFile("a.ml", source(greeting));
    for (let n = 0; n < 30; n += 1) tally.add(logged(`hello ${n}`));
    tally.add(logged("low on memory", "warning"));
    tally.add(logged("what nobody logs"));
    const [hello, low] = tally.logged("a.ml");
    assert.equal(hello?.count, 30);
    assert.deepEqual(
      [hello?.last.length, hello?.last[0]?.message, hello?.last.at(-1)?.message],
      [20, "hello 10", "hello 29"],
    );
    assert.deepEqual([low?.count, low?.last[0]?.message, low?.others.size], [1, "low on memory", 0]);
  });

  it("keeps messages where lines move, and drops those of a format that was changed", () => {
    const tally = createSiteTally();
    tally.addFile("a.ml", source(greeting));
    tally.add(logged("hello 1"));
    tally.setText("a.ml", `(* above *)\n${source(greeting)}`);
    assert.deepEqual(
      tally.logged("a.ml").map(({ range }) => range.startLine),
      [2],
    );
    tally.setText("a.ml", source(greeting.replace("hello", "goodbye")));
    assert.deepEqual(tally.logged("a.ml"), []);
  });

  it("says when several sites can have logged a message", () => {
    const tally = createSiteTally();
    tally.addFile("a.ml", source(greeting));
    tally.addFile("b.ml", source(greeting));
    tally.add(logged("hello 1"));
    assert.deepEqual(
      ["a.ml", "b.ml"].map((file) =>
        tally.logged(file).map(({ others }) => [...others].map((other) => other.file)),
      ),
      [[["b.ml"]], [["a.ml"]]],
    );
  });

  it("knows a message of two lines where other output follows it", () => {
    const tally = createSiteTally();
    tally.addFile("a.ml", source('Logs.info (fun m -> m "hello@\\nand welcome")'));
    tally.add({ ...logged("hello"), more: ["and welcome", "printed otherwise", "and more of it"] });
    tally.add({ ...logged("hello"), more: ["and farewell"] });
    assert.deepEqual(
      tally.logged("a.ml").map(({ count }) => count),
      [1],
    );
  });

  it("shows messages again when an edit is undone, with what was logged meanwhile", () => {
    const tally = createSiteTally();
    const counts = () => tally.logged("a.ml").map(({ count }) => count);
    tally.addFile("a.ml", source(greeting));
    tally.add(logged("hello 1"));
    // A comment is begun above: until it is closed there is no call.
    tally.setText("a.ml", `(* ${source(greeting)}`);
    assert.deepEqual(counts(), []);
    tally.add(logged("hello 2"));
    tally.setText("a.ml", `(* *) ${source(greeting)}`);
    assert.deepEqual(counts(), [2]);
  });

  it("takes what is typed during a run for no part of it", () => {
    const tally = createSiteTally();
    tally.addFile("a.ml", source(greeting));
    tally.setText("a.ml", source(`${greeting}; Logs.info (fun m -> m "%s" x)`));
    tally.add(logged("hello 1"));
    assert.deepEqual(
      tally.logged("a.ml").map(({ format, others }) => [format, others.size]),
      [["hello %d", 0]],
    );
  });

  it("takes no file for a source that came after the run began, such as a copy", () => {
    const tally = createSiteTally();
    tally.addFile("a.ml", source(greeting));
    tally.setText("copy.ml", source(greeting));
    tally.add(logged("hello 1"));
    assert.equal(tally.logged("a.ml")[0]?.others.size, 0);
    assert.deepEqual(tally.logged("copy.ml"), []);
  });

  it("follows files and folders that are renamed", () => {
    const tally = createSiteTally();
    tally.addFile("/p/lib/a.ml", source(greeting));
    tally.addFile("/p/library.ml", source(greeting));
    tally.add(logged("hello 1"));
    tally.rename("/p/lib", "/p/lib/inner");
    tally.rename("/p/lib/inner/a.ml", "/p/lib/inner/b.ml");
    const [site] = tally.logged("/p/lib/inner/b.ml");
    assert.deepEqual([site?.file, site?.count], ["/p/lib/inner/b.ml", 1]);
    assert.deepEqual(tally.logged("/p/lib/a.ml"), []);
    assert.equal(tally.logged("/p/library.ml").length, 1);
  });

  it("looks up a message fast also where many sites begin alike", () => {
    const time = (sites: number) => {
      const tally = createSiteTally();
      const calls = Array.from({ length: sites }, (_, n) => `Logs.info (fun m -> m "number ${n} %d" x)`);
      tally.addFile("a.ml", `let f x = ${calls.join("; ")}`);
      tally.add(logged("number 1 1"));
      const started = cpuMs();
      for (let n = 0; n < 3000; n++) tally.add(logged(`number ${n % sites} ${n}`));
      return cpuMs() - started;
    };
    time(10);
    assert.ok(time(3000) < 20 * time(10) + 200);
  });
});
