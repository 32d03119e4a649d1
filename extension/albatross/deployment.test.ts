import assert from "node:assert/strict";
import type { Device } from "../image/solo5Notes.ts";
import type { HostOverview } from "./client/hostClient.ts";
import {
  argumentsOf,
  choiceProblems,
  deployableDevices,
  deploymentOf,
  hostDevices,
  initialChoices,
  withArguments,
} from "./deployment.ts";
import { decodeReply } from "./wire/message.ts";
import { labelFor, parseName } from "./wire/names.ts";
import { recordedBytes } from "./wire/testRecordings.ts";

const network: Device = { name: "service", type: "NET_BASIC" };
const storage: Device = { name: "storage", type: "BLOCK_BASIC" };
const name = { path: ["dev"], label: "hello" };
const overview: HostOverview = {
  unikernels: [],
  blocks: [
    { name: { path: ["dev"], label: "storage" }, size: 1, active: false },
    { name: { path: ["dev"], label: "busy" }, size: 1, active: true },
    { name: { path: [], label: "other" }, size: 1, active: false },
  ],
  policies: [
    { path: [], policy: { cpuids: [0, 1], unikernels: 9n, memory: 9000n, bridges: ["br0", "br1"] } },
    { path: ["dev"], policy: { cpuids: [1], unikernels: 4n, memory: 256n, bridges: ["br1"] } },
  ],
};

