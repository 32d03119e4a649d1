import assert from "node:assert/strict";
import fc from "fast-check";
import { launchPlace } from "./launchJson.ts";

/** The place of `|` in a configuration of type mirage in a launch.json. */
function place(configuration: string, wrap = (text: string) => `{ "configurations": [ ${text} ] }`) {
  const text = wrap(configuration);
  const offset = text.indexOf("|");
  return launchPlace(text.replace("|", ""), offset);
}

const brief = (found: ReturnType<typeof place>) => found && [found.at, found.path, found.typed, found.others];

describe("launchPlace", () => {
  it("finds values, keys and items, half typed or not begun", () => {
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
    ];
    for (const [text, expected] of cases) assert.deepEqual(brief(place(mirage + text)), expected, text);
    assert.equal(place(`${mirage}"args": ["-l", "|"] }`)?.previous, "-l");
    assert.deepEqual(place(`${mirage}"target": "|" }`)?.fields, {
      type: "mirage",
      unikernel: "hello",
      target: "",
    });
  });

  it("replaces the string under the cursor with its quotation marks, else nothing", () => {
    const text = '{ "configurations": [ { "type": "mirage", "target": "hvt" } ] }';
    const found = launchPlace(text, text.indexOf("vt"));
    assert.equal(text.slice(found?.start, found?.end), '"hvt"');
    const none = launchPlace(text.replace('"hvt"', ""), text.indexOf('"hvt"'));
    assert.ok(none && none.start === none.end);
  });

  it("looks into workspace files, and only at configurations of this type", () => {
    const inWorkspace = (text: string) => `{ "folders": [], "launch": { "configurations": [${text}] } }`;
    assert.equal(place('{ "type": "mirage", "target": "|" }', inWorkspace)?.at, "value");
    assert.equal(place('{ "type": "node", "target": "|" }'), undefined);
    assert.equal(place('{ "target": "|" }'), undefined);
    assert.equal(place('{ "type": "mirage" } |'), undefined);
    assert.equal(place('{ "type": "mirage", // "net": { "|\n }'), undefined);
    assert.equal(place('{ "type": "mirage", "memory": 1|6 }'), undefined);
    assert.equal(launchPlace("", 0), undefined);
  });

  it("takes any text", () => {
    const piece = fc.constantFrom('"configurations"', '"type"', '"mirage"', ...'{}[]:,"\\/*\n x'.split(""));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.nat(200), (pieces, offset) => {
        const text = `{"configurations":[{"type":"mirage",${pieces.join("")}`;
        const found = launchPlace(text, Math.min(offset, text.length));
        assert.ok(!found || (found.start <= found.end && found.end <= text.length));
      }),
    );
    const deep = `{"configurations":[{"type":"mirage","net":${"[".repeat(100_000)}`;
    launchPlace(deep, deep.length);
  });
});
