import assert from "node:assert/strict";
import { readPackageUrl, repositoryOf } from "./packageSource.ts";

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
      assert.doesNotMatch(JSON.stringify(readPackageUrl(url)), new RegExp(secret), url);
  });

  it("has the page of a repository, at the commit or branch", () => {
    assert.equal(readPackageUrl("git+https://github.com/o/r.git#v1").page, "https://github.com/o/r/tree/v1");
    assert.equal(readPackageUrl("git@github.com:o/r.git").page, "https://github.com/o/r");
    assert.equal(
      readPackageUrl("https://github.com/o/r/releases/download/v1/r-v1.tbz").page,
      "https://github.com/o/r",
    );
    assert.equal(readPackageUrl("git+https://git.example.org/r.git").page, "https://git.example.org/r");
    assert.equal(readPackageUrl("https://example.org/r.tbz").page, undefined);
    assert.equal(readPackageUrl("file:///home/o/r.tbz").page, undefined);
  });

  it("tells git repositories, archives and local files apart", () => {
    assert.equal(readPackageUrl("git+file:///home/o/r").kind, "git");
    assert.equal(readPackageUrl("https://example.org/r.tbz").kind, "archive");
    assert.equal(readPackageUrl("file:///C:/o/r.tbz").kind, "local");
    assert.equal(readPackageUrl("C:\\o\\r.tbz").kind, "local");
    assert.equal(readPackageUrl("./r").kind, "local");
  });

  it("knows that the addresses of one repository belong together", () => {
    const all = [
      "git+https://github.com/mirage/ocaml-dns.git#main",
      "git+https://github.com/Mirage/ocaml-dns",
      "git@github.com:mirage/ocaml-dns.git",
      "https://github.com/mirage/ocaml-dns/releases/download/v10.0.0/dns-10.0.0.tbz",
    ].map((url) => repositoryOf(readPackageUrl(url)));
    assert.deepEqual(new Set(all), new Set(["github.com/mirage/ocaml-dns"]));
    assert.equal(repositoryOf(readPackageUrl("https://example.org/a/b/c.tbz")), undefined);
  });
});