describe("A deployment", () => {
  it("begins with what the policy of the path allows and with devices of the same name", () => {
    const choices = initialChoices(name, [network, storage], overview, {}, ["-l", "*:debug"]);
    assert.deepEqual(choices.cpus, [1]);
    assert.deepEqual(choices.devices, { service: "br1", storage: "storage" });
    assert.deepEqual(choices.arguments, ["-l", "*:debug"]);
    assert.deepEqual(choiceProblems(choices, [network, storage], overview), []);
    const deployment = deploymentOf(choices, [network, storage]);
    assert.deepEqual(deployment.bridges, [{ name: "service", bridge: "br1" }]);
    assert.deepEqual(deployment.blocks, [{ name: "storage" }]);
    assert.deepEqual(deployment.failBehaviour, { kind: "quit", value: null });
  });

  it("keeps the choices of the last one, unless they are no longer possible", () => {
    const stored = { memory: 64, cpus: [0], restart: true, devices: { service: "br9" }, arguments: ["a"] };
    const choices = initialChoices(name, [network], overview, stored, []);
    assert.deepEqual([choices.memory, choices.cpus, choices.restart], [64, [1], true]);
    assert.deepEqual(choices.devices, { service: "br1" });
    assert.deepEqual(deploymentOf(choices, [network]).failBehaviour, { kind: "restart", value: [] });
  });

  it("escapes arguments as Solo5's guests need it, and shows them as the guest receives them", () => {
    const args = ["--text=from vs code", 'say="it"', "-l", "*:debug"];
    const choices = { ...initialChoices(name, [], overview, {}, args) };
    const sent = deploymentOf(choices, []);
    assert.deepEqual(sent.arguments?.[0], String.raw`--text=from\ vs\ code`);
    const reply = decodeReply(recordedBytes("wire/024-info-one.reply").subarray(4));
    assert.ok(reply.kind === "success" && reply.value.kind === "unikernels");
    const [one] = reply.value.value;
    assert.ok(one);
    const running = { ...one.info, arguments: [...(sent.arguments ?? [])] };
    assert.deepEqual(argumentsOf(running), args);
    assert.deepEqual(withArguments(running, args).arguments, sent.arguments);
  });

  it("offers free block devices of the path, and those of the unikernel that it replaces", () => {
    assert.deepEqual(hostDevices(storage, name, overview), ["storage"]);
    assert.deepEqual(hostDevices(storage, { path: ["free"], label: "x" }, overview), []);
    const reply = decodeReply(recordedBytes("wire/060-info-several.reply").subarray(4));
    assert.ok(reply.kind === "success" && reply.value.kind === "unikernels");
    const devices = reply.value.value.find((each) => each.name === "dev:devices");
    assert.ok(devices);
    const running = {
      ...overview,
      unikernels: [{ name: { path: ["dev"], label: "devices" }, info: devices.info }],
      blocks: [{ name: { path: ["dev"], label: "storage" }, size: 1, active: true }],
    };
    assert.deepEqual(hostDevices(storage, { path: ["dev"], label: "devices" }, running), ["storage"]);
    assert.deepEqual(hostDevices(storage, name, running), []);
  });

  it("is not sent without its devices or with more memory than the policy allows", () => {
    const choices = { ...initialChoices(name, [storage], { ...overview, blocks: [] }, {}, []), memory: 1000 };
    const problems = choiceProblems(choices, [storage], overview);
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? "", /storage needs a block device/);
    assert.match(problems[1] ?? "", /allows 256 MB/);
  });

  it("is not sent with CPUs, bridges or sums that a policy of the path or above it does not allow", () => {
    const reply = decodeReply(recordedBytes("wire/024-info-one.reply").subarray(4));
    assert.ok(reply.kind === "success" && reply.value.kind === "unikernels");
    const info = reply.value.value[0]?.info;
    assert.ok(info);
    const running = (label: string, path: string[]) => ({ name: { path, label }, info });
    const problemsOf = (changed: object, unikernels: HostOverview["unikernels"] = []) => {
      const choices = { ...initialChoices(name, [network], overview, {}, []), ...changed };
      return choiceProblems(choices, [network], { ...overview, unikernels });
    };
    assert.deepEqual(problemsOf({ cpus: [0, 1] }), ["The policy allows the CPUs 1."]);
    assert.deepEqual(problemsOf({ devices: { service: "br0" } }), [
      "The policy does not allow the bridge br0.",
    ]);
    const others = ["a", "b", "c"].map((label) => running(label, ["dev", "alice"]));
    assert.deepEqual(problemsOf({ memory: 200 }, others), [
      "The policy of dev: allows 256 MB of memory, of which 96 MB are used.",
    ]);
    const full = [...others, running("d", ["dev"])];
    assert.deepEqual(problemsOf({}, full), [
      "The policy of dev: allows 4 unikernels, and all of them are running.",
    ]);
    const own = [...others, running(name.label, name.path)];
    assert.deepEqual(problemsOf({ memory: 160 }, own), []);
  });

  it("is possible for hvt and spt only", () => {
    const image = (target: string) =>
      ({ kind: "solo5", abi: { target, version: 2 }, devices: [network] }) as const;
    assert.deepEqual(deployableDevices(image("spt")), [network]);
    const reasons = [image("virtio"), { kind: "elf", machine: 62 } as const].map(deployableDevices);
    for (const reason of reasons) assert.match(typeof reason === "string" ? reason : "", /hvt and spt only/);
  });

  it("keeps everything but the arguments when only these are changed", () => {
    const reply = decodeReply(recordedBytes("wire/060-info-several.reply").subarray(4));
    assert.ok(reply.kind === "success" && reply.value.kind === "unikernels");
    const info = reply.value.value.find((each) => each.name === "dev:devices")?.info;
    assert.ok(info);
    const changed = withArguments(info, ["--x=1"]);
    assert.deepEqual(changed.arguments, ["--x=1"]);
    assert.equal(changed.memory, info.memory);
    assert.deepEqual(changed.bridges?.[0], { name: "service", bridge: "br0", mac: info.bridges?.[0]?.mac });
    assert.deepEqual(changed.blocks?.[0], { name: "storage", device: "storage", sectorSize: 512 });
  });
});

describe("Names on hosts", () => {
  it("are read as the daemon reads them", () => {
    assert.deepEqual(parseName("Dev:Hello"), { path: ["dev"], label: "hello" });
    assert.deepEqual(parseName(":x"), { path: [], label: "x" });
    for (const invalid of ["", "a:", "-a", "a_b", "é", "a".repeat(64)])
      assert.equal(parseName(invalid), undefined);
  });

  it("are made from the names of unikernels", () => {
    assert.deepEqual(["my_App", "--", "é", "a".repeat(70)].map(labelFor), [
      "my-app",
      "unikernel",
      "unikernel",
      "a".repeat(63),
    ]);
  });
});
