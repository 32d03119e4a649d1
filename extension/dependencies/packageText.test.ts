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
  const summary = (of: Parameters<typeof packageSummary>[0]["locked"], versions?: readonly string[]) =>
    packageSummary({ locked: of, listed: versions && { name: of.name, versions, synopsis: "" } });

  it("tell a commit from a release, and a package of the switch from one of duniverse", () => {
    assert.equal(summary(locked), "10.0.0 · abababababab");
    assert.equal(summary({ ...locked, source: readSource("https://e.org/dns.tbz") }), "10.0.0");
    assert.equal(
      summary({ name: "solo5", version: "0.12.1", folder: undefined, source: undefined }),
      "0.12.1 · in the switch",
    );
  });

  it("have the newest version if it is newer than the locked one", () => {
    const release = { ...locked, source: readSource("https://e.org/dns.tbz") };
    assert.equal(summary(release, ["10.2.0", "10.0.0"]), "10.0.0, newest 10.2.0");
    assert.equal(summary(release, ["10.0.0", "9.0.0"]), "10.0.0");
    assert.equal(summary(release, ["11.0.0~beta", "10.0.0"]), "10.0.0");
    assert.equal(summary({ ...release, version: "dev" }, ["10.2.0"]), "dev");
  });

  it("tell by whom it is required, without what is not known and without credentials", () => {
    const facts = { locked, file: undefined, listed: undefined, path: ["tcpip", "dns"] };
    assert.deepEqual(packageDetails({ ...facts, requirers: ["tcpip", "paf"] }), [
      { label: "Required by", text: "config.ml → tcpip → dns" },
      { label: "Also required by", text: "paf" },
      { label: "Source", text: `https://github.com/mirage/ocaml-dns.git#${"ab".repeat(20)}` },
      { label: "Folder", text: "duniverse/ocaml-dns" },
    ]);
  });

  it("tell what the repositories say of a package that was not fetched yet", () => {
    const listed = { name: "dns", versions: ["10.2.0", "10.0.0"], synopsis: "DNS in OCaml" };
    const details = packageDetails({ locked, file: undefined, listed, path: [], requirers: [] });
    assert.deepEqual(details.slice(0, 2), [
      { label: "About", text: "DNS in OCaml" },
      { label: "Newest version", text: "10.2.0" },
    ]);
  });
});
