import assert from "node:assert/strict";
import { readBootTests } from "./readBootTests.ts";

const messages = (text: string) =>
  readBootTests(text).problems.map(({ message, range: { offset, length } }) => [
    message,
    text.slice(offset, offset + length),
  ]);

const oneTest = (properties: string) => `{ "tests": [{ "name": "a", ${properties} }] }`;

describe("boot-tests.json", () => {
  it("is read with comments and a trailing comma", () => {
    const { tests, problems } = readBootTests(`{
      // What hello prints.
      "tests": [
        {
          "name": "says hello",
          "targets": ["unix", "spt"],
          "args": ["--hello=x"],
          "memory": 64,
          "net": { "service": "tap100" },
          "expect": {
            "log": ["hello", { "source": "application", "level": "info", "matches": "^bye$" }],
            "never": [{ "level": "error" }],
            "exit": 0,
            "within": 5,
            "http": ["http://10.0.0.2/", { "url": "http://10.0.0.2/x", "status": 404, "body": "no" }],
            "tcp": [{ "port": 7, "send": "x", "receive": "x" }],
            "ping": ["10.0.0.2"],
            "bootWithin": 100,
          },
        },
      ],
    }`);
    assert.deepEqual(problems, []);
    const [test] = tests;
    assert.equal(test?.name, "says hello");
    assert.deepEqual(test.targets, ["unix", "spt"]);
    assert.deepEqual(test.launch, { args: ["--hello=x"], memory: 64, net: { service: "tap100" } });
    const { log, never, exit, within, http, tcp, ping, bootWithin } = test.expect;
    assert.deepEqual(
      log.map(({ text, source, level, matches }) => [text, source, level, matches?.source]),
      [
        ["hello", undefined, undefined, undefined],
        [undefined, "application", "info", "^bye$"],
      ],
    );
    assert.equal(never[0]?.level, "error");
    assert.deepEqual([exit?.value, within.value, bootWithin?.value], [0, 5, 100]);
    assert.deepEqual(
      http.map(({ url, status, body }) => [url, status, body]),
      [
        ["http://10.0.0.2/", undefined, undefined],
        ["http://10.0.0.2/x", 404, "no"],
      ],
    );
    assert.deepEqual([tcp[0]?.host, tcp[0]?.port, tcp[0]?.send, tcp[0]?.receive], ["127.0.0.1", 7, "x", "x"]);
    assert.equal(ping[0]?.host, "10.0.0.2");
  });

  it("has a minute for a test without a limit", () => {
    const [test] = readBootTests('{ "tests": [{ "name": "a" }] }').tests;
    assert.equal(test?.expect.within.value, 60);
  });

  it("reports what is wrong at its place", () => {
    const cases: readonly (readonly [text: string, message: RegExp, at: string])[] = [
      ["[]", /Write an object here/, "[]"],
      ["{}", /Add the array "tests"/, "{}"],
      ['{ "tests": {} }', /Write an array here/, "{}"],
      ['{ "tests": [{}] }', /Add the property "name"/, "{}"],
      ['{ "tests": [{ "name": "" }] }', /non-empty string/, '""'],
      [oneTest('"expects": {}'), /"expects" is not a property here/, '"expects"'],
      [oneTest('"targets": ["exokernel"]'), /exokernel is not a target of mirage/, '"exokernel"'],
      [oneTest('"expect": { "within": 0 }'), /Write a number from 0.001/, "0"],
      [oneTest('"expect": { "exit": "0" }'), /Write a number from 0 to 255/, '"0"'],
      [oneTest('"expect": { "log": [{}] }'), /Add one of text, source, level, matches/, "{}"],
      [oneTest('"expect": { "log": [{ "level": "loud" }] }'), /loud is not a level of Logs/, '"loud"'],
      [oneTest('"expect": { "log": [{ "matches": "(" }] }'), /not a regular expression/, '"("'],
      [oneTest('"expect": { "log": ["a b"], "never": ["a"] }'), /This test can never pass/, '"a"'],
      [oneTest('"expect": { "http": ["ftp://x"] }'), /Write a URL with http or https/, '"ftp://x"'],
      [oneTest('"expect": { "tcp": [{}] }'), /Add the property "port"/, "{}"],
      [oneTest('"expect": { "ping": ["-f"] }'), /host name or an address/, '"-f"'],
    ];
    for (const [text, message, at] of cases) {
      const [first] = messages(text);
      assert.match(String(first?.[0]), message, text);
      assert.equal(first?.[1], at, text);
    }
  });

  it("leaves out tests with errors, and keeps those with unknown properties", () => {
    const { tests } = readBootTests(
      '{ "tests": [{ "name": "a", "extra": 1 }, { "name": 1 }, { "name": "b" }] }',
    );
    assert.deepEqual(
      tests.map(({ name }) => name),
      ["a", "b"],
    );
  });

  it("warns about properties without an effect on any of the test's targets", () => {
    const properties = '"memory": 64, "net": { "service": "tap100" }, "env": { "A": "1" }';
    const warned = (targets: string) =>
      messages(oneTest(`${targets}${properties}`)).map(
        ([message]) => /^"(\w+)" has no effect/.exec(message ?? "")?.[1],
      );
    assert.deepEqual(warned('"targets": ["unix"], '), ["memory", "net"]);
    assert.deepEqual(warned('"targets": ["spt", "hvt"], '), ["env"]);
    assert.deepEqual(warned('"targets": ["unix", "spt"], '), []);
    assert.deepEqual(warned(""), []);
    const { tests } = readBootTests(oneTest(`"targets": ["unix"], ${properties}`));
    assert.equal(tests.length, 1, "the test runs all the same");
  });

  it("reports a second test of the same name", () => {
    const { tests, problems } = readBootTests('{ "tests": [{ "name": "a" }, { "name": "a" }] }');
    assert.equal(tests.length, 1);
    assert.match(problems[0]?.message ?? "", /Another test has the name "a"/);
  });

  it("is refused if it is nested too deeply", () => {
    const { tests, problems } = readBootTests(`{ "tests": ${"[".repeat(100_000)}`);
    assert.deepEqual(tests, []);
    assert.match(problems[0]?.message ?? "", /nested too deeply/);
  });

  it("keeps the complete tests of a file that is being typed", () => {
    const { tests, problems } = readBootTests('{ "tests": [{ "name": "a" }, { "name": ');
    assert.deepEqual(
      tests.map(({ name }) => name),
      ["a"],
    );
    assert.match(problems[0]?.message ?? "", /expected here/);
  });
});
