import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLockFile } from "./lockFile.ts";
import { readPackageFiles } from "./packageFiles.ts";
import { readRequirements } from "./requirers.ts";

describe("Who requires a package", () => {
  const requirements = readRequirements(
    ["tcpip", "lwt"],
    new Map([
      ["tcpip", ["ethernet", "arp", "lwt"]],
      ["arp", ["ethernet"]],
      ["ethernet", ["macaddr"]],
      ["lwt", ["dune"]],
    ]),
  );

  it("is a shortest path from what the unikernel requires", () => {
    assert.deepEqual(requirements.pathTo("macaddr"), ["tcpip", "ethernet", "macaddr"]);
    assert.deepEqual(requirements.pathTo("lwt"), ["lwt"]);
    assert.deepEqual(requirements.pathTo("unknown"), []);
  });

  it("is also every package that requires it directly", () => {
    assert.deepEqual(requirements.requirers("ethernet"), ["arp", "tcpip"]);
  });

  it("copes with circles", () => {
    const circle = readRequirements(
      ["a"],
      new Map([
        ["a", ["b"]],
        ["b", ["a"]],
      ]),
    );
    assert.deepEqual(circle.pathTo("b"), ["a", "b"]);
  });
});

describe("The opam files of duniverse", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dépendances é-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("tell licence, homepage, version and requirements, and never leave duniverse", async () => {
    await mkdir(join(folder, "ocaml-dns"));
    await writeFile(
      join(folder, "ocaml-dns", "dns.opam"),
      [
        'version: "10.0.0"',
        'license: ["ISC" "MIT"]',
        'homepage: "https://user:s3cret@example.org/dns"',
        'synopsis: "Names"',
        'depends: [ "lwt" {>= "5.0"} "alcotest" {with-test} ]',
      ].join("\r\n"),
    );
    const lock = readLockFile(
      'depends: ["dns" {= "10.0.0"} "gone" {= "1"}]\n' +
        'pin-depends: [["dns.10.0.0" "https://e.org/dns.tbz"] ["gone.1" "https://e.org/gone.tbz"]]\n' +
        'x-opam-monorepo-duniverse-dirs: [["https://e.org/dns.tbz" "ocaml-dns"] ["https://e.org/gone.tbz" "gone"]]',
    );
    assert.deepEqual(
      [...(await readPackageFiles(folder, lock)).values()],
      [
        {
          name: "dns",
          version: "10.0.0",
          synopsis: "Names",
          licence: "ISC · MIT",
          homepage: "https://example.org/dns",
          requires: ["lwt"],
        },
      ],
    );
  });
});
