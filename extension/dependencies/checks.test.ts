import assert from "node:assert/strict";
import { checkDependencies } from "./checks.ts";
import { readConfigPackages } from "./configPackages.ts";
import { readLockFile } from "./lockFile.ts";
import { readOpamFile } from "./opamFile.ts";

const commit = "0123456789012345678901234567890123456789";

/** The problems of a config.ml with one list of packages: the marked text, the message and the fix. */
function problems(
  packages: string,
  locked: readonly { name: string; version: string; url: string; folder?: string }[],
  {
    depends = 'depends: ["dns" {?monorepo & >= "9.0"} "lwt" {?monorepo} "dns-client" {?monorepo} "cohttp-lwt-unix"]',
    duniverse = ["ocaml-dns", "lwt"] as readonly string[] | undefined,
    hasUnix = true,
  } = {},
) {
  const config = `open Mirage\nlet main = main ~packages:[ ${packages} ] "Unikernel" job\n`;
  const lock = [
    `depends: [${locked.map(({ name, version }) => `"${name}" {= "${version}" & ?vendor}`).join(" ")}]`,
    `pin-depends: [${locked.map(({ name, version, url }) => `["${name}.${version}" "${url}"]`).join(" ")}]`,
    `x-opam-monorepo-duniverse-dirs: [${locked.map(({ url, folder }) => `["${url}" "${folder}"]`).join(" ")}]`,
    'x-opam-monorepo-root-packages: ["x"]',
  ].join("\n");
  const found = checkDependencies({
    packages: readConfigPackages(config),
    config,
    opam: readOpamFile(depends),
    lock: readLockFile(lock),
    duniverse,
    hasUnix,
    target: "hvt",
  });
  return found.map(({ span, message, fix }) => ({ at: config.slice(span.start, span.end), message, fix }));
}

const release = (name: string, version: string) => ({
  name,
  version,
  url: `https://github.com/mirage/ocaml-dns/releases/download/v${version}/dns-${version}.tbz`,
  folder: "ocaml-dns",
});
const fromGit = (name: string, reference: string) => ({
  name,
  version: "dev",
  url: `git+https://github.com/mirage/ocaml-dns.git#${reference}`,
  folder: "ocaml-dns",
});

describe("Checking dependencies before a build", () => {
  it("finds nothing if lock, duniverse and config.ml fit", () => {
    assert.deepEqual(problems('package "dns"', [release("dns", "10.0.0")]), []);
    const pin = `~pin:"git+https://github.com/mirage/ocaml-dns.git#${commit}"`;
    assert.deepEqual(problems(`package ${pin} "dns"`, [fromGit("dns", commit)]), []);
  });

  it("reports a package that is not locked, and one whose locked version is too old", () => {
    const [missing] = problems('package "lwt"', [release("dns", "10.0.0")]);
    assert.equal(missing?.at, "lwt");
    assert.deepEqual(missing.fix, { kind: "lock" });
    const [old] = problems('package ~min:"9.0" "dns"', [release("dns", "8.1.0")]);
    assert.match(old?.message ?? "", /dns 8\.1\.0 is locked, but >= 9\.0 is required/);
  });

  it("reports a pin that is locked at another commit or from a release", () => {
    const pin = `~pin:"git+https://user:s3cret@github.com/mirage/ocaml-dns.git#${commit}"`;
    const [moved] = problems(`package ${pin} "dns"`, [fromGit("dns", "f".repeat(40))]);
    assert.equal(moved?.at, pin);
    assert.match(moved.message, /pinned to 012345678901, but the lock file has ffffffffffff/);
    const [released] = problems(`package ${pin} "dns"`, [release("dns", "10.0.0")]);
    assert.match(released?.message ?? "", /pinned to https:\/\/github.com\/mirage\/ocaml-dns.git, but/);
    assert.doesNotMatch(JSON.stringify([moved.message, released?.message]), /s3cret/);
  });

  it("reports a pin that covers one package of its repository, and pins the others", () => {
    const [partial] = problems(`package ~pin "dns"`, []);
    assert.equal(partial?.message.includes("not contain"), true, "an unknown pin is no pin");
    const pin = '~pin:"git+https://github.com/mirage/ocaml-dns.git"';
    const [found] = problems(`package ${pin} "dns"`, [
      fromGit("dns", commit),
      { ...release("dns-client", "10.0.0"), folder: "dns-client" },
    ]);
    assert.equal(found?.at, pin);
    assert.deepEqual(found.fix?.kind === "insert" && found.fix.text, `; package ${pin} "dns-client"`);
  });

  it("reports a package of the lock that duniverse does not have, unless nothing was fetched yet", () => {
    const lock = [release("dns", "10.0.0")];
    const [missing] = problems('package "dns"', lock, { duniverse: [] });
    assert.deepEqual(missing?.fix, { kind: "pull" });
    assert.deepEqual(problems('package "dns"', lock, { duniverse: undefined }), []);
  });

  it("reports Unix under a target without it, also before the lock, and no package of other targets", () => {
    const without = { hasUnix: false };
    assert.match(
      problems('package ~sublibs:["unix"] "lwt"', [], without)[0]?.message ?? "",
      /lwt\.unix needs Unix/,
    );
    assert.equal(problems('package "cohttp-lwt-unix"', [], without)[0]?.at, "cohttp-lwt-unix");
    assert.deepEqual(problems('package "mirage-unix"', [], without), []);
  });

  it("says nothing about a half-written lock", () => {
    const found = checkDependencies({
      packages: readConfigPackages('let p = [ package "dns" ]'),
      config: "",
      opam: readOpamFile('depends: ["dns"]'),
      lock: readLockFile('depends: ["a" {= '),
      duniverse: undefined,
      hasUnix: true,
      target: "unix",
    });
    assert.deepEqual(found, []);
  });
});

describe("The packages of config.ml", () => {
  it("have pins that are written in place or bound above", () => {
    const text = [
      'let pin = "git+https://a.org/r.git"',
      'let base = "git+file://" ^ dir',
      'let packages = [ package ~pin "a"; package ~pin:pin "b"; package ~pin:base "c"; package ~pin:"git+https://x.org/y" "d" ]',
    ].join("\n");
    assert.deepEqual(
      readConfigPackages(text).map(({ name, pin }) => [name, pin?.url]),
      [
        ["a", "git+https://a.org/r.git"],
        ["b", "git+https://a.org/r.git"],
        ["c", undefined],
        ["d", "git+https://x.org/y"],
      ],
    );
  });
});
