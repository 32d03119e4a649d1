import assert from "node:assert/strict";
import fc from "fast-check";
import { launchJsonLocation } from "./launchJson.ts";

/** The location of `|` in a launch.json that contains this configuration. */
function locationIn(configuration: string, wrap = (text: string) => `{ "configurations": [ ${text} ] }`) {
  const text = wrap(configuration);
  const offset = text.indexOf("|");
  return launchJsonLocation(text.replace("|", ""), offset);
}

const brief = (found: ReturnType<typeof locationIn>) =>
  found && [found.kind, found.path, found.typed, found.siblings];

describe("launchJsonLocation", () => {
  it("finds values, keys and array items, half typed or missing", () => {
    const mirage = '{ "type": "mirage", "unikernel": "hello", ';
    const cases: readonly (readonly [string, unknown])[] = [
      ['"target": "hv|t" }', ["value", ["target"], "hv", []]],
      ['"target": | }', ["value", ["target"], "", []]],
      ['"target": "|', ["value", ["target"], "", []]],
      ['"target": |\n "memory": 5 }', ["value", ["target"], "", []]],
      ['"net": { "|" } }', ["key", ["net"], "", []]],
      ['"net": { "service": "tap0", | } }', ["key", ["net"], "", ["service"]]],
      ['"net": { "service": "ta|" } }', ["value", ["net", "service"], "ta", []]],
      ['"net": { "service": { "host": "|" } } }', ["value", ["net", "service", "host"], "", []]],
      ['"args": [|] }', ["value", ["args", 0], "", []]],
      ['"args": ["-l", "*:de|", "x"] }', ["value", ["args", 1], "*:de", ["-l", "x"]]],
      ['"args": ["-l", |] }', ["value", ["args", 1], "", ["-l"]]],
      ['"args": ["-l" // no "tap"\n, "|"', ["value", ["args", 1], "", ["-l"]]],
      ['"net": {}, | }', ["key", [], "", ["type", "unikernel", "net"]]],
      ['"ta|rget": "hvt" }', ["key", [], "ta", ["type", "unikernel"]]],
      // After a value whose comma is missing, the next key or item can be typed.
      ['"target": "hvt" | }', ["key", [], "", ["type", "unikernel", "target"]]],
      ['"net": {} | }', ["key", [], "", ["type", "unikernel", "net"]]],
      ['"net": { "a": { "host": "x" } | } }', ["key", ["net"], "", ["a"]]],
      ['"args": ["-l" | ] }', ["value", ["args", 1], "", ["-l"]]],
    ];
    for (const [text, expected] of cases) assert.deepEqual(brief(locationIn(mirage + text)), expected, text);
    assert.equal(locationIn(`${mirage}"args": ["-l", "|"] }`)?.previous, "-l");
    assert.deepEqual(locationIn(`${mirage}"target": "|" }`)?.properties, {
      type: "mirage",
      unikernel: "hello",
      target: "",
    });
  });

  it("replaces the string at the cursor with its quotes, or an empty range", () => {
    const text = '{ "configurations": [ { "type": "mirage", "target": "hvt" } ] }';
    const found = launchJsonLocation(text, text.indexOf("vt"));
    assert.equal(text.slice(found?.start, found?.end), '"hvt"');
    const none = launchJsonLocation(text.replace('"hvt"', ""), text.indexOf('"hvt"'));
    assert.ok(none && none.start === none.end);
  });

  it("reads workspace files, and returns undefined outside of configurations of this type", () => {
    const inWorkspace = (text: string) => `{ "folders": [], "launch": { "configurations": [${text}] } }`;
    assert.equal(locationIn('{ "type": "mirage", "target": "|" }', inWorkspace)?.kind, "value");
    assert.equal(locationIn('{ "type": "node", "target": "|" }'), undefined);
    assert.equal(locationIn('{ "target": "|" }'), undefined);
    assert.equal(locationIn('{ "type": "mirage" } |'), undefined);
    assert.equal(locationIn('{ "type": "mirage", // "net": { "|\n }'), undefined);
    assert.equal(locationIn('{ "type": "mirage", "memory": 1|6 }'), undefined);
    assert.equal(launchJsonLocation("", 0), undefined);
  });

  it("returns a valid range or undefined for any text", () => {
    const piece = fc.constantFrom('"configurations"', '"type"', '"mirage"', ...'{}[]:,"\\/*\n x'.split(""));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.nat(200), (pieces, offset) => {
        const text = `{"configurations":[{"type":"mirage",${pieces.join("")}`;
        const found = launchJsonLocation(text, Math.min(offset, text.length));
        assert.ok(!found || (found.start <= found.end && found.end <= text.length));
      }),
    );
    const deep = `{"configurations":[{"type":"mirage","net":${"[".repeat(100_000)}`;
    launchJsonLocation(deep, deep.length);
  });
});
