import assert from "node:assert/strict";
import { packageDetails, packageSummary } from "./packageText.ts";
import { readSource } from "./packageSource.ts";

describe("The rows of a package", () => {
  const locked = {
    name: "dns",
    version: "10.0.0",
    folder: "ocaml-dns",
    source: readSource(`git+https://user:s3cret@github.com/mirage/ocaml-dns.git#${"ab".repeat(20)}`),
  };

  it("tell a commit from a release, and a package of the switch from one of duniverse", () => {
    assert.equal(packageSummary(locked), "10.0.0 · abababababab");
    assert.equal(packageSummary({ ...locked, source: readSource("https://e.org/dns.tbz") }), "10.0.0");
    assert.equal(
      packageSummary({ name: "solo5", version: "0.12.1", folder: undefined, source: undefined }),
      "0.12.1 · in the switch",
    );
  });

  it("tell by whom it is required, without what is not known and without credentials", () => {
    const details = packageDetails(locked, undefined, ["tcpip", "dns"], ["tcpip", "paf"]);
    assert.deepEqual(details, [
      { label: "Required by", text: "config.ml → tcpip → dns" },
      { label: "Also required by", text: "paf" },
      { label: "Source", text: `https://github.com/mirage/ocaml-dns.git#${"ab".repeat(20)}` },
      { label: "Folder", text: "duniverse/ocaml-dns" },
    ]);
  });
});
