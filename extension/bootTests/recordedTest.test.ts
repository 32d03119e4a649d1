import assert from "node:assert/strict";
import { readBootTests } from "./readBootTests.ts";
import { addTest, expectationOf, recordedTest, unusedName } from "./recordedTest.ts";

describe("A boot test from a run", () => {
  it("has the texts of the records", () => {
    assert.equal(
      expectationOf({ message: "listening on port 80 (http)", source: "application" }),
      "listening on port 80 (http)",
    );
  });

  it("has patterns for times, addresses and sizes", () => {
    const cases: readonly (readonly [message: string, other: string])[] = [
      ["lease 10.0.0.2 from 10.0.0.1", "lease 192.168.7.22 from 192.168.7.1"],
      ["MAC 5e:9e:3a:00:aa:01", "MAC 02:00:00:00:00:01"],
      ["started 2026-01-01T10:00:00Z (ok)", "started 2027-02-03T11:12:13Z (ok)"],
      ["heap at 0x1f00", "heap at 0x2a0000"],
      ["ready in 12.5 ms", "ready in 3 ms"],
      ["re-read a/b (c) [d] {e} | ^f$ * in 12 ms?", "re-read a/b (c) [d] {e} | ^f$ * in 9 ms?"],
      ["id 0f8fad5b-d9cb-469f-a165-70867728950e", "id 7c9e6679-7425-40de-944b-e07fc1f90ae7"],
      ["address fe80:0:0:1::2", "address fe80:0:0:1::3"],
    ];
    for (const [message, other] of cases) {
      const expected = expectationOf({ message, source: "net" });
      assert.ok(typeof expected === "object", message);
      assert.equal(expected.source, "net");
      const pattern = new RegExp(expected.matches, "u");
      for (const text of [message, other]) assert.match(text, pattern);
      assert.doesNotMatch(`${message} and more`, pattern);
    }
  });

  it("boots with the arguments and the devices of the run", () => {
    const run = {
      target: "spt",
      bootArguments: ["--port=9000"],
      attachments: { service: { host: "tap100" }, disk: { host: "disk.img", sectorSize: 4096 }, old: "tap7" },
    };
    const manifest = JSON.stringify({
      type: "solo5.manifest",
      version: 1,
      devices: [
        { name: "service", type: "NET_BASIC" },
        { name: "disk", type: "BLOCK_BASIC" },
      ],
    });
    const expected = {
      name: "a",
      targets: ["spt"],
      args: ["--port=9000"],
      net: { service: "tap100" },
      block: { disk: { host: "disk.img", sectorSize: 4096 } },
      expect: { log: ["ready"], exit: 0 },
    };
    const records = [{ message: "ready", source: "application" }];
    assert.deepEqual(recordedTest("a", run, records, { exit: 0, manifest }), expected);
    assert.deepEqual(readBootTests(addTest("", expected)).problems, []);

    const process = { ...run, target: "unix", bootArguments: undefined };
    assert.deepEqual(recordedTest("a", process, records, { exit: undefined, manifest: undefined }), {
      name: "a",
      targets: ["unix"],
      expect: { log: ["ready"] },
    });
  });

  const entry = { name: "b", targets: ["unix"], expect: { log: ["hello"], exit: 0 } };

  it("is added to a new file", () => {
    const { tests, problems } = readBootTests(addTest("", entry));
    assert.deepEqual([tests.map(({ name }) => name), problems], [["b"], []]);
  });

  it("is added after the others, and changes nothing else", () => {
    const texts = [
      '{\r\n  // Mine.\r\n  "tests": [\r\n    { "name": "a" } // first\r\n  ]\r\n}\r\n',
      '{ "tests": [{ "name": "a" } /* first */ , // comma\n] }',
      '{ "tests": [{"name":"a"}] }',
    ];
    for (const text of texts) {
      const added = addTest(text, entry);
      const { tests, problems } = readBootTests(added);
      assert.deepEqual([tests.map(({ name }) => name), problems], [["a", "b"], []]);
      const [, test] = tests;
      assert.ok(test);
      const { offset, length } = test.range;
      const rest = added.slice(0, offset).trimEnd().replace(/,$/, "") + added.slice(offset + length);
      assert.equal(rest.replaceAll(/[\s,]/g, ""), text.replaceAll(/[\s,]/g, ""));
      if (text.includes("\r\n")) assert.doesNotMatch(added, /[^\r]\n/);
    }
  });

  it("gets a name that no other test has", () => {
    assert.equal(unusedName("", "hello boots"), "hello boots");
    const text = '{ "tests": [{ "name": "hello boots" }, { "name": "hello boots 2" }] }';
    assert.equal(unusedName(text, "hello boots"), "hello boots 3");
  });
});
