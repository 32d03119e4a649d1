import assert from "node:assert/strict";
import { selectServer, type ServerFacts } from "./select.ts";
import { atLeast, parseServerVersion } from "./serverVersion.ts";

const facts = (changes: Partial<ServerFacts> = {}): ServerFacts => ({
  platformEnabled: false,
  setting: "auto",
  trusted: true,
  program: { kind: "found", file: "/switch/bin/ocamllsp", version: "1.26.0" },
  ...changes,
});

describe("selectServer", () => {
  it("leaves OCaml to the OCaml Platform wherever that is enabled", () => {
    for (const changes of [{}, { setting: "off" as const }, { trusted: false }]) {
      const choice = selectServer(facts({ platformEnabled: true, ...changes }));
      assert.equal(choice.kind, "platform");
      assert.match(choice.reason, /come from the OCaml Platform/);
    }
  });

  it("serves OCaml itself without it, with the version shown", () => {
    const choice = selectServer(facts({ client: { kind: "running" } }));
    assert.equal(choice.kind, "own");
    assert.equal(choice.text, "ocamllsp 1.26.0");
    assert.ok(choice.well);
  });

  it("tells that an older server is told of config.ml in another way", () => {
    const program = { kind: "found", file: "/bin/ocamllsp", version: "1.20.1-4.14" } as const;
    assert.match(selectServer(facts({ program, client: { kind: "running" } })).reason, /From 1\.26 on/);
  });

  it("tells beside the OCaml Platform that an older server cannot know config.ml", () => {
    const program = { kind: "found", file: "/bin/ocamllsp", version: "1.20.1-4.14" } as const;
    const choice = selectServer(facts({ platformEnabled: true, program }));
    assert.equal(choice.kind, "platform");
    assert.match(choice.reason, /1\.20\.1-4\.14 cannot be told .* 1\.26 or newer/);
    assert.equal(choice.well, false);
  });

  it("tells beside the OCaml Platform what its server lacks, and what helps", () => {
    const missing = { kind: "missing", reason: "ocamllsp was not found in 5.3." } as const;
    const without = selectServer(facts({ platformEnabled: true, program: missing }));
    assert.deepEqual([without.kind, without.reason, without.well], ["platform", missing.reason, false]);
    const declined = selectServer(facts({ platformEnabled: true, connected: false }));
    assert.match(declined.reason, /not been told the settings of config\.ml/);
    assert.ok("command" in declined.next);
    assert.equal(declined.next.command, "mirageos.connectOcamlPlatform");
    assert.ok(selectServer(facts({ platformEnabled: true, connected: true })).well);
  });

  it("is off, with the reason and the mend", () => {
    const off: readonly [Partial<ServerFacts>, RegExp, string][] = [
      [{ setting: "off" }, /setting mirageos\.languageServer is off/, "workbench.action.openSettings"],
      [{ trusted: false }, /Restricted Mode/, "workbench.trust.manage"],
      [
        { program: { kind: "missing", reason: "ocamllsp was not found." } },
        /was not found/,
        "mirageos.checkSetup",
      ],
      [
        { program: { kind: "found", file: "/o", version: "1.8.3" } },
        /1\.8\.3 is too old: 1\.9/,
        "mirageos.checkSetup",
      ],
      [
        { program: { kind: "late", seconds: 10 } },
        /did not report its version within 10 s/,
        "mirageos.restartLanguageServer",
      ],
    ];
    for (const [changes, reason, command] of off) {
      const choice = selectServer(facts(changes));
      assert.equal(choice.kind, "off");
      assert.match(choice.reason, reason);
      assert.ok("command" in choice.next);
      assert.equal(choice.next.command, command);
    }
  });

  it("says in words what ails a server, and what helps", () => {
    const crashed = selectServer(facts({ client: { kind: "waiting", crashes: 2, seconds: 4 } }));
    assert.match(crashed.reason, /crashed 2 times and is started again in 4 s/);
    const last = "exit code 2";
    const stopped = selectServer(facts({ client: { kind: "gaveUp", crashes: 5, last } }));
    assert.match(stopped.reason, /5 times and is not started again. Last: exit code 2/);
    assert.ok("command" in stopped.next && stopped.next.command === "mirageos.restartLanguageServer");
    const hangs = selectServer(facts({ client: { kind: "hangs", seconds: 20 } }));
    assert.match(hangs.reason, /did not answer within 20 s/);
    for (const choice of [crashed, stopped, hangs]) assert.equal(choice.well, false);
  });
});

describe("versions of ocamllsp", () => {
  it("are read from what it prints", () => {
    assert.equal(parseServerVersion("1.26.0\n"), "1.26.0");
    assert.equal(parseServerVersion("warning: x\n1.20.1-4.14\n"), "1.20.1-4.14");
    assert.equal(parseServerVersion("no version here 1.2"), undefined);
  });

  it("are compared by their numbers; one without numbers is no reason to refuse", () => {
    assert.ok(atLeast("1.26.0-5.5_preview", "1.26"));
    assert.ok(atLeast("1.100", "1.26"));
    assert.ok(!atLeast("1.9.1", "1.26"));
    assert.ok(atLeast(undefined, "1.26"));
  });
});
