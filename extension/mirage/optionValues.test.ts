import assert from "node:assert/strict";
import { defaultValue, describeOptionValue } from "./optionValues.ts";

describe("optionValue", () => {
  it("says what --net does on the target", () => {
    assert.match(describeOptionValue("--net", "host", "unix")?.meaning ?? "", /sockets of this computer/);
    assert.match(describeOptionValue("--net", "direct", "unix")?.meaning ?? "", /tap interface/);
    assert.match(describeOptionValue("--net", "direct", "hvt")?.meaning ?? "", /network device of hvt/);
    assert.equal(describeOptionValue("--net", "ocaml", "hvt")?.meaning, "the same as direct");
    assert.equal(describeOptionValue("--net", "socket", "unix")?.meaning, "the same as host");
    assert.equal(describeOptionValue("--net", "socket", "unix")?.isImpossible, false);
  });

  it("says that a target without sockets cannot use them", () => {
    // mirage configure: "UDPv4v6 socket not supported on non-UNIX targets."
    const host = describeOptionValue("--net", "host", "spt");
    assert.equal(host?.isImpossible, true);
    assert.match(host.meaning, /not possible for spt/);
  });

  it("says what --kv_ro does, also for a group", () => {
    assert.match(
      describeOptionValue("--data-kv_ro", "direct", "unix")?.meaning ?? "",
      /while the unikernel runs/,
    );
    assert.match(describeOptionValue("--kv_ro", "direct", "hvt")?.meaning ?? "", /compiled into the image/);
    assert.match(
      describeOptionValue("--certs-kv_ro", "crunch", "unix")?.meaning ?? "",
      /compiled into the image/,
    );
  });

  it("says nothing about options of the unikernel's own", () => {
    assert.equal(describeOptionValue("--internet", "host", "unix"), undefined);
    assert.equal(describeOptionValue("--mode", "direct", "unix"), undefined);
    assert.equal(describeOptionValue("--net", "other", "unix"), undefined);
  });
});

describe("defaultValue", () => {
  it("is the one that mirage 4.11 uses if --net is not given", () => {
    assert.equal(defaultValue("--net", "unix", []), "direct");
    assert.equal(defaultValue("--net", "unix", ["--no-dhcp"]), "host");
    assert.equal(defaultValue("--net", "hvt", ["--no-dhcp"]), "direct");
    assert.equal(defaultValue("--a-net", "unix", ["--no-dhcp"]), "direct");
    assert.equal(defaultValue("--a-net", "unix", ["--a-no-dhcp"]), "host");
    assert.equal(defaultValue("--utcp", "unix", []), undefined);
  });
});
