import assert from "node:assert/strict";
import { attachmentsFor, misplaced, undeclared } from "./devices.ts";

const service = { name: "service", type: "NET_BASIC" } as const;
const storage = { name: "storage", type: "BLOCK_BASIC" } as const;
const tap = { service: { host: "tap0" } };

describe("the devices of an image", () => {
  it("are attached by the first source that names them", () => {
    const sources = [{}, tap, { service: { host: "tap1" }, storage: { host: "disk.img" } }];
    assert.deepEqual(attachmentsFor([service, storage], sources), {
      attachments: { ...tap, storage: { host: "disk.img" } },
      unmapped: [],
    });
    assert.deepEqual(attachmentsFor([service, storage], [tap]).unmapped, [storage]);
    assert.deepEqual(attachmentsFor([{ ...service, name: "toString" }], [{}]).unmapped.length, 1);
  });

  it("are told from those it does not have, and from those named as the other kind", () => {
    assert.deepEqual(undeclared([storage], tap), ["service"]);
    assert.deepEqual(misplaced([service, storage], [service, storage]), []);
    assert.match(
      misplaced([storage], [{ ...storage, type: "NET_BASIC" }]).join(),
      /"net" names "storage", which is a block device .* in "block"/,
    );
    assert.match(
      misplaced([service], [service, { ...service, type: "BLOCK_BASIC" }]).join(),
      /^"block" names "service", which is a network device .* in "net"\.$/,
    );
  });
});
