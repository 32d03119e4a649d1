import assert from "node:assert/strict";
import { readSource, repositoryOf } from "./packageSource.ts";

describe("The source of a package", () => {
  it("never contains credentials or parameters of the URL", () => {
    const secret = "s3cret";
    for (const url of [
      `git+https://user:${secret}@github.com/o/r.git#main`,
      `git+https://${secret}@github.com/o/r.git`,
      `https://user:${secret}@example.org/a.tbz`,
      `https://example.org/a.tbz?token=${secret}`,
      `git+ssh://git:${secret}@example.org/o/r`,
      `git+https://user:${secret}@example.org:8443/o/r.git?x=${secret}#v1`,
    ])
      assert.doesNotMatch(JSON.stringify(readSource(url)), new RegExp(secret), url);
  });

  it("has the page of a repository, at the commit or branch", () => {
    assert.equal(readSource("git+https://github.com/o/r.git#v1").page, "https://github.com/o/r/tree/v1");
    assert.equal(readSource("git@github.com:o/r.git").page, "https://github.com/o/r");
    assert.equal(
      readSource("https://github.com/o/r/releases/download/v1/r-v1.tbz").page,
      "https://github.com/o/r",
    );
    assert.equal(readSource("git+https://git.example.org/r.git").page, "https://git.example.org/r");
    assert.equal(readSource("https://example.org/r.tbz").page, undefined);
    assert.equal(readSource("file:///home/o/r.tbz").page, undefined);
  });

  it("tells git repositories, archives and local files apart", () => {
    assert.equal(readSource("git+file:///home/o/r").kind, "git");
    assert.equal(readSource("https://example.org/r.tbz").kind, "archive");
    assert.equal(readSource("file:///C:/o/r.tbz").kind, "local");
    assert.equal(readSource("C:\\o\\r.tbz").kind, "local");
    assert.equal(readSource("./r").kind, "local");
  });

  it("knows that the addresses of one repository belong together", () => {
    const all = [
      "git+https://github.com/mirage/ocaml-dns.git#main",
      "git+https://github.com/Mirage/ocaml-dns",
      "git@github.com:mirage/ocaml-dns.git",
      "https://github.com/mirage/ocaml-dns/releases/download/v10.0.0/dns-10.0.0.tbz",
    ].map((url) => repositoryOf(readSource(url)));
    assert.deepEqual(new Set(all), new Set(["github.com/mirage/ocaml-dns"]));
    assert.equal(repositoryOf(readSource("https://example.org/a/b/c.tbz")), undefined);
  });
});
