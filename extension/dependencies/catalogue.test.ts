import assert from "node:assert/strict";
import { newestRelease, packagePosition, readCatalogue } from "./catalogue.ts";

describe("The packages of the repositories", () => {
  it("have their versions, the newest first, and their synopsis", () => {
    // The layout of opam 2.6.1.
    const output = [
      "# Packages matching: any",
      "# Name                  |# Synopsis                                    |# Versions",
      "arp                     |Address Resolution Protocol | purely in OCaml |3.0.0, 4.1.0, 4.0.0",
      "base-bigarray           |                                              |base",
      "café                    |No name of opam                               |1.0",
      "",
    ].join("\r\n");
    assert.deepEqual(readCatalogue(output), [
      {
        name: "arp",
        versions: ["4.1.0", "4.0.0", "3.0.0"],
        synopsis: "Address Resolution Protocol | purely in OCaml",
      },
      { name: "base-bigarray", versions: ["base"], synopsis: "" },
    ]);
    assert.deepEqual(readCatalogue("arp  |Address Res"), [], "a line that is cut off");
    assert.deepEqual(readCatalogue("[ERROR] Opam has not been initialised, please run `opam init'"), []);
  });
});

describe("The newest version of a package", () => {
  it("is a release, if there is one", () => {
    assert.equal(newestRelease(["dev", "5.0.0~rc1", "4.1.0", "4.0.0"]), "4.1.0");
    assert.equal(newestRelease(["v0.17.3"]), "v0.17.3");
    assert.equal(newestRelease(["2.1.0+dune", "2.0.0"]), "2.1.0+dune");
    assert.equal(newestRelease(["base"]), undefined);
    assert.equal(newestRelease([]), undefined);
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
