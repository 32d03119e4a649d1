import assert from "node:assert/strict";
import type { Outcome } from "../../logs/model.ts";
import { openWriters, type ConsoleWriter } from "./consoleWriters.ts";

describe("openWriters", () => {
  it("opens all writers in order", async () => {
    const opened: string[] = [];
    const writer = (name: string) => async (): Promise<ConsoleWriter> => {
      opened.push(name);
      return { stdout: () => undefined, stderr: () => undefined, end: () => undefined };
    };
    assert.equal((await openWriters([writer("file"), writer("store")])).length, 2);
    assert.deepEqual(opened, ["file", "store"]);
  });

  it("ends the writers that are open when another cannot be opened", async () => {
    const ends: Outcome[] = [];
    const file = { stdout: () => undefined, stderr: () => undefined, end: (end: Outcome) => ends.push(end) };
    const store = () => Promise.reject(new Error("The disk is full."));
    await assert.rejects(
      openWriters([() => ({ ...file, end: (end) => void file.end(end) }), store]),
      /The disk is full/,
    );
    assert.deepEqual(ends, [{ kind: "failed", text: "The disk is full." }]);
  });
});
