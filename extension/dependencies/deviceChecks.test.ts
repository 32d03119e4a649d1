import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfigPackages } from "./configPackages.ts";
import { checkOtherPackages } from "./deviceChecks.ts";
import { readLockFile } from "./lockFile.ts";
import { readOpamFile } from "./opamFile.ts";

const recorded = join(
  import.meta.dirname,
  "../../test-workspace/recordings/mirage-4.11.1/make-depend/tutorial/hello-unix/after-lock/mirage/hello-unix.opam",
);
const opam = readFileSync(recorded, "utf8");
const lock = readFileSync(`${recorded}.locked`, "utf8");
const config =
  'let main = main ~packages:[ package "duration" ] "Unikernel" job\nlet () = register "hello" [ main ]\n';

function problems({ opamText = opam, lockText = lock, duniverse = readLockFile(lock).folders } = {}) {
  const found = checkOtherPackages({
    packages: readConfigPackages(config),
    config,
    opam: readOpamFile(opamText),
    lock: readLockFile(lockText),
    duniverse,
    hasUnix: true,
    target: "unix",
  });
  return found.map(({ span, message, fix }) => [config.slice(span.start, span.end), message, fix?.kind]);
}

describe("Checking the packages that config.ml does not name", () => {
  it("finds nothing in what mirage and opam-monorepo wrote", () => {
    assert.deepEqual(problems(), []);
    assert.deepEqual(
      problems({ opamText: opam.replaceAll("\n", "\r\n"), lockText: lock.replaceAll("\n", "\r\n") }),
      [],
    );
  });

  it("reports at register that the lock is older than the opam file", () => {
    const opamText = opam
      .replace('"mirage-sleep" { ?monorepo & >= "4.1.0"', '"mirage-sleep" { ?monorepo & >= "99"')
      .replace('"lwt" { ?monorepo }', '"lwt" { ?monorepo } "tcpip" { ?monorepo } "ounit" { with-test }');
    const [[at, message, fix] = [], ...others] = problems({ opamText });
    assert.deepEqual([at, fix, others], ["register", "lock", []]);
    assert.match(message ?? "", /: tcpip is missing, mirage-sleep [\d.]+ is not >= 99\. Lock again/);
  });

  it("reports at register which sources duniverse lacks", () => {
    const [[at, message, fix] = []] = problems({ duniverse: readLockFile(lock).folders.slice(7) });
    assert.deepEqual([at, fix], ["register", "pull"]);
    assert.match(message ?? "", /sources: (\S+, ){4}\S+ and \d more\. Pull/);
  });

  it("does so with 2,000 packages too", () => {
    const names = Array.from({ length: 2000 }, (_, i) => `p${i}`);
    const large = [
      `depends: [${names.map((name) => `"${name}" {= "1.0" & ?vendor}`).join(" ")}]`,
      `pin-depends: [${names.map((name) => `["${name}.1.0" "https://example.org/${name}"]`).join(" ")}]`,
      `x-opam-monorepo-duniverse-dirs: [${names.map((name) => `["https://example.org/${name}" "${name}"]`).join(" ")}]`,
      'x-opam-monorepo-root-packages: ["p0"]',
    ].join("\n");
    const opamText = `depends: [${names.map((name) => `"${name}" { ?monorepo }`).join(" ")}]`;
    assert.deepEqual(problems({ opamText, lockText: large, duniverse: names }), []);
    const [[, message] = []] = problems({ opamText, lockText: large, duniverse: [] });
    assert.match(message ?? "", /p4 and 1995 more\./);
  });

  it("is silent about a lock that is half written", () => {
    assert.deepEqual(problems({ lockText: lock.slice(0, lock.length / 2), duniverse: [] }), []);
  });
});
