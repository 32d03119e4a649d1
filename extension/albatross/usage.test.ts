import assert from "node:assert/strict";
import type { HostRow } from "./hostModel.ts";
import { createRowElements } from "./rowElements.ts";
import { networkText, usageOf, usageText } from "./usage.ts";
import { createFrameReader } from "./wire/frames.ts";
import { decodeReply } from "./wire/message.ts";
import { recordedBytes } from "./wire/testRecordings.ts";

/** The statistics that the daemon sent, one each second. */
function recordedStatistics() {
  return createFrameReader(1e6)
    .push(recordedBytes("wire/140-stats.reply"))
    .map(decodeReply)
    .flatMap((reply) => (reply.kind === "data" && reply.value.kind === "stats" ? [reply.value.value] : []));
}

describe("What a unikernel uses", () => {
  it("is the CPU time between two measurements, and the memory of the last one", () => {
    const [first, second] = recordedStatistics();
    assert.ok(first && second);
    const before = { at: 1000, statistics: first };
    assert.equal(usageOf(before, undefined).cpu, undefined);
    const busy = structuredClone(first);
    const half = { ...busy.usage.utime, microseconds: busy.usage.utime.microseconds + 500_000 };
    const after = { at: 2000, statistics: { ...busy, usage: { ...busy.usage, utime: half } } };
    const usage = usageOf(after, before);
    assert.equal(Math.round(usage.cpu ?? 0), 50);
    assert.ok((usage.memory ?? 0) > 1e6, String(usage.memory));
    assert.match(usageText(usage), /^50 % CPU · \d+(\.\d)? MB in memory$/);
    assert.equal(usageOf(before, after).cpu, undefined, "a restart begins again");
    assert.equal(usageOf({ at: 2000, statistics: second }, before).cpu?.toFixed(0), "0");
  });

  it("is counted from the unikernel's side of its network devices", () => {
    const [first] = recordedStatistics();
    assert.ok(first);
    const device = { device: "service", inputBytes: 12_345n, outputBytes: 999n };
    const interfaces = [{ ...first.interfaces[0], ...device }] as unknown as typeof first.interfaces;
    const [network] = usageOf({ at: 0, statistics: { ...first, interfaces } }, undefined).networks;
    assert.ok(network);
    assert.equal(networkText(network), "999 B received · 12 kB sent");
  });
});

describe("The rows that the view shows", () => {
  const row = (id: string, description: string, children: readonly HostRow[] = []): HostRow => ({
    id,
    label: id,
    description,
    context: "detail",
    host: "h",
    children,
  });

  it("stay the same objects, of which only the changed ones are refreshed", () => {
    const elements = createRowElements();
    const tree = (up: string, more: readonly HostRow[] = []) => [
      row("host", "", [row("a", up, [row("a cpu", "0")]), row("b", "x"), ...more]),
    ];
    assert.deepEqual(elements.update(tree("1 s")), [undefined]);
    const [host] = elements.roots();
    const [a] = host?.children ?? [];
    assert.deepEqual(elements.update(tree("1 s")), []);
    const changed = elements.update(tree("2 s"));
    assert.deepEqual(
      changed.map((each) => each?.id),
      ["a"],
    );
    assert.ok(changed[0] === a && a?.description === "2 s");
    assert.deepEqual(
      elements.update(tree("2 s", [row("c", "")])).map((each) => each?.id),
      ["host"],
    );
    assert.ok(elements.roots()[0] === host && host?.children.length === 3);
    assert.deepEqual(elements.update([]), [undefined]);
  });
});
