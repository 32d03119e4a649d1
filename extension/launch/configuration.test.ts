import assert from "node:assert/strict";
import fc from "fast-check";
import { parseConfiguration, unfitFor } from "./configuration.ts";
import { attachmentsFor, undeclared } from "./devices.ts";

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

  it("gives devices as text or with their particulars", () => {
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

  it("builds nothing for a program of one's own, unless told to", () => {
    assert.equal(accepted({ program: "/ws/a.hvt" }).build, "never");
    assert.equal(accepted({ program: "/ws/a.hvt", build: "always" }).build, "always");
  });

  it("takes what VS Code puts in the place of variables, which is text", () => {
    assert.equal(accepted({ memory: "64" }).memoryMb, 64);
    assert.equal(accepted({ stopOnExit: "false" }).stopOnExit, false);
    assert.equal(accepted({ stopOnExit: "true" }).stopOnExit, true);
    assert.deepEqual(
      accepted({ args: ["--greeting=${name}"] }).args,
      ["--greeting=${name}"],
      "the unikernel's own",
    );
  });

  it("names the attribute that is wrong, and what it is", () => {
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ target: "hvtt" }, /"target" must be a target of mirage, and it is "hvtt"/],
      [{ memory: "much" }, /"memory" must be a whole number of megabytes, and it is "much"/],
      [{ memory: "1e3" }, /"memory"/],
      [{ program: "${folder}/a.hvt" }, /"program" has \$\{folder\}, which is no variable here/],
      [{ build: "${config:nothing" }, /"build" must be ifStale/],
      [{ net: { service: "${env}" } }, /"net\.service" has \$\{env\}/],
      [{ memory: 0 }, /"memory"/],
      [{ args: "-l debug" }, /"args" must be a list of texts, .* such as \["-l","debug"\]/],
      [{ args: [1] }, /"args"/],
      [{ build: "sometimes" }, /"build" must be ifStale, always, never/],
      [{ net: "tap0" }, /"net" must name the host's side of each device/],
      [{ net: { service: "" } }, /"net.service" must name a tap interface/],
      [{ block: { storage: 3 } }, /"block.storage" must name a file/],
      [{ env: { A: 1 } }, /"env.A" must be a text, and it is 1/],
      [{ env: [] }, /"env" must be an object/],
      [{ stopOnExit: "no" }, /"stopOnExit"/],
      [{ program: "" }, /"program" must be a text/],
    ];
    for (const [raw, expected] of cases) {
      assert.equal(problems(raw).length, 1, JSON.stringify(raw));
      assert.match(problems(raw)[0] ?? "", expected);
    }
    assert.equal(problems({ target: 1, memory: 0.5, env: { A: null } }).length, 3);
  });

  it("says what its target can't heed", () => {
    const tender = accepted({ tenderArgs: ["--x"], memory: 32 });
    assert.equal(unfitFor("unix", tender).length, 2);
    assert.deepEqual(unfitFor("hvt", tender), []);
    assert.match(unfitFor("spt", accepted({ env: { A: "1" } })).join(), /"env".*"args"/);
  });

  it("takes any JSON", () => {
    const names = fc.constantFrom("target", "args", "memory", "net", "block", "env", "build", "cwd");
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (raw) => {
        const parsed = parseConfiguration(raw);
        return "configuration" in parsed || parsed.problems.length > 0;
      }),
    );
  });
});

describe("attachments", () => {
  const service = { name: "service", type: "NET_BASIC" } as const;
  const storage = { name: "storage", type: "BLOCK_BASIC" } as const;

  it("are those of launch.json, else what was used last, else the setting, else missing", () => {
    const launch = { service: { host: "tap1" } };
    const last = { service: { host: "tap2" }, storage: { host: "last.img" } };
    assert.deepEqual(attachmentsFor([service, storage], [launch, last]), {
      attachments: { service: { host: "tap1" }, storage: { host: "last.img" } },
      unmapped: [],
    });
    assert.deepEqual(attachmentsFor([service, storage], [launch]).unmapped, [storage]);
    assert.deepEqual(attachmentsFor([{ ...service, name: "toString" }], [{}]).unmapped.length, 1);
  });

  it("of devices the image does not have are noticed", () => {
    assert.deepEqual(undeclared([service], { service: { host: "a" }, sevrice: { host: "b" } }), ["sevrice"]);
  });
});
