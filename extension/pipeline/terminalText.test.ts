import assert from "node:assert/strict";
import { problems } from "../platform/errors.ts";
import { terminalText } from "./terminalText.ts";

const bytes = (text: string) => Buffer.from(text, "utf8");

/** A terminal's text, and what was written to it after a flush. */
function terminal() {
  const written: string[] = [];
  const text = terminalText((chunk) => written.push(chunk));
  return {
    ...text,
    written: () => {
      text.flush();
      return written.join("");
    },
  };
}

describe("terminalText", () => {
  it("keeps characters whole that are cut between chunks, with the other stream in between", () => {
    const { observeJob, written } = terminal();
    const { onOutput } = observeJob();
    const [first, second] = [bytes("naïve").subarray(0, 3), bytes("naïve").subarray(3)];
    onOutput?.(first, "stdout");
    onOutput?.(bytes("!"), "stderr");
    onOutput?.(second, "stdout");
    assert.equal(written(), "na!ïve");
  });

  it("keeps characters whole that are cut, with the output of another job in between", () => {
    const { observeJob, written } = terminal();
    const [build, running] = [observeJob(), observeJob()];
    const camel = bytes("🐫");
    build.onOutput?.(camel.subarray(0, 2), "stdout");
    running.onOutput?.(bytes("tick "), "stdout");
    build.onOutput?.(camel.subarray(2), "stdout");
    assert.equal(written(), "tick 🐫");
  });

  it("does not join the end of one step with the next", () => {
    const { observeJob, written } = terminal();
    const { onOutput, onStep } = observeJob();
    onOutput?.(bytes("🐫").subarray(0, 2), "stdout");
    onStep?.("build", "make build");
    onOutput?.(bytes("ok"), "stdout");
    assert.match(written(), /make build[^]*ok$/);
    assert.doesNotMatch(written(), /\uFFFDok/);
  });

  it("writes line ends as CR LF, and how the job ended", () => {
    const { observeJob, written } = terminal();
    const { onOutput, writeResult } = observeJob();
    onOutput?.(bytes("a\nb\r\n"), "stdout");
    writeResult({ kind: "cancelled" }, undefined);
    assert.match(written(), /^a\r\nb\r\n[^]*■ stopped[^]*\r\n$/);
  });

  it("writes how long a job took, as the status bar does, and for how long a unikernel ran", () => {
    let time = 2000;
    const written: string[] = [];
    const { observeJob } = terminalText(
      (chunk) => written.push(chunk),
      () => time,
    );
    const [build, run, stopped, failing] = [observeJob(), observeJob(), observeJob(), observeJob()];
    build.onStep?.("configure", "mirage configure");
    run.onStep?.("build", "make build");
    time = 5000;
    build.onStep?.("build", "make build");
    run.onStep?.("run", "dist/hello");
    stopped.onStep?.("run", "dist/hello");
    time = 12_300;
    // The jobs checked the tools for a second or two before their first step.
    build.writeResult({ kind: "done" }, 0);
    run.writeResult({ kind: "ran", ending: { kind: "ok", code: 0, text: "ended normally" } }, 0);
    stopped.writeResult({ kind: "cancelled" }, 0);
    failing.writeResult(
      { kind: "failed", step: "build", problem: problems.noUnikernel(), hint: undefined },
      0,
    );
    assert.match(
      written.join(""),
      /✓ done in 12 s[^]*■ ended normally after 7.3 s[^]*■ stopped[^\n]* after 7.3 s[^]*✗ No unikernel found[^]*register\.[^\n]{0,10}\n$/,
    );
  });

  it("drops what exceeds the limit of a batch, and says how much", () => {
    const { observeJob, written } = terminal();
    const { onOutput } = observeJob();
    for (let at = 0; at < 3; at++) onOutput?.(bytes("x".repeat(200_000)), "stdout");
    assert.match(written(), /… 200000 characters not shown …/);
  });
});
