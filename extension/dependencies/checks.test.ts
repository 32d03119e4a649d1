import assert from "node:assert/strict";
import { checkDependencies } from "./checks.ts";
import { readConfigPackages } from "./configPackages.ts";
import { readLockFile } from "./lockFile.ts";
import { readOpamFile } from "./opamFile.ts";
import { checkPinReferences } from "./pins/pinChecks.ts";
import { readReferences } from "./pins/pinReferences.ts";

const commit = "0123456789012345678901234567890123456789";

/** The problems of a config.ml with one list of packages: the marked text, the message and the fix. */
function problems(
  packages: string,
  locked: readonly { name: string; version: string; url: string; folder?: string }[],
  {
    depends = 'depends: ["dns" {?monorepo & >= "9.0"} "lwt" {?monorepo} "dns-client" {?monorepo} "cohttp-lwt-unix"]',
    duniverse = ["ocaml-dns", "lwt"] as readonly string[] | undefined,
    hasUnix = true,
    remote = undefined as string | undefined,
  } = {},
) {
  const config = `open Mirage\nlet main = main ~packages:[ ${packages} ] "Unikernel" job\n`;
  const lock = [
    `depends: [${locked.map(({ name, version }) => `"${name}" {= "${version}" & ?vendor}`).join(" ")}]`,
    `pin-depends: [${locked.map(({ name, version, url }) => `["${name}.${version}" "${url}"]`).join(" ")}]`,
    `x-opam-monorepo-duniverse-dirs: [${locked.map(({ url, folder }) => `["${url}" "${folder}"]`).join(" ")}]`,
    'x-opam-monorepo-root-packages: ["x"]',
  ].join("\n");
  const files = { packages: readConfigPackages(config), config, lock: readLockFile(lock) };
  const address = "https://u:s3cret@github.com/mirage/ocaml-dns.git";
  const found = [
    ...checkDependencies({ ...files, opam: readOpamFile(depends), duniverse, hasUnix, target: "hvt" }),
    ...(remote === undefined
      ? []
      : checkPinReferences({ ...files, references: new Map([[address, readReferences(remote)]]) })),
  ];
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

  it("reports such a pin before the next lock fails because of it", () => {
    const siblings = [release("dns", "10.0.0"), release("dns-client", "10.0.0")];
    const other = { ...release("lwt", "6.0.0"), url: "https://e.org/lwt.tbz", folder: "lwt" };
    for (const url of [
      "git+https://github.com/mirage/ocaml-dns.git#main",
      "git+file:///srv/my dns.git#main",
    ]) {
      const pin = `~pin:"${url}"`;
      const [found, ...others] = problems(`package ${pin} "dns"`, [...siblings, other]);
      assert.deepEqual(found?.fix?.kind === "insert" && found.fix.packages, ["dns-client"]);
      assert.match(found?.message ?? "", /dns is pinned, but dns-client of the same repository is not/);
      assert.deepEqual(others, []);
      const both = problems(`package ${pin} "dns"; package ${pin} "dns-client"`, [...siblings, other]);
      assert.ok(!both.some(({ fix }) => fix?.kind === "insert"));
      const locked = ["dns", "dns-client"].map((name) => ({
        ...fromGit(name, commit),
        url: `${url}${commit}`,
      }));
      assert.deepEqual(problems(`package ${pin} "dns"`, locked), []);
    }
  });

  it("reports a branch that has moved since the lock, and nothing if it has not moved", () => {
    const pin = '~pin:"git+https://u:s3cret@github.com/mirage/ocaml-dns.git#main"';
    const remote = `${"e".repeat(40)}\trefs/heads/main\n`;
    const [moved] = problems(`package ${pin} "dns"`, [fromGit("dns", commit)], { remote });
    assert.equal(moved?.at, pin);
    assert.match(moved.message, /main, which has moved from 012345678901 to eeeeeeeeeeee/);
    assert.doesNotMatch(moved.message, /s3cret/);
    assert.deepEqual(moved.fix, { kind: "lock" });
    const locked = [fromGit("dns", "e".repeat(40))];
    assert.deepEqual(problems(`package ${pin} "dns"`, locked, { remote }), []);
    assert.deepEqual(problems(`package ${pin} "dns"`, [fromGit("dns", commit)]), []);
  });

  it("reports a branch or tag that does not exist, also before the lock, and offers the default branch", () => {
    const pin = '~pin:"git+https://u:s3cret@github.com/mirage/ocaml-dns.git#mian"';
    const remote = `ref: refs/heads/main\tHEAD\n${commit}\tHEAD\n${commit}\trefs/heads/main\n`;
    const missing = problems(`package ${pin} "dns"`, [], { remote }).at(-1);
    assert.equal(missing?.at, pin);
    assert.match(
      missing.message,
      /pinned to mian, but https:\/\/github\.com\/mirage\/ocaml-dns\.git has no branch/,
    );
    assert.doesNotMatch(missing.message, /s3cret/);
    assert.ok(missing.fix?.kind === "replace");
    assert.equal(missing.fix.text, "main");
    assert.equal(missing.fix.span.end - missing.fix.span.start, "mian".length);
    const byCommit = pin.replace("mian", commit);
    assert.deepEqual(problems(`package ${byCommit} "dns"`, [fromGit("dns", commit)], { remote }), []);
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
