import assert from "node:assert/strict";
import { chooseServer, type ServerFacts } from "./chooseServer.ts";
import { atLeast, parseServerVersion } from "./serverVersion.ts";

const facts = (changes: Partial<ServerFacts> = {}): ServerFacts => ({
  platformEnabled: false,
  setting: "auto",
  trusted: true,
  program: { kind: "found", file: "/switch/bin/ocamllsp", version: "1.26.0" },
  ...changes,
});

describe("chooseServer", () => {
  it("chooses the OCaml Platform wherever it is enabled", () => {
    for (const changes of [{}, { setting: "off" as const }, { trusted: false }]) {
      const choice = chooseServer(facts({ platformEnabled: true, ...changes }));
      assert.equal(choice.kind, "platform");
      assert.match(choice.reason, /come from the OCaml Platform/);
    }
  });

  it("chooses our own server without it and shows the version", () => {
    const choice = chooseServer(facts({ client: { kind: "running" } }));
    assert.equal(choice.kind, "own");
    assert.equal(choice.text, "ocamllsp 1.26.0");
    assert.ok(choice.healthy);
  });

  it("explains that an older server gets the settings of config.ml in another way", () => {
    const program = { kind: "found", file: "/bin/ocamllsp", version: "1.20.1-4.14" } as const;
    assert.match(
      chooseServer(facts({ program, client: { kind: "running" } })).reason,
      /Versions before 1\.26/,
    );
  });

  it("reports that an older server of the OCaml Platform can't be set up for config.ml", () => {
    const program = { kind: "found", file: "/bin/ocamllsp", version: "1.20.1-4.14" } as const;
    const choice = chooseServer(facts({ platformEnabled: true, program }));
    assert.equal(choice.kind, "platform");
    assert.match(choice.reason, /1\.20\.1-4\.14 can't find the Mirage library.* 1\.26 or newer/);
    assert.equal(choice.healthy, false);
  });

  it("reports what the OCaml Platform's server lacks, with the command that fixes it", () => {
    const missing = { kind: "missing", reason: "ocamllsp was not found in 5.3." } as const;
    const without = chooseServer(facts({ platformEnabled: true, program: missing }));
    assert.deepEqual([without.kind, without.reason, without.healthy], ["platform", missing.reason, false]);
    const declined = chooseServer(facts({ platformEnabled: true, connected: false }));
    assert.match(declined.reason, /is not set up for config\.ml/);
    assert.ok("command" in declined.next);
    assert.equal(declined.next.command, "mirageos.connectOcamlPlatform");
    assert.ok(chooseServer(facts({ platformEnabled: true, connected: true })).healthy);
  });

  it("chooses no server and gives the reason and the fix", () => {
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
        /1\.8\.3 is too old\. .* 1\.9 or newer/,
        "mirageos.checkSetup",
      ],
      [
        { program: { kind: "late", seconds: 10 } },
        /did not report its version within 10 s/,
        "mirageos.restartLanguageServer",
      ],
    ];
    for (const [changes, reason, command] of off) {
      const choice = chooseServer(facts(changes));
      assert.equal(choice.kind, "off");
      assert.match(choice.reason, reason);
      assert.ok("command" in choice.next);
      assert.equal(choice.next.command, command);
    }
  });

  it("describes the problem of a server and what the user can do", () => {
    const crashed = chooseServer(facts({ client: { kind: "waiting", crashes: 2, seconds: 4 } }));
    assert.match(crashed.reason, /crashed 2 times and restarts in 4 s/);
    const last = "exit code 2";
    const stopped = chooseServer(facts({ client: { kind: "gaveUp", crashes: 5, last } }));
    assert.match(stopped.reason, /5 times and won't be restarted automatically\. Last exit: exit code 2/);
    assert.ok("command" in stopped.next && stopped.next.command === "mirageos.restartLanguageServer");
    const hangs = chooseServer(facts({ client: { kind: "hangs", seconds: 20 } }));
    assert.match(hangs.reason, /did not respond within 20 s/);
    for (const choice of [crashed, stopped, hangs]) assert.equal(choice.healthy, false);
  });
});

describe("the text of the language status", () => {
  it("is short enough for VS Code to show it beside its reason", () => {
    const version = "1.26.0-5.5_preview";
    const old = { kind: "found", file: "/o", version: "1.20.1-4.14" } as const;
    const clients: readonly NonNullable<ServerFacts["client"]>[] = [
      { kind: "starting" },
      { kind: "running" },
      { kind: "waiting", crashes: 2, seconds: 4 },
      { kind: "gaveUp", crashes: 5, last: "exit code 2" },
      { kind: "hangs", seconds: 20 },
    ];
    const choices = [
      ...clients.map((client) => facts({ client, program: { ...old, version } })),
      facts(),
      facts({ setting: "off" }),
      facts({ trusted: false }),
      ...[
        {},
        { connected: false },
        { program: old },
        { program: { kind: "missing", reason: "" } as const },
      ].map((changes) => facts({ platformEnabled: true, ...changes })),
    ].map(chooseServer);
    for (const { text } of choices) assert.ok(text.length <= 30, text);
  });
});

describe("versions of ocamllsp", () => {
  it("are read from its output", () => {
    assert.equal(parseServerVersion("1.26.0\n"), "1.26.0");
    assert.equal(parseServerVersion("warning: x\n1.20.1-4.14\n"), "1.20.1-4.14");
    assert.equal(parseServerVersion("no version here 1.2"), undefined);
  });

  it("are compared by their numbers; a version without numbers is accepted", () => {
    assert.ok(atLeast("1.26.0-5.5_preview", "1.26"));
    assert.ok(atLeast("1.100", "1.26"));
    assert.ok(!atLeast("1.9.1", "1.26"));
    assert.ok(atLeast(undefined, "1.26"));
  });
});
