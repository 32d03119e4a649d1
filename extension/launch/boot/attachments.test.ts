import assert from "node:assert/strict";
import { resolveAttachments, undeclaredDevices, wrongKindProblems } from "./attachments.ts";

const service = { name: "service", type: "NET_BASIC" } as const;
const storage = { name: "storage", type: "BLOCK_BASIC" } as const;
const tap = { service: { host: "tap0" } };

describe("resolveAttachments", () => {
  it("uses the first source that contains the device", () => {
    const sources = [{}, tap, { service: { host: "tap1" }, storage: { host: "disk.img" } }];
    assert.deepEqual(resolveAttachments([service, storage], sources), {
      attachments: { ...tap, storage: { host: "disk.img" } },
      unattached: [],
    });
  });

  it("returns the devices that no source contains", () => {
    assert.deepEqual(resolveAttachments([service, storage], [tap]).unattached, [storage]);
    const inherited = { ...service, name: "toString" };
    assert.deepEqual(resolveAttachments([inherited], [{}]).unattached, [inherited]);
  });
});

describe("the attachments of a launch configuration", () => {
  it("are compared with the devices of the image", () => {
    assert.deepEqual(undeclaredDevices([storage], tap), ["service"]);
    assert.deepEqual(undeclaredDevices([service], tap), []);
  });

  it("are reported if they are under the wrong kind", () => {
    assert.deepEqual(wrongKindProblems([service, storage], [service, storage]), []);
    assert.match(
      wrongKindProblems([storage], [{ ...storage, type: "NET_BASIC" }]).join(),
      /"storage" in "net" is a block device .* to "block"/,
    );
    assert.match(
      wrongKindProblems([service], [service, { ...service, type: "BLOCK_BASIC" }]).join(),
      /^"service" in "block" is a network device .* to "net"\.$/,
    );
  });
});
