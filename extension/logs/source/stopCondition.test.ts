import assert from "node:assert/strict";
import { logCalls } from "../../ocaml/logs/logCalls.ts";
import type { LogRecord } from "../model.ts";
import { stopCondition } from "./stopCondition.ts";

/** The condition for the first call in a text that logged a message. */
function conditionOf(text: string, message: string, some: Partial<LogRecord> = {}): string | undefined {
  const source = `let src = Logs.Src.create "é"\nlet start () =\n  ${text};\n  done_ ()\n`;
  const [call] = logCalls(source);
  assert.ok(call, text);
  return stopCondition(source, call, {
    seq: 0,
    receivedAt: 0,
    loggedAt: 0,
    kind: "log",
    stream: "stdout",
    level: "info",
    source: "application",
    message,
    more: [],
    frames: [],
    prefixLength: 0,
    status: undefined,
    ...some,
  });
}

describe("the condition of a breakpoint at a call that logs", () => {
  it("compares the arguments of the call with the text of the record", () => {
    const get = 'Logs.info (fun m -> m "GET %s from %s: %d bytes" request.path host n)';
    assert.equal(
      conditionOf(get, "GET /é from 10.0.0.1: 512 bytes"),
      'request.path = "/é" && host = "10.0.0.1" && n = 512',
    );
    assert.equal(
      conditionOf('Logs.info (fun m -> m "on %b %S" on name)', 'on true "a b"'),
      'on = true && name = "a b"',
    );
    assert.equal(conditionOf('Logs.info (fun m -> m "%d" n)', "-3"), "n = -3");
    const tagged = conditionOf('Logs.info (fun m -> m ~tags "%s" a)', '[x=1] say "hi"', { prefixLength: 6 });
    assert.equal(tagged, String.raw`a = "say \"hi\""`);
  });

  it("omits what cannot be compared, and finds the arguments after it", () => {
    assert.equal(
      conditionOf(
        'Logs.info (fun m -> m "%a: %f, %d of %d" pp x 1.5 (f a b) Config.limit)',
        "x: 1.5, 2 of 3",
      ),
      undefined,
    );
    assert.equal(conditionOf('Logs.info (fun m -> m "%a: %d" (Fmt.list pp) x n)', "x, y: 2"), "n = 2");
    assert.equal(conditionOf('Logs.info (fun m -> m "%d %d" !a b)', "1 2"), undefined);
    assert.equal(conditionOf('Logs.info (fun m -> m "started")', "started"), undefined);
    assert.equal(conditionOf('Logs.info (fun m -> m "%5s|%s" a b)', "  x|y"), 'b = "y"');
  });

  it("leaves out a text that could be divided in several ways", () => {
    assert.equal(conditionOf('Logs.info (fun m -> m "%s %s" a b)', "x y"), 'a = "x" && b = "y"');
    assert.equal(conditionOf('Logs.info (fun m -> m "%d: %s %s" n a b)', "1: x y z"), "n = 1");
    assert.equal(conditionOf('Logs.info (fun m -> m "%d%d" a b)', "123"), undefined);
    assert.equal(conditionOf('Logs.info (fun m -> m "%d%s" a b)', "12"), undefined);
  });

  it("compares a level that the program computes", () => {
    const call = 'Logs.msg level (fun m -> m "%d" n)';
    assert.equal(conditionOf(call, "1", { level: "warning" }), "level = Warning && n = 1");
    assert.equal(conditionOf('Logs.msg Logs.Info (fun m -> m "%d" n)', "1"), "n = 1");
  });
});
