import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { formatContext, parseContext, splitTarget, withoutConfigFile } from "./mirageContext.ts";
import { anyText } from "../../test/harness/anyText.ts";

const recording = new URL(
  "../../test-workspace/recordings/mirage-4.11.1/skeleton/device-usage/network/hvt/generated/mirage/context",
  import.meta.url,
);

describe("parseContext", () => {
  it("parses and formats the file of mirage 4.11.1", () => {
    const text = readFileSync(recording, "utf8");
    const context = parseContext(text);
    assert.deepEqual(context, { command: "configure", target: "hvt", options: [] });
    assert.equal(formatContext({ command: "configure", target: "hvt", options: [] }), text);
  });

  it("separates the options from every form of the target", () => {
    for (const target of ["-t\nspt", "-tspt", "--target\nspt", "--target=spt", "--targ=spt"]) {
      assert.deepEqual(parseContext(`configure\n--net=direct\n${target}\n--no-dhcp\n`), {
        command: "configure",
        target: "spt",
        options: ["--net=direct", "--no-dhcp"],
      });
    }
    assert.deepEqual(parseContext("configure\n", "darwin"), {
      command: "configure",
      target: "macosx",
      options: [],
    });
    assert.deepEqual(splitTarget(["-o", "-x", "--", "-t", "hvt"]).target, undefined);
    assert.deepEqual(splitTarget(["--tls=true", "-t"]), { target: undefined, options: ["--tls=true", "-t"] });
  });

  it("decodes escapes, and leaves invalid ones as they are", () => {
    assert.deepEqual(parseContext("configure\n-o\na\\\\b\\x0Ac\\xC3\\xA9\\n\\195\\169\n")?.options, [
      "-o",
      "a\\b\ncé\né",
    ]);
    assert.deepEqual(parseContext("configure\n\\q\n\\\n\\999\n")?.options, ["\\q", "\\", "\\999"]);
  });

  it("returns undefined for other text", () => {
    for (const text of ["", "\n", "\0\u0001", "-t\nhvt\n", "<<<<<<< HEAD\n"]) {
      assert.equal(parseContext(text), undefined, JSON.stringify(text));
    }
  });

  it("parses back any formatted arguments", () => {
    const option = fc.string({ unit: "grapheme" }).filter((text) => splitTarget([text]).options[0] === text);
    fc.assert(
      fc.property(fc.array(option), (options) => {
        const context = { command: "configure", target: "hvt", options: options.filter((o) => o !== "-t") };
        assert.deepEqual(parseContext(formatContext(context)), context);
      }),
    );
  });

  it("accepts any text", () => {
    fc.assert(fc.property(anyText(), (text) => void parseContext(text)));
  });
});

describe("withoutConfigFile", () => {
  it("removes every form of the option that names config.ml", () => {
    const args = [
      "-f",
      "mirage/config.ml",
      "--net=host",
      "-fa.ml",
      "--file=a.ml",
      "--config-file",
      "a.ml",
      "--utcp",
    ];
    assert.deepEqual(withoutConfigFile(args), ["--net=host", "--utcp"]);
  });
});
