import assert from "node:assert/strict";
import { compareLocks, lockChangesText, lockSummary } from "./compareLocks.ts";
import { readLockFile } from "./lockFile.ts";

const archives = (packages: Readonly<Record<string, string>>) =>
  lock(packages, (name, version) => `https://e.org/${name}-${version}.tbz`);
const repository = (commit: string) => (name: string) => `git+https://u:s3cret@e.org/${name}.git#${commit}`;

const lock = (
  packages: Readonly<Record<string, string>>,
  source: (name: string, version: string) => string = repository("a"),
) =>
  readLockFile(
    `depends: [${Object.entries(packages)
      .map(([name, version]) => `"${name}" {= "${version}"}`)
      .join(" ")}]\n` +
      `pin-depends: [${Object.entries(packages)
        .map(([name, version]) => `["${name}.${version}" "${source(name, version)}"]`)
        .join(" ")}]`,
  );

describe("The changes of a lock file", () => {
  it("are the packages that were added or removed, and those of another version", () => {
    const changes = compareLocks(
      archives({ arp: "4.1.0", dns: "10.0.0", lwt: "5.9.1" }),
      archives({ dns: "9.1.0", lwt: "5.10.0", paf: "0.8" }),
    );
    assert.ok(changes);
    assert.equal(lockSummary(changes), "1 added, 1 removed, 1 newer, 1 older");
    assert.equal(
      lockChangesText("Lock", changes),
      [
        "# Lock",
        "",
        "## Added (1)",
        "",
        "- paf 0.8",
        "",
        "## Removed (1)",
        "",
        "- arp 4.1.0",
        "",
        "## Newer (1)",
        "",
        "- lwt 5.9.1 → 5.10.0",
        "",
        "## Older (1)",
        "",
        "- dns 10.0.0 → 9.1.0",
        "",
      ].join("\n"),
    );
  });

  it("are also commits that moved, without credentials", () => {
    const changes = compareLocks(lock({ dns: "dev" }), lock({ dns: "dev" }, repository("b")));
    assert.ok(changes);
    assert.match(
      lockChangesText("Lock", changes),
      /dns dev: https:\/\/e.org\/dns.git#a → https:\/\/e.org\/dns.git#b/,
    );
  });

  it("name the repository and the commit of a package that was pinned or is no longer pinned", () => {
    const [released, pinned] = [archives({ dns: "10.2.0" }), lock({ dns: "dev", paf: "dev" })];
    const [there, back] = [compareLocks(released, pinned), compareLocks(pinned, released)];
    assert.ok(there && back);
    const text = lockChangesText("Lock", there);
    assert.match(text, /^- paf dev \(https:\/\/e\.org\/paf\.git#a\)$/m);
    assert.match(text, /^- dns 10\.2\.0 → dev \(https:\/\/e\.org\/dns\.git#a\)$/m);
    assert.match(lockChangesText("Lock", back), /^- dns dev \(https:\/\/e\.org\/dns\.git#a\) → 10\.2\.0$/m);
  });

  it("do not exist if the packages are the same", () => {
    assert.equal(compareLocks(lock({ dns: "1" }), lock({ dns: "1" })), undefined);
  });
});
