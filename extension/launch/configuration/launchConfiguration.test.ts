import assert from "node:assert/strict";
import fc from "fast-check";
import { parseConfiguration, unsupportedByTarget } from "./launchConfiguration.ts";

const problems = (raw: Record<string, unknown>) => {
  const parsed = parseConfiguration(raw);
  return "problems" in parsed ? parsed.problems : [];
};
const accepted = (raw: Record<string, unknown>) => {
  const parsed = parseConfiguration(raw);
  assert.ok("configuration" in parsed, JSON.stringify(parsed));
  return parsed.configuration;
};

describe("a launch configuration", () => {
  it("may be empty", () => {
    const { build, args, stopOnExit, attachments } = accepted({ type: "mirage", request: "launch" });
    assert.deepEqual(
      { build, args, stopOnExit, attachments },
      { build: "ifStale", args: undefined, stopOnExit: true, attachments: {} },
    );
  });

  it("names devices by a string or an object", () => {
    const { attachments } = accepted({
      net: { service: "tap100", back: { host: "tap101", mac: "02:00:00:00:00:01" } },
      block: { storage: { host: "disk.img", sectorSize: 4096 } },
    });
    assert.deepEqual(attachments, {
      service: { host: "tap100" },
      back: { host: "tap101", mac: "02:00:00:00:00:01" },
      storage: { host: "disk.img", sectorSize: 4096 },
    });
  });

  it("receives syslog and metrics on the addresses that it names", () => {
    const { syslog, metrics } = accepted({ syslog: { address: "10.0.0.1", protocol: "tcp" }, metrics: {} });
    assert.deepEqual(syslog, { address: "10.0.0.1", port: 5514, protocol: "tcp" });
    assert.deepEqual(metrics, { address: "127.0.0.1", port: 8094 });
    assert.equal(accepted({}).syslog, undefined);
    assert.match(problems({ syslog: { address: "0.0.0.0" } }).join(), /nothing listens on all interfaces/);
  });

  it("builds nothing for a given program unless build is set", () => {
    assert.equal(accepted({ program: "/ws/a.hvt" }).build, "never");
    assert.equal(accepted({ program: "/ws/a.hvt", build: "always" }).build, "always");
  });

  it("accepts the strings by which VS Code replaces variables", () => {
    assert.equal(accepted({ memory: "64" }).memoryMb, 64);
    assert.equal(accepted({ stopOnExit: "false" }).stopOnExit, false);
    assert.equal(accepted({ stopOnExit: "true" }).stopOnExit, true);
    assert.deepEqual(
      accepted({ args: ["--greeting=${name}"] }).args,
      ["--greeting=${name}"],
      "not a variable of VS Code's",
    );
  });

  it("reports the invalid property and its value", () => {
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ target: "hvtt" }, /"target" must be a target of mirage, not "hvtt"/],
      [{ memory: "much" }, /"memory" must be a whole number of megabytes, not "much"/],
      [{ memory: "1e3" }, /"memory"/],
      [{ program: "${folder}/a.hvt" }, /"program" contains \$\{folder\}, which is not a variable here/],
      [{ build: "${config:nothing" }, /"build" must be one of ifStale/],
      [{ net: { service: "${env}" } }, /"net\.service" contains \$\{env\}/],
      [{ memory: 0 }, /"memory"/],
      [{ args: "-l debug" }, /"args" must be an array of strings, .* such as \["-l","debug"\]/],
      [{ args: [1] }, /"args"/],
      [{ build: "sometimes" }, /"build" must be one of ifStale, always, never/],
      [{ net: "tap0" }, /"net" must be an object with an entry for each device/],
      [{ net: { service: "" } }, /"net.service" must be a tap interface/],
      [{ block: { storage: 3 } }, /"block.storage" must be a file/],
      [{ env: { A: 1 } }, /"env.A" must be a string, not 1/],
      [{ env: [] }, /"env" must be an object/],
      [{ stopOnExit: "no" }, /"stopOnExit"/],
      [{ program: "" }, /"program" must be a non-empty string/],
    ];
    for (const [raw, expected] of cases) {
      assert.equal(problems(raw).length, 1, JSON.stringify(raw));
      assert.match(problems(raw)[0] ?? "", expected);
    }
    assert.equal(problems({ target: 1, memory: 0.5, env: { A: null } }).length, 3);
  });

  it("reports properties that have no effect on its target", () => {
    const tender = accepted({ tenderArgs: ["--x"], memory: 32 });
    assert.equal(unsupportedByTarget("unix", tender).length, 2);
    assert.deepEqual(unsupportedByTarget("hvt", tender), []);
    assert.match(unsupportedByTarget("spt", accepted({ env: { A: "1" } })).join(), /"env".*"args"/);
  });

  it("is accepted or reported for any JSON", () => {
    const names = fc.constantFrom("target", "args", "memory", "net", "block", "env", "build", "cwd");
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (raw) => {
        const parsed = parseConfiguration(raw);
        return "configuration" in parsed || parsed.problems.length > 0;
      }),
    );
  });
});
