import assert from "node:assert/strict";
import { logFileName } from "./logFileName.ts";

describe("The file name of saved records", () => {
  it("is one that all systems accept", () => {
    assert.equal(logFileName({ name: "hello", target: "hvt" }), "hello-hvt.log");
    assert.equal(logFileName({ name: "apps/hello", target: "hvt" }), "apps-hello-hvt.log");
    assert.equal(logFileName({ name: "dev:hello (eu/1)", target: "spt" }), "dev-hello (eu-1)-spt.log");
    assert.equal(logFileName({ name: "syslog", target: "UDP [::1]:5514" }), "syslog-UDP [-1]-5514.log");
    assert.equal(logFileName({ name: 'a\n"b"*?<c>|', target: "" }), "a-b-c-.log");
  });

  it("has no target if the session has none, and is not longer than file systems allow", () => {
    assert.equal(logFileName({ name: "dev:other", target: "" }), "dev-other.log");
    assert.ok(Buffer.byteLength(logFileName({ name: "ü".repeat(500), target: "hvt" })) <= 255);
  });
});
