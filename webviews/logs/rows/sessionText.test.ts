import assert from "node:assert/strict";
import type { SessionView } from "../../../extension/protocol/logs.ts";
import { sessionText, shorterTexts, statusText, statusTitle } from "./sessionText.ts";

const view = (change: Partial<SessionView> = {}): SessionView => ({
  id: "1",
  name: "hello",
  target: "hvt",
  startedAt: 0,
  endedAt: undefined,
  outcome: "running",
  outcomeText: "",
  refused: false,
  bootText: "",
  bootDetail: "",
  ...change,
});
const status = (change: Partial<SessionView>, now = 0): string => {
  const { words, span, boot } = statusText(view(change), now);
  return words + span + boot;
};

describe("the state of a session", () => {
  it("says how it ended, and after how long", () => {
    const ended = (endedAt: number) => status({ outcome: "ok", outcomeText: "ended normally", endedAt });
    assert.equal(ended(4100), "ended normally after 4.1 s");
    assert.equal(ended(12_400), "ended normally after 12 s");
    assert.equal(ended(190_000), "ended normally after 3 min");
    assert.equal(ended(7_500_000), "ended normally after 2 h 5 min");
  });

  it("says how long a session has been running, in steps", () => {
    assert.deepEqual(
      [1000, 5100, 59_000, 61_000, 7_500_000].map((now) => status({}, now)),
      ["running", "running for 5 s", "running for 55 s", "running for 1 min", "running for 2 h 5 min"],
    );
  });

  it("says how long the boot took, with the details in the tooltip", () => {
    const boot = { bootText: "booted in 38 ms", bootDetail: "Tender: 12 ms" };
    assert.equal(status(boot, 6000), "running for 5 s · booted in 38 ms");
    assert.equal(
      status({ ...boot, outcome: "ok", outcomeText: "ended normally", endedAt: 4100 }),
      "ended normally after 4.1 s · booted in 38 ms",
    );
    assert.equal(statusTitle(view(boot), "running"), "running\nTender: 12 ms");
    assert.equal(statusTitle(view(), "running"), "running");
  });

  it("shows no time for a session that did not start", () => {
    const refused = { outcome: "failed", outcomeText: "did not start", refused: true, endedAt: 3 } as const;
    assert.equal(status(refused), "did not start");
    assert.match(sessionText(view(refused)), /^hello \(hvt\) .* did not start$/);
  });

  it("can be shortened: first without its time, then in the middle of its name, never its target", () => {
    const texts = shorterTexts(view({ name: "device-usage-network" }));
    assert.equal(texts[0], "device-usage-network (hvt)");
    assert.equal(texts[1], "device-us\u2026e-network (hvt)");
    assert.equal(texts.at(-1), "devi\u2026work (hvt)");
    assert.deepEqual(shorterTexts(view()), ["hello (hvt)"]);
  });

  it("keeps both ends of a long name", () => {
    const name = `${"a".repeat(30)}-middle-${"b".repeat(30)}-server`;
    const text = sessionText(view({ name }));
    assert.match(text, /^a{20}…b+-server \(hvt\) .* running$/);
    assert.match(sessionText(view({ outcome: "failed" })), /^hello \(hvt\) .* failed$/);
    assert.match(sessionText(view({ outcome: "failed" }), true), /^hello \(hvt\) [\d:]+$/);
  });
});
