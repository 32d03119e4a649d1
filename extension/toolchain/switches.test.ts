import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseSwitch, findLocalSwitch, parseSandbox, type SwitchFacts } from "./switches.ts";

const folders = [
  { name: "first", path: "/ws/first" },
  { name: "other", path: "/ws/other" },
];
const facts = (some: Partial<SwitchFacts> = {}): SwitchFacts => ({
  setting: "auto",
  sandbox: undefined,
  workspaceFolders: folders,
  localSwitch: undefined,
  opamSwitch: undefined,
  currentSwitch: async () => undefined,
  ...some,
});
const chosen = async (some: Partial<SwitchFacts>) => {
  const choice = await chooseSwitch(facts(some));
  return choice.kind === "opam" ? choice.switch : choice.kind;
};

const currentSwitch = () => Promise.reject(new Error("opam was started"));

describe("chooseSwitch", () => {
  it("prefers the setting, then the Platform, the local switch, OPAMSWITCH, opam's current switch, and PATH", async () => {
    const all: Partial<SwitchFacts> = {
      setting: "5.4.1",
      sandbox: { kind: "opam", switch: "platform" },
      localSwitch: "/ws/first",
      opamSwitch: "variable",
      currentSwitch: async () => "current",
    };
    assert.equal(await chosen(all), "5.4.1");
    assert.equal(await chosen({ ...all, setting: "auto" }), "platform");
    assert.equal(await chosen({ ...all, setting: "", sandbox: null }), "/ws/first");
    assert.equal(await chosen({ opamSwitch: "variable", currentSwitch: async () => "current" }), "variable");
    assert.equal(await chosen({ currentSwitch: async () => "current" }), "current");
    assert.equal(await chosen({}), "path");
  });

  it("expands workspace folders in the setting", async () => {
    assert.equal(await chosen({ setting: "${workspaceFolder}" }), "/ws/first");
    assert.equal(await chosen({ setting: "${workspaceFolder:other}/sub" }), "/ws/other/sub");
  });

  it("does not start opam if another fact decides", async () => {
    assert.equal(await chosen({ localSwitch: "/ws/first", currentSwitch }), "/ws/first");
  });
});

const kindOf = (setting: unknown) => parseSandbox(setting, folders);

describe("parseSandbox", () => {
  it("parses the forms of the Platform", () => {
    const why = "the sandbox of the OCaml Platform (ocaml.sandbox)";
    assert.deepEqual(kindOf({ kind: "opam", switch: "${firstWorkspaceFolder}" }), {
      kind: "opam",
      switch: "/ws/first",
      why,
    });
    assert.deepEqual(kindOf({ kind: "esy", root: "/esy" }), { kind: "esy", root: "/esy", why });
    assert.deepEqual(kindOf({ kind: "global" }), { kind: "path", why });
    assert.deepEqual(kindOf({ kind: "custom", template: "docker exec c $prog $args" }), {
      kind: "custom",
      template: "docker exec c $prog $args",
      why,
    });
    assert.deepEqual(kindOf({ kind: "dune", path: "/opt/dune" }), { kind: "dune", dune: "/opt/dune", why });
    assert.deepEqual(kindOf({ kind: "dune", path: "dune", opam_switch: "5.4.1" }), {
      kind: "opam",
      switch: "5.4.1",
      why,
    });
  });

  it("returns undefined for unknown forms", () => {
    const unknown = [undefined, null, "opam", 3, [], {}, { kind: "nix" }, { kind: "opam" }, { kind: 1 }];
    for (const setting of unknown) assert.equal(kindOf(setting), undefined);
    assert.equal(kindOf({ kind: "opam", switch: 4 }), undefined);
    assert.equal(kindOf({ kind: "custom", template: "no place for a program" }), undefined);
  });
});

describe("findLocalSwitch", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "switch "));
    mkdirSync(join(root, "_opam"));
    mkdirSync(join(root, "ws", "sub", "hello"), { recursive: true });
    mkdirSync(join(root, "ws", "sub", "_opam"));
  });
  after(() => rmSync(root, { recursive: true }));

  it("finds the nearest one that is not above the workspace folder", async () => {
    const workspace = join(root, "ws");
    assert.equal(await findLocalSwitch(join(workspace, "sub", "hello"), workspace), join(workspace, "sub"));
    assert.equal(await findLocalSwitch(workspace, workspace), undefined);
    assert.equal(await findLocalSwitch(workspace, root), root);
  });
});
