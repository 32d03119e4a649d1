import assert from "node:assert/strict";
import type { Device } from "../image/solo5Notes.ts";
import type { ProjectState } from "../project/model.ts";
import { createAfterBuilds, createNewBuilds, deploymentOfRunning } from "./redeployment.ts";
import { decodeReply } from "./wire/message.ts";
import { recordedBytes } from "./wire/testRecordings.ts";

const storage: Device = { name: "storage", type: "BLOCK_BASIC" };
const network: Device = { name: "service", type: "NET_BASIC" };

/** What runs in the recording with block devices. */
function running() {
  const reply = decodeReply(recordedBytes("wire/060-info-several.reply").subarray(4));
  assert.ok(reply.kind === "success" && reply.value.kind === "unikernels");
  const found = reply.value.value.find((each) => each.name === "dev:devices");
  assert.ok(found);
  return found.info;
}

const state = (builtAt: number | undefined, more: Partial<ProjectState> = {}): ProjectState => ({
  configured: { target: "spt", options: [] },
  lockFile: undefined,
  pulled: true,
  image: builtAt === undefined ? undefined : { path: "/hello.spt", bytes: 1, builtAt },
  stale: [],
  ...more,
});

describe("Deploying again", () => {
  it("uses all that the running unikernel was started with", () => {
    const info = running();
    const devices = (info.blocks ?? []).map(({ device }) => ({ ...storage, name: device }));
    const nets = (info.bridges ?? []).map(({ device }) => ({ ...network, name: device }));
    const again = deploymentOfRunning(info, [...devices, ...nets]);
    assert.ok(again);
    assert.equal(again.memory, info.memory);
    assert.deepEqual(again.cpuids, info.cpuids);
    assert.deepEqual(again.arguments ?? [], info.arguments ?? []);
    assert.deepEqual(again.failBehaviour, info.failBehaviour);
    assert.deepEqual(
      again.blocks?.map(({ name }) => name),
      info.blocks?.map(({ device }) => device),
    );
  });

  it("leaves the choice to the user if the image has other devices", () => {
    assert.equal(deploymentOfRunning(running(), []), undefined);
    const renamed = [{ ...storage, name: "other" }];
    assert.equal(deploymentOfRunning(running(), renamed), undefined);
  });

  it("after each build is remembered for a unikernel of a host", async () => {
    const values = new Map<string, unknown>();
    const afterBuilds = createAfterBuilds({
      get: <T>(key: string) => values.get(key) as T | undefined,
      update: async (key, value) => void values.set(key, value),
    });
    const entry = { host: "Local", name: "dev:hello", unikernel: "/hello/config.ml" };
    await afterBuilds.add(entry);
    await afterBuilds.add(entry);
    await afterBuilds.add({ ...entry, host: "far" });
    assert.equal(afterBuilds.all().length, 2);
    await afterBuilds.remove("Local", "dev:hello");
    assert.deepEqual(
      [afterBuilds.has("Local", "dev:hello"), afterBuilds.has("far", "dev:hello")],
      [false, true],
    );
  });

  it("after each build sends an image that was built while the window was open, once", () => {
    const isNew = createNewBuilds();
    assert.equal(isNew("a", state(1)), false);
    assert.equal(isNew("a", state(1)), false);
    assert.equal(isNew("a", state(2)), true);
    assert.equal(isNew("a", state(2)), false);
    assert.equal(isNew("b", state(1)), false);
  });

  it("after each build waits until nothing is out of date, and ignores other targets", () => {
    const isNew = createNewBuilds();
    const stale = [{ step: "build", reason: "unikernel.ml changed" }] as const;
    assert.equal(isNew("a", state(1, { stale })), false);
    assert.equal(isNew("a", state(2, { stale })), false);
    assert.equal(isNew("a", state(2)), true);
    assert.equal(isNew("a", state(undefined)), false);
    assert.equal(isNew("a", state(3, { configured: { target: "unix", options: [] } })), false);
    assert.equal(isNew("a", state(4)), true);
  });
});
