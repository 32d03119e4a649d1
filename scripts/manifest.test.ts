import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { englishManifest, manifestTexts } from "./manifest.ts";
import { root } from "./programs.ts";

const shownNames = new Set(
  (
    "title shortTitle category label displayName userDescription contextualTitle contents description " +
    "markdownDescription deprecationMessage errorMessage enumDescriptions markdownEnumDescriptions"
  ).split(" "),
);

/**
 * Returns the shown texts of a contribution that cannot be translated, with their locations in package.json.
 */
function untranslatable(value: unknown, place: string, shown: boolean): string[] {
  if (typeof value === "string") return shown && !/^%[\w.-]+%$/.test(value) ? [`${place}: ${value}`] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    // Texts for language models and snippets for launch.json are not translated.
    if (name === "inputSchema" || name === "body") return [];
    const isShown = shownNames.has(name) || (shown && Array.isArray(value));
    return untranslatable(inner, `${place}.${name}`, isShown);
  });
}

describe("package.nls.json", () => {
  const written: { contributes: { views: object; [name: string]: unknown } } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );

  it("contains every text of package.json that VS Code shows", () => {
    const { views, ...contributes } = written.contributes;
    assert.deepEqual(untranslatable(contributes, "contributes", false), []);
    const names = [...JSON.stringify(views).matchAll(/"name":"(.*?)"/g)].map(([, name = ""]) => name);
    assert.ok(names.length > 0);
    assert.deepEqual(
      names.filter((name) => !/^%[\w.-]+%$/.test(name)),
      [],
    );
  });

  it("has a text for every key, and no unused text", () => {
    assert.doesNotThrow(() => englishManifest());
    const used = [...JSON.stringify(written).matchAll(/"%([\w.-]+)%"/g)].map(([, key = ""]) => key);
    assert.deepEqual(Object.keys(manifestTexts()).toSorted(), [...new Set(used)].toSorted());
  });
});
