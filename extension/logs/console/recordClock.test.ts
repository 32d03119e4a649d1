import assert from "node:assert/strict";
import { createRecordClock } from "./recordClock.ts";

const day = Date.UTC(2026, 10, 23);
/** The times that records show, in milliseconds since midnight; each has a stated time, or none, and an arrival. */
const shown = (...records: readonly (readonly [number | undefined, number])[]): number[] => {
  const clock = createRecordClock();
  return records.map(([stated, arrival]) => clock(stated, day + arrival) - day);
};

describe("createRecordClock", () => {
  it("shows what records state, and the arrival of the others in the same precision", () => {
    const stated = (at: number, arrival: number) => [day + at, arrival] as const;
    assert.deepEqual(
      shown([undefined, 1250], stated(2000, 2900), [undefined, 3400], stated(3000, 3900), stated(4000, 4010)),
      [1000, 2000, 3000, 3000, 4000],
    );
    assert.deepEqual(shown(stated(2100, 2101), [undefined, 2203]), [2100, 2203]);
  });

  it("never runs backwards where the clocks of the unikernel and the host differ", () => {
    const slow = shown(
      [undefined, 5900],
      [day + 4000, 6000],
      [undefined, 6010],
      [day + 4000, 6020],
      [day + 7000, 9020],
      [undefined, 9030],
      [day + 7500, 9040],
    );
    assert.deepEqual(
      slow,
      slow.toSorted((a, b) => a - b),
    );
    const fast = shown([day + 5000, 3010], [undefined, 3020], [day + 5000, 3030], [undefined, 3900]);
    assert.deepEqual(fast, [5000, 5000, 5000, 5000]);
  });

  it("maps a clock that starts at boot to the time of day", () => {
    assert.deepEqual(
      shown([undefined, 60_000], [0, 61_250], [2000, 63_260], [undefined, 63_300]),
      [60_000, 61_000, 63_000, 63_000],
    );
  });

  it("follows a clock that is set while the unikernel runs", () => {
    assert.deepEqual(shown([1000, 61_000], [day + 62_000, 62_100]), [61_000, 62_000]);
  });
});
