import assert from "node:assert/strict";
import type { LogSession } from "../model.ts";
import { lastEndedSession } from "./sessionCrash.ts";

const session = (id: string, startedAt: number, endedAt?: number): LogSession => ({
  id,
  name: "hello",
  unikernel: "/w/hello/config.ml",
  target: "spt",
  startedAt,
  endedAt,
  outcome: endedAt === undefined ? undefined : { kind: "failed", text: "exit code 2" },
  rawFile: undefined,
});

describe("lastEndedSession", () => {
  it("is the one that ended last, although others began later or are running", () => {
    // A log store lists the newest first.
    const sessions = [
      session("running", 40),
      session("short", 30, 35),
      session("long", 20, 50),
      session("old", 1, 2),
    ];
    assert.equal(lastEndedSession(sessions)?.id, "long");
    assert.equal(lastEndedSession(sessions.slice(0, 2))?.id, "short");
    assert.equal(lastEndedSession(sessions.slice(0, 1)), undefined);
  });
});
