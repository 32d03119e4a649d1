import assert from "node:assert/strict";
import { packageDetails, packageMarkdown, packageSummary } from "./packageText.ts";
import { readPackageUrl } from "../packageSource.ts";

describe("The rows of a package", () => {
  const locked = {
    name: "dns",
    version: "10.0.0",
    folder: "ocaml-dns",
    source: readPackageUrl(`git+https://user:s3cret@github.com/mirage/ocaml-dns.git#${"ab".repeat(20)}`),
  };
  const summary = (of: Parameters<typeof packageSummary>[0]["locked"], versions?: readonly string[]) =>
    packageSummary({
      locked: of,
      vulnerabilities: [],
      listed: versions && { name: of.name, versions, synopsis: "" },
    });

  it("tell a commit from a release, and a package of the switch from one of duniverse", () => {
    assert.equal(summary(locked), "10.0.0 · abababababab");
    assert.equal(summary({ ...locked, source: readPackageUrl("https://e.org/dns.tbz") }), "10.0.0");
    assert.equal(
      summary({ name: "solo5", version: "0.12.1", folder: undefined, source: undefined }),
      "0.12.1 · in the switch",
    );
  });

  it("have the newest version if it is newer than the locked one", () => {
    const release = { ...locked, source: readPackageUrl("https://e.org/dns.tbz") };
    assert.equal(summary(release, ["10.2.0", "10.0.0"]), "10.0.0, newest 10.2.0");
    assert.equal(summary(release, ["10.0.0", "9.0.0"]), "10.0.0");
    assert.equal(summary(release, ["11.0.0~beta", "10.0.0"]), "10.0.0");
    assert.equal(summary({ ...release, version: "dev" }, ["10.2.0"]), "dev");
  });

  it("tell by whom it is required, without what is not known and without credentials", () => {
    const facts = { locked, file: undefined, listed: undefined, path: ["tcpip", "dns"], vulnerabilities: [] };
    assert.deepEqual(packageDetails({ ...facts, requirers: ["tcpip", "paf"] }), [
      { label: "Required by", text: "config.ml → tcpip → dns" },
      { label: "Also required by", text: "paf" },
      { label: "Source", text: `https://github.com/mirage/ocaml-dns.git#${"ab".repeat(20)}` },
      { label: "Folder", text: "duniverse/ocaml-dns" },
    ]);
  });

  it("name the advisories that concern it, with their pages", () => {
    const [first, second] = ["OSEC-1", "OSEC-2"].map((id) => ({
      locked,
      id,
      summary: "Reads too [much]",
      page: `https://osv.dev/vulnerability/${id}`,
      range: "< 11.0.0",
      fixedIn: id === "OSEC-1" ? "11.0.0" : undefined,
    }));
    assert.ok(first && second);
    const vulnerabilities = [first, second];
    const facts = { locked, file: undefined, listed: undefined, path: [], requirers: [], vulnerabilities };
    assert.match(packageSummary(facts), / · OSEC-1 · OSEC-2$/);
    assert.deepEqual(packageDetails(facts).slice(0, 2), [
      { label: "Vulnerability", text: "OSEC-1: Reads too [much], fixed in 11.0.0", page: first.page },
      { label: "Vulnerability", text: "OSEC-2: Reads too [much]", page: second.page },
    ]);
    assert.match(
      packageMarkdown({ name: "dns", hasLock: true, facts, listed: undefined }),
      /- Vulnerability: \[OSEC-1: Reads too \\\[much\\\], fixed in 11.0.0\]\(<https:\/\/osv.dev\/vulnerability\/OSEC-1>\)/,
    );
  });

  it("tell what the repositories say of a package that was not fetched yet", () => {
    const listed = { name: "dns", versions: ["10.2.0", "10.0.0"], synopsis: "DNS in OCaml" };
    const details = packageDetails({
      locked,
      file: undefined,
      listed,
      path: [],
      requirers: [],
      vulnerabilities: [],
    });
    assert.deepEqual(details.slice(0, 2), [
      { label: "About", text: "DNS in OCaml" },
      { label: "Newest version", text: "10.2.0" },
    ]);
  });
});

describe("The documentation of a package", () => {
  const url = "https://github.com/mirage/ocaml-dns/releases/download/v10.0.0/dns-10.0.0.tbz";
  const listed = { name: "dns", versions: ["10.2.0", "10.0.0"], synopsis: "*DNS* in <b>OCaml</b>" };
  const facts = {
    locked: { name: "dns", version: "10.0.0", folder: "ocaml-dns", source: readPackageUrl(url) },
    file: {
      name: "dns",
      version: "10.0.0",
      synopsis: "A DNS library",
      licence: "BSD-2-Clause",
      homepage: "https://example.org/d n)s",
      requires: [],
    },
    listed,
    path: ["dns"],
    requirers: ["dns-client"],
    vulnerabilities: [],
  };

  it("has the locked and the newest version, the licence, who requires it, and links", () => {
    const text = packageMarkdown({ name: "dns", hasLock: true, facts, listed });
    assert.match(text, /\*\*dns\*\* \(locked version 10\.0\.0\)/);
    assert.match(text, /A DNS library/);
    assert.match(text, /- Newest version: 10\.2\.0/);
    assert.match(text, /- Required by: config\.ml → dns\n- Also required by: dns-client/);
    assert.match(text, /- License: BSD-2-Clause/);
    assert.match(text, /\[Homepage\]\(<https:\/\/example\.org\/d%20n\)s>\)/);
    assert.match(text, /\(https:\/\/ocaml\.org\/p\/dns\/10\.0\.0\)/);
  });

  it("says that a package is not locked, with what the repositories know", () => {
    const text = packageMarkdown({ name: "dns", sublib: "cli", hasLock: true, facts: undefined, listed });
    assert.match(text, /\*\*dns\.cli\*\* is not in the lock file/);
    assert.match(text, /\\\*DNS\\\* in \\<b\\>OCaml\\<\/b\\>/);
    assert.match(text, /ocaml\.org\/p\/dns\/10\.2\.0/);
    assert.match(
      packageMarkdown({ name: "x", hasLock: false, facts: undefined, listed: undefined }),
      /no version yet because there is no lock file/,
    );
  });

  it("never contains the credentials of a pin", () => {
    const source = readPackageUrl("git+https://user:s3cret@github.com/mirage/ocaml-dns.git#main");
    const pinned = { ...facts, file: undefined, locked: { ...facts.locked, version: "dev", source } };
    const text = packageMarkdown({ name: "dns", hasLock: true, facts: pinned, listed });
    assert.doesNotMatch(text, /s3cret/);
    assert.match(text, /\[Homepage\]\(<https:\/\/github\.com\/mirage\/ocaml-dns\/tree\/main>\)/);
    assert.match(text, /ocaml\.org\/p\/dns\/10\.2\.0/);
  });
});
