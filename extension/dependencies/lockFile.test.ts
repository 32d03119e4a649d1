import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { readLockFile } from "./lockFile.ts";

const recorded = readFileSync(
  join(
    root,
    "test-workspace/recordings/mirage-4.11.1/make-depend/tutorial/hello-spt/after-depend/mirage/hello-spt.opam.locked",
  ),
  "utf8",
);

describe("Reading a lock file", () => {
  it("finds the version, the folder and the source of each package", () => {
    const { packages, folders, complete } = readLockFile(recorded);
    assert.ok(complete);
    const crypto = packages.find(({ name }) => name === "mirage-crypto-rng");
    assert.equal(crypto?.version, "2.4.0");
    assert.equal(crypto?.folder, "mirage-crypto");
    assert.equal(crypto?.source?.kind, "local");
    const solo5 = packages.find(({ name }) => name === "ocaml-solo5");
    assert.equal(solo5?.folder, undefined);
    assert.ok(folders.includes("mirage-solo5"));
    assert.ok(packages.filter(({ folder }) => folder !== undefined).length > 20);
  });

  it("reads sources that are git commits, with parentheses, comments and Windows line ends", () => {
    const text = [
      'opam-version: "2.0" # written by hand',
      "depends: [",
      '  ("dns" {= "10.0" & ?vendor})',
      '  "dns" {= "10.0~beta" & ?vendor} (* a "comment" *)',
      "]",
      "pin-depends: [",
      '  ["dns.10.0~beta" "git+https://github.com/mirage/ocaml-dns.git#0123456789012345678901234567890123456789"]',
      "]",
      'x-opam-monorepo-duniverse-dirs: [["git+https://github.com/mirage/ocaml-dns.git#0123456789012345678901234567890123456789" "ocaml-dns"]]',
      'x-opam-monorepo-root-packages: ["x"]',
      'x-opam-monorepo-version: "0.2"',
    ].join("\r\n");
    const { packages, format, complete } = readLockFile(text);
    assert.deepEqual(packages, [
      {
        name: "dns",
        version: "10.0~beta",
        folder: "ocaml-dns",
        source: {
          kind: "git",
          address: "https://github.com/mirage/ocaml-dns.git",
          reference: "0123456789012345678901234567890123456789",
          page: "https://github.com/mirage/ocaml-dns/tree/0123456789012345678901234567890123456789",
        },
      },
    ]);
    assert.equal(format, "0.2");
    assert.equal(complete, true);
  });

  it("reads what a half-written file has, wherever it ends, and says that it is incomplete", () => {
    for (let end = 0; end < recorded.length; end += 97) {
      const { packages, complete } = readLockFile(recorded.slice(0, end));
      assert.equal(complete, false, `complete at ${end}`);
      assert.ok(packages.every(({ name, version }) => name !== "" && version !== ""));
    }
  });

  it("does not take the lock file of another program, or of a later format without roots, for a whole one", () => {
    const ofOpam =
      'opam-version: "2.0"\nname: "hello"\ndepends: [ "dns" {= "10.0.0"} "lwt" {= "6.1.1" & with-test} ]\n';
    const read = readLockFile(ofOpam);
    assert.deepEqual(
      read.packages.map(({ name, version, folder }) => [name, version, folder]),
      [
        ["dns", "10.0.0", undefined],
        ["lwt", "6.1.1", undefined],
      ],
    );
    assert.equal(read.format, undefined);
    assert.equal(read.complete, false);
    assert.equal(readLockFile(`${ofOpam}x-opam-monorepo-version: "9.0"\n`).complete, false);
    const later = `${recorded.replace('x-opam-monorepo-version: "0.3"', 'x-opam-monorepo-version: "9.0"')}x-new: [["a" {b}]]\n`;
    assert.equal(readLockFile(later).packages.length, readLockFile(recorded).packages.length);
    assert.equal(readLockFile(later).format, "9.0");
  });

  it("refuses folders outside duniverse", () => {
    const lock = (folder: string) =>
      readLockFile(
        `depends: ["a" {= "1"}]\npin-depends: [["a.1" "file:///a.tgz"]]\n` +
          `x-opam-monorepo-duniverse-dirs: [["file:///a.tgz" "${folder}"]]\n`,
      ).packages[0]?.folder;
    assert.equal(lock("a"), "a");
    assert.equal(lock(".."), undefined);
    assert.equal(lock("../../etc"), undefined);
  });

  it("reads 2,000 packages in a short time", () => {
    const names = Array.from({ length: 2000 }, (_, i) => `package-${i}`);
    const text = [
      `depends: [${names.map((name) => `"${name}" {= "1.0" & ?vendor}`).join("\n")}]`,
      `pin-depends: [${names.map((name) => `["${name}.1.0" "https://example.org/${name}.tbz"]`).join("\n")}]`,
      `x-opam-monorepo-duniverse-dirs: [${names.map((name) => `["https://example.org/${name}.tbz" "${name}" ["sha256=00"]]`).join("\n")}]`,
    ].join("\n");
    const started = process.cpuUsage();
    const { packages } = readLockFile(text);
    const { user } = process.cpuUsage(started);
    assert.equal(packages.filter(({ folder }) => folder !== undefined).length, 2000);
    assert.ok(user < 1_000_000, `${user} µs`);
  });
});
