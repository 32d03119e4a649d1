import assert from "node:assert/strict";
import { bootDetail, bootText, bootTrend } from "./bootText.ts";
import type { BootTimes } from "./model.ts";

const times = (firstOutput?: number, firstRecord?: number, network?: number): BootTimes => ({
  firstOutput,
  firstRecord,
  network,
});

describe("the texts about a boot", () => {
  it("say how long it took until the first log record, or until the first output without one", () => {
    assert.equal(bootText(times(12, 38)), "booted in 38 ms");
    assert.equal(bootText(times(12)), "booted in 12 ms");
    assert.equal(bootText(times(12, 1240)), "booted in 1.2 s");
  });

  it("divide it between tender, guest and network", () => {
    assert.equal(
      bootDetail("spt", times(12, 38, 1100), ["10.0.0.2/24"]),
      "Tender: 12 ms until the first output of the guest\n" +
        "Guest: 26 ms more until the first log record\n" +
        "Network: up after 1.1 s (10.0.0.2/24)",
    );
    assert.equal(bootDetail("spt", times(12, 38)).includes("Network"), false);
  });

  it("do not divide the boot of a process, which has no tender", () => {
    assert.equal(bootDetail("unix", times(3, 5)), "5 ms until the first log record");
    assert.equal(bootDetail("unix", times(3)), "There is no log record yet.");
    assert.deepEqual(bootTrend("unix", [times(5, 9), times(4)]), [
      "Last 2 boots on unix:",
      "Boot: █▁ 4 ms (4 ms – 9 ms)",
    ]);
  });

  it("show the trend of the last boots, with the least and the greatest time", () => {
    assert.deepEqual(bootTrend("spt", [times(12, 40), times(14, 90), times(12, 38, 1000)]), [
      "Last 3 boots on spt:",
      "Tender: ▁█▁ 12 ms (12 ms – 14 ms)",
      "Guest: ▁█▁ 26 ms (26 ms – 76 ms)",
      "Network: 1 s",
    ]);
    assert.deepEqual(bootTrend("hvt", [times(5, 9)]), ["Last boot on hvt:", "Tender: 5 ms", "Guest: 4 ms"]);
    assert.deepEqual(bootTrend("hvt", []), []);
  });

  it("do not show a range of equal times", () => {
    assert.deepEqual(bootTrend("spt", [times(12, 12), times(12, 12)])[1], "Tender: ▁▁ 12 ms");
  });
});
