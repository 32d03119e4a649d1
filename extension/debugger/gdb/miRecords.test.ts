import assert from "node:assert/strict";
import { miAddress, miNumber, miString, miTuple, miTuples, parseMiRecord } from "./miRecords.ts";

function valuesOf(line: string) {
  const record = parseMiRecord(line);
  assert.ok(record.kind === "result" || record.kind === "async", line);
  return record.values;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("records of gdb's machine interface", () => {
  it("are results with the number of their command", () => {
    assert.deepEqual(plain(parseMiRecord('12^error,msg="No symbol \\"x\\"."')), {
      kind: "result",
      token: 12,
      name: "error",
      values: { msg: 'No symbol "x".' },
    });
  });

  it("are stops with their frame", () => {
    const stop = valuesOf(
      '*stopped,reason="breakpoint-hit",bkptno="1",frame={addr="0x000055555558aef9",func="camlMain__handle_89",args=[],file="main.ml",line="10"},thread-id="1"',
    );
    const frame = miTuple(stop, "frame");
    assert.equal(miNumber(stop, "bkptno"), 1);
    assert.equal(miAddress(frame, "addr"), 0x55555558aef9n);
    assert.equal(miString(frame, "func"), "camlMain__handle_89");
    assert.deepEqual(miTuples(frame, "args"), []);
  });

  it("have lists of results and of values", () => {
    const { stack, names } = plain(
      valuesOf('9^done,stack=[frame={level="0"},frame={level="1"}],names=["rax","","rbx"]'),
    ) as Record<string, unknown>;
    assert.deepEqual(stack, [{ level: "0" }, { level: "1" }]);
    assert.deepEqual(names, ["rax", "", "rbx"]);
  });

  it("have locations of breakpoints in one tuple", () => {
    const breakpoint = miTuple(
      valuesOf(
        '4^done,bkpt={number="2",addr="<MULTIPLE>",locations=[{number="2.1",addr="0x10",line="8"},{number="2.2",addr="0x20",line="8"}]}',
      ),
      "bkpt",
    );
    assert.equal(miAddress(breakpoint, "addr"), undefined);
    assert.deepEqual(
      miTuples(breakpoint, "locations").map((location) => miNumber(location, "addr")),
      [0x10, 0x20],
    );
  });

  it("have texts with characters as octal bytes", () => {
    assert.deepEqual(parseMiRecord('~"caf\\303\\251 \\t\\"x\\"\\n"'), {
      kind: "stream",
      channel: "console",
      text: 'café \t"x"\n',
    });
  });

  it("are unknown if they violate the syntax", () => {
    const deep = `^done,a=${"[".repeat(100_000)}`;
    for (const line of [
      "hello",
      "^",
      "^done,",
      '^done,a="',
      "^done,a={b}",
      "^done a",
      '~"x',
      '~"x"y',
      deep,
      "",
    ])
      assert.equal(parseMiRecord(line).kind, "unknown", line.slice(0, 40));
  });

  it("have no names of JavaScript's objects", () => {
    assert.equal(miString(valuesOf("^done"), "constructor"), undefined);
    assert.equal(miString(valuesOf('^done,__proto__="x"'), "__proto__"), "x");
  });

  it("are prompts", () => assert.deepEqual(parseMiRecord("(gdb) "), { kind: "prompt" }));
});
