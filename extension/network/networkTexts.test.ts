import assert from "node:assert/strict";
import { doctorMarkdown } from "../toolchain/doctor.ts";
import { networkLine, otherSystem, setUpOutcome } from "./networkTexts.ts";
import { anInterface, completeNetwork, noNetwork } from "./testNetwork.ts";

const now = Date.UTC(2026, 10, 30);
const lineFor = (state: typeof noNetwork, target: "hvt" | "unix" = "hvt") =>
  networkLine(state, [target], now);
const commandOf = (line: ReturnType<typeof lineFor>) =>
  line.fix && "command" in line.fix ? line.fix.command : undefined;

describe("the network's line of Check Setup", () => {
  it("offers to set up a network, which only targets with tap interfaces need", () => {
    const line = lineFor(noNetwork);
    assert.deepEqual([line.status, line.needed, commandOf(line)], ["missing", true, "mirageos.setUpNetwork"]);
    assert.match(line.detail, /there is no tap interface/);
    assert.equal(lineFor(noNetwork, "unix").needed, false);
  });

  it("names a tap interface that somebody else made", () => {
    const line = lineFor({ ...noNetwork, interfaces: [anInterface("tap100", { isTap: true })] });
    assert.equal(line.status, "limited");
    assert.match(line.detail, /tap100 exists, but without DHCP/);
  });

  it("describes a complete network with its leases, and offers to tear it down", () => {
    const lease = { mac: "02:00:00:00:00:01", expires: now / 1000 + 60 };
    const line = lineFor({
      ...completeNetwork,
      leases: [
        { ...lease, address: "10.0.0.10", name: "hello" },
        { ...lease, address: "10.0.0.11", name: "" },
        { ...lease, address: "10.0.0.12", name: "gone", expires: now / 1000 - 1 },
      ],
    });
    assert.deepEqual([line.status, commandOf(line)], ["ready", "mirageos.tearDownNetwork"]);
    assert.match(line.detail, /^tap100 on the bridge mirage0; this computer is 10\.0\.0\.1; .* forwarded; /);
    assert.match(line.detail, /leases: 10\.0\.0\.10 \(hello\), 10\.0\.0\.11 \(02:00:00:00:00:01\)$/);
    assert.match(doctorMarkdown({ lines: [line] }), /\| Network \| ✓ ready \| tap100/);
  });

  it("says what is missing of a network, and offers to repair it", () => {
    const line = lineFor({
      ...completeNetwork,
      taps: [
        { name: "tap100", isReady: true },
        { name: "tap101", isReady: false },
      ],
      isForwarded: false,
      isServerRunning: false,
    });
    assert.deepEqual([line.status, line.fix?.title], ["limited", "Repair Network"]);
    assert.equal(
      line.detail,
      "incomplete: tap101 is missing, down or not on the bridge; packets are not forwarded; dnsmasq is not running",
    );
  });
});

describe("the message after the set-up", () => {
  it("names the tap interface of a complete network, whether or not the shell reports exit codes", () => {
    for (const code of [0, undefined]) {
      const { message, offers } = setUpOutcome(completeNetwork, code);
      assert.deepEqual([/Attach unikernels to tap100;/.test(message), offers], [true, "nothing"]);
    }
  });

  it("says that nothing was changed if sudo was refused", () => {
    const { message, offers } = setUpOutcome(noNetwork, 1);
    assert.match(message, /nothing was changed/);
    assert.equal(offers, "again");
  });

  it("says what is missing of a half-made network, and offers to tear it down", () => {
    const half = setUpOutcome({ ...completeNetwork, isServerRunning: false }, 1);
    assert.match(half.message, /incomplete: dnsmasq is not running\./);
    assert.equal(half.offers, "againOrTearDown");
    // For example, another tap interface that was refused.
    assert.match(setUpOutcome(completeNetwork, 1).message, /failed\. The terminal says why/);
  });
});

describe("the network on other systems", () => {
  it("says what is possible there", () => {
    assert.equal(otherSystem("linux"), undefined);
    assert.match(otherSystem("darwin") ?? "", /unikernels for macosx use the network of this computer/);
    assert.match(otherSystem("win32") ?? "", /Open the folder in WSL/);
    assert.match(otherSystem("openbsd") ?? "", /on Linux only/);
  });
});
