import assert from "node:assert/strict";
import { problems } from "../platform/errors.ts";
import type { LogRecord, LogSession } from "../logs/model.ts";
import { jobText, logText, unikernelsText, type ListedUnikernel } from "./toolText.ts";

const hello: ListedUnikernel = {
  name: "hello",
  folder: "apps/hello",
  selected: true,
  target: "hvt",
  options: ["--net=host"],
  state: { configured: undefined, lockFile: undefined, pulled: false, image: undefined, stale: [] },
  activity: undefined,
};

const session: LogSession = {
  id: "1",
  name: "hello",
  unikernel: "/w/hello/config.ml",
  target: "unix",
  startedAt: Date.UTC(2026, 0, 1),
  endedAt: undefined,
  outcome: undefined,
  rawFile: undefined,
};

const record = (seq: number, message: string): LogRecord => ({
  seq,
  receivedAt: Date.UTC(2026, 0, 1),
  loggedAt: undefined,
  kind: "log",
  stream: "stdout",
  level: "info",
  source: "application",
  message,
  prefixLength: 0,
  more: [],
  frames: [],
  status: undefined,
});

describe("tool texts", () => {
  it("describe the target and state of unikernels and why they are out of date", () => {
    const text = unikernelsText([
      {
        ...hello,
        activity: "build (hvt)",
        state: {
          ...hello.state,
          configured: { target: "unix", options: [] },
          stale: [{ step: "build", reason: "config.ml changed after the build" }],
        },
      },
    ]);
    assert.equal(
      text,
      [
        "## hello (selected)",
        "- Folder: apps/hello",
        "- Selected target: hvt --net=host",
        "- State: stale",
        "- Configured for: unix",
        "- Dependencies: not locked, not fetched",
        "- Out of date (build): config.ml changed after the build",
        "- Running now: build (hvt)",
      ].join("\n"),
    );
    assert.match(unikernelsText([]), /^There are no unikernels/);
  });

  it("describe a failure with its step, its cause and at most 20 errors", () => {
    const errors = Array.from({ length: 22 }, (_, index) => ({
      file: "unikernel.ml",
      line: index + 1,
      column: 3,
      message: "Unbound value x\n",
    }));
    const text = jobText(
      "build of hello for hvt",
      {
        kind: "failed",
        step: "build",
        problem: problems.stepFailed("build", "exit code 2"),
        hint: { code: "x", message: "A module is missing.", action: { kind: "none" } },
      },
      errors,
    );
    assert.match(text, /^build of hello for hvt failed at build: /);
    assert.match(text, /Likely cause: A module is missing\./);
    assert.match(text, /- unikernel\.ml:1:3: Unbound value x\n/);
    assert.match(text, /- and 2 more$/);
  });

  it("describe how a run ended, how many records are omitted, and truncate at the beginning", () => {
    assert.match(logText(session, [], 0), /it is still running\nNo records match\.$/);
    const text = logText(session, [record(7, "hello"), record(8, "bye")], 9);
    assert.match(text, /^hello on unix, started 2026-01-01T00:00:00\.000Z: /);
    assert.match(text, /The last 2 of 9 records:\n.*hello\n.*bye$/);
    const long = logText(session, [record(0, "x".repeat(100_000)), record(1, "the end")], 2);
    assert.ok(long.length < 25_000, String(long.length));
    assert.match(long, /the end$/);
  });
});
