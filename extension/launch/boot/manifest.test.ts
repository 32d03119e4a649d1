import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseAttachments, parseManifest } from "./manifest.ts";

const recordings = new URL("../../../test-workspace/recordings/mirage-4.11.1/", import.meta.url);
const recorded = (name: string) => parseManifest(readFileSync(new URL(name, recordings), "utf8"));

const manifest = (more: object) =>
  JSON.stringify({ type: "solo5.manifest", version: 1, devices: [], ...more });

describe("parseManifest", () => {
  it("parses the files of mirage and the output of solo5-elftool", () => {
    assert.deepEqual(recorded("skeleton/device-usage/network/hvt/generated/mirage/manifest.json"), [
      { name: "service", type: "NET_BASIC" },
    ]);
    assert.deepEqual(recorded("runtime/elftool/query-manifest-test_net_2if.stdout"), [
      { name: "service0", type: "NET_BASIC" },
      { name: "service1", type: "NET_BASIC" },
    ]);
    assert.deepEqual(recorded("runtime/elftool/query-manifest-test_blk.stdout"), [
      { name: "storage", type: "BLOCK_BASIC" },
    ]);
    assert.deepEqual(recorded("runtime/elftool/query-manifest-hvt.stdout"), []);
  });

  it("returns undefined for other texts, versions and device types", () => {
    const bad = [
      "",
      "[]",
      "null",
      "{",
      manifest({ version: 2 }),
      manifest({ devices: {} }),
      manifest({ devices: [{ name: "a", type: "GPU" }] }),
      manifest({ devices: [null] }),
    ];
    for (const text of bad) assert.equal(parseManifest(text), undefined, text);
  });
});

describe("parseAttachments", () => {
  it("parses strings and objects, and ignores other values", () => {
    const setting = {
      service: "tap0",
      storage: { host: "disk.img", sectorSize: 4096 },
      wan: { host: "tap1", mac: "02:00:00:00:00:01" },
      odd: 3,
      empty: "",
    };
    assert.deepEqual(parseAttachments(setting), {
      service: { host: "tap0" },
      storage: { host: "disk.img", sectorSize: 4096 },
      wan: { host: "tap1", mac: "02:00:00:00:00:01" },
    });
    for (const none of [undefined, null, 3, "tap0"])
      assert.equal(parseAttachments(none)["service"], undefined);
  });
});
