import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { crashText } from "./crashText.ts";

const recorded = (path: string): string[] =>
  readFileSync(
    new URL(`../../test-workspace/recordings/mirage-4.11.1/${path}`, import.meta.url),
    "utf8",
  ).split("\n");

describe("the text of a crash", () => {
  it("names the cause and the place, and what to do", () => {
    const exception = recorded("runtime/unix/mode-exn.stderr");
    assert.equal(
      crashText("unix", "uncaught exception (exit code 2)", exception),
      'Uncaught exception Unikernel.Custom("boom", 42), in unikernel.ml line 14. Open the line, or handle the exception where it is called.',
    );
    assert.match(
      crashText("spt", "uncaught exception (exit code 2)", recorded("runtime/spt/mode-oom.stdout")) ?? "",
      /^It ran out of memory\. Give it more memory: "memory" in launch\.json/,
    );
  });

  it("does not say the exit again where only that is known", () => {
    assert.equal(
      crashText("unix", "ended with exit code 3", ["bye"]),
      "The unikernel chose this code itself: look where it calls exit.",
    );
    assert.equal(crashText("spt", "ended by SIGUSR1", []), undefined);
  });
});
