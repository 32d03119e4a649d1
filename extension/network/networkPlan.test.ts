import assert from "node:assert/strict";
import { planNetwork } from "./networkPlan.ts";
import { setUpScript } from "./setUpScript.ts";
import { anInterface, completeNetwork, noNetwork } from "./testNetwork.ts";

const owner = 1000;

describe("planNetwork", () => {
  it("begins with the names and the network of MirageOS's examples", () => {
    assert.deepEqual(planNetwork(noNetwork, { owner }), {
      bridge: "mirage0",
      subnet: "10.0.0",
      taps: ["tap100"],
      owner,
    });
  });

  it("uses other names than those of interfaces that exist", () => {
    const interfaces = [anInterface("mirage0"), anInterface("tap100", { isTap: true })];
    const plan = planNetwork({ ...noNetwork, interfaces }, { owner });
    assert.ok("bridge" in plan);
    assert.deepEqual([plan.bridge, plan.taps], ["mirage1", ["tap101"]]);
  });

  it("avoids networks in which this computer has addresses or routes", () => {
    const lan = { ...noNetwork, interfaces: [anInterface("eth0", { addresses: ["10.0.0.17/8"] })] };
    const vpn = { ...noNetwork, routes: [{ to: "10.0.0.0/8", device: "tun0" }] };
    for (const state of [lan, vpn]) {
      const plan = planNetwork(state, { owner });
      assert.ok("subnet" in plan);
      assert.equal(plan.subnet, "192.168.177");
    }
    const routes = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((to) => ({ to, device: "tun0" }));
    const refused = planNetwork({ ...noNetwork, routes }, { owner });
    assert.match("refused" in refused ? refused.refused : "", /disconnecting a VPN/);
  });

  it("keeps what is set up, and adds a tap interface", () => {
    const plan = planNetwork(completeNetwork, { owner, tap: "tap7" });
    assert.deepEqual(plan, { bridge: "mirage0", subnet: "10.0.0", taps: ["tap100", "tap7"], owner });
    assert.deepEqual(planNetwork(completeNetwork, { owner }), { ...plan, taps: ["tap100"] });
  });

  it("takes over a tap interface with the address of the examples", () => {
    const interfaces = [anInterface("tap100", { isTap: true, addresses: ["10.0.0.1/24"] })];
    const routes = [{ to: "10.0.0.0/24", device: "tap100" }];
    const plan = planNetwork({ ...noNetwork, interfaces, routes }, { owner, tap: "tap100" });
    assert.ok("subnet" in plan);
    assert.deepEqual([plan.subnet, plan.taps], ["10.0.0", ["tap100"]]);
  });

  it("refuses an interface that is not a tap or that belongs to another bridge, and a name for a shell", () => {
    const interfaces = [anInterface("eth0"), anInterface("tap1", { isTap: true, master: "virbr0" })];
    const reasonFor = (tap: string) => {
      const plan = planNetwork({ ...noNetwork, interfaces }, { owner, tap });
      return "refused" in plan ? plan.refused : "";
    };
    assert.match(reasonFor("eth0"), /^eth0 exists and is not a tap interface/);
    assert.match(reasonFor("tap1"), /^tap1 belongs to the bridge virbr0/);
    for (const tap of ["a;reboot", "$(id)", "-x", "", "é"]) assert.match(reasonFor(tap), /can't be the name/);
  });
});

describe("setUpScript", () => {
  it("refuses names that a shell would expand", () => {
    const plan = { bridge: "mirage0", subnet: "10.0.0", taps: ["tap100", "$(id)"], owner };
    assert.throws(() => setUpScript(plan), /not a plain name/);
  });
});
