import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { crashText } from "./crashText.ts";

const recorded = (path: string): string[] =>
  readFileSync(
    new URL(`../../../test-workspace/recordings/mirage-4.11.1/${path}`, import.meta.url),
    "utf8",
  ).split("\n");

describe("crashText", () => {
  const uncaught = { kind: "failed", text: "uncaught exception (exit code 2)" } as const;

  it("names the cause, the location and what to do", () => {
    const exception = recorded("runtime/unix/mode-exn.stderr");
    assert.equal(
      crashText("unix", uncaught, exception),
      'Uncaught exception Unikernel.Custom("boom", 42), in unikernel.ml line 14. Open the line, or handle the exception where the function is called.',
    );
    assert.match(
      crashText("spt", uncaught, recorded("runtime/spt/mode-oom.stdout")) ?? "",
      /^It ran out of memory\. Give it more memory: "memory" in launch\.json/,
    );
  });

  it("does not repeat the exit if nothing else is known", () => {
    assert.equal(
      crashText("unix", { kind: "failed", text: "ended with exit code 3", cause: "ownExitCode" }, ["bye"]),
      "The unikernel chose this exit code itself: check where it calls exit.",
    );
    assert.equal(crashText("spt", { kind: "failed", text: "ended by SIGUSR1" }, []), undefined);
  });
});
