import assert from "node:assert/strict";
import { explainCrash } from "../crash/explainCrash.ts";
import { parse, recorded } from "./testConsole.ts";

const levels = (text: string) => parse(text, "stderr", "hvt").map(({ kind, level }) => `${kind} ${level}`);

describe("lines of solo5-hvt-debug about its debugger", () => {
  it("are not errors while it waits, connects and ends", () => {
    assert.deepEqual(
      recorded("runtime/gdb/gdb-waiting.stderr").map(({ kind, level }) => `${kind} ${level}`),
      ["tender undefined", "tender undefined", "tender undefined"],
    );
    for (const line of [
      "Connection from debugger at 127.0.0.1",
      "Debugger detached",
      "Debugger asked us to quit",
    ])
      assert.deepEqual(levels(`solo5-hvt-debug: ${line}\n`), ["tender undefined"], line);
    assert.deepEqual(levels("solo5-hvt-debug: Failed checksum from GDB. Sending a NACK\n"), [
      "tender warning",
    ]);
  });

  it("are not the reason of a failure, and errors of the debugger's socket are", () => {
    const crash = (end: string) =>
      explainCrash([...recorded("runtime/gdb/gdb-waiting.stderr"), ...parse(end, "stderr", "hvt")], {
        target: "hvt",
      })?.text ?? "";
    assert.doesNotMatch(crash(""), /gdb --ex|debugger/);
    assert.match(crash("solo5-hvt-debug: bind failed: Address already in use\n"), /already uses its port/);
  });
});
