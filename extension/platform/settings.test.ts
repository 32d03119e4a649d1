import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { checkedSetting, settingChoices, settingDefaults } from "./settingsTable.ts";

interface Declared {
  readonly type: string;
  readonly default: unknown;
  readonly enum?: readonly string[];
}

function declaredSettings(): Readonly<Record<string, Declared>> {
  const manifest: {
    readonly contributes: { readonly configuration: { readonly properties: Record<string, Declared> } };
  } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return manifest.contributes.configuration.properties;
}

const byName = ([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]) =>
  a < b ? -1 : 1;
const typeOf = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value);

describe("the table of settings", () => {
  it("has the names, types, defaults and choices of package.json", () => {
    const declared = Object.entries(declaredSettings());
    assert.deepEqual(
      Object.entries(settingDefaults)
        .map(([name, value]) => [`mirageos.${name}`, typeOf(value), value] as const)
        .toSorted(byName),
      declared.map(([name, { type, default: value }]) => [name, type, value] as const).toSorted(byName),
    );
    for (const [name, { enum: choices }] of declared)
      assert.deepEqual(
        new Map<string, unknown>(Object.entries(settingChoices)).get(name.replace("mirageos.", "")),
        choices,
        name,
      );
  });

  it("replaces a value of another type, and an unknown choice, by the default", () => {
    assert.equal(checkedSetting("codeLens", "yes"), true);
    assert.equal(checkedSetting("logFileSize", "7"), 100);
    assert.equal(checkedSetting("logFileSize", 7), 7);
    assert.deepEqual(checkedSetting("exclude", {}), []);
    assert.deepEqual(checkedSetting("devices", null), {});
    assert.equal(checkedSetting("revealLogs", "sometimes"), "run");
    assert.equal(checkedSetting("revealLogs", "never"), "never");
    assert.equal(checkedSetting("inlineLogs", undefined), true);
  });
});
