import assert from "node:assert/strict";
import { packagePosition, readCatalogue } from "./catalogue.ts";

describe("The packages of the repositories", () => {
  it("have their versions, the newest first, and their synopsis", () => {
    // The layout of opam 2.6.1.
    const output = [
      "# Packages matching: any",
      "# Name                  |# Versions|# Synopsis",
      "arp                     |3.0.0, 4.1.0, 4.0.0|Address Resolution Protocol | purely in OCaml",
      "base-bigarray           |base",
      "",
    ].join("\n");
    assert.deepEqual(readCatalogue(output), [
      {
        name: "arp",
        versions: ["4.1.0", "4.0.0", "3.0.0"],
        synopsis: "Address Resolution Protocol | purely in OCaml",
      },
      { name: "base-bigarray", versions: ["base"], synopsis: "" },
    ]);
    assert.deepEqual(readCatalogue("[ERROR] Opam has not been initialised, please run `opam init'"), []);
  });
});

describe("The place of a package in config.ml", () => {
  const at = (marked: string) => {
    const offset = marked.indexOf("‸");
    const text = marked.replace("‸", "");
    const position = packagePosition(text, offset);
    return position && { ...position, span: text.slice(position.span.start, position.span.end) };
  };

  it("is its name, also while it is typed", () => {
    assert.deepEqual(at('let p = [ package "tcp‸ip" ]'), { kind: "name", span: "tcpip" });
    assert.deepEqual(at('let p = [ package "‸" ]'), { kind: "name", span: "" });
  });

  it("is a sublibrary with its package", () => {
    const place = { kind: "sublib", package: "tcpip", span: "icm" };
    assert.deepEqual(at('let p = [ package ~sublibs:[ "udp"; "icm‸" ] "tcpip" ]'), place);
  });

  it("is nothing else", () => {
    assert.equal(at('let p = [ package ~min:"1‸.0" "tcpip" ]'), undefined);
    assert.equal(at('let m = main "Uni‸kernel" job'), undefined);
  });
});
