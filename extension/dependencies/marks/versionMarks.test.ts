import assert from "node:assert/strict";
import type { Run } from "../../platform/process.ts";
import type { Project } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import { readConfigPackages } from "../configPackages.ts";
import { readLockFile } from "../lockFile.ts";
import { placeProblems } from "../problemPlaces.ts";
import { markProblems, markQueries, readVersionMarks } from "./versionMarks.ts";
import { createLockMarks } from "./vscode/lockMarks.ts";

/** As opam 2.6.1 prints it. */
const output = [
  "name       paf",
  "version    0.8",
  "flags:     light-uninstall avoid-version",
  "available:",
  "name       dns",
  "version    10.0.0",
  "flags:     deprecated",
  'available: opam-version >= "2.1.0"',
  "name       lwt",
  "version    6.1.1",
  "flags:",
  "available: false",
  "name       tls",
  "version    2.1.2",
  "flags:",
  'available: arch = "x86_64" & false',
  "",
].join("\n");

const lockText = (packages: readonly string[]): string =>
  `depends: [${packages.map((each) => each.replace(/^(.*?)\.(.*)$/, '"$1" {= "$2"}')).join(" ")}]\n` +
  `pin-depends: [${packages.map((each) => `["${each}" "https://e.org/${each}.tbz"]`).join(" ")}]\n` +
  `x-opam-monorepo-duniverse-dirs: [${packages
    .filter((each) => !each.startsWith("ocaml"))
    .map((each) => `["https://e.org/${each}.tbz" "${each}"]`)
    .join(" ")}]\nx-opam-monorepo-root-packages: ["hello"]\n`;

const text = lockText(["dns.10.0.0", "lwt.6.1.1", "ocaml.5.4.1", "paf.0.8", "tls.2.1.2"]);
const lock = readLockFile(text);
const project = { id: "/p/config.ml", root: "/no/such folder" } as Partial<Project> as Project;
const hello = Buffer.from(output);

const contextOf = (run: Run) => {
  const command: Toolchain["command"] = (_, args) =>
    Promise.resolve({ path: "opam", file: "opam", args, env: {} });
  return { run, toolchain: { command } as Partial<Toolchain> as Toolchain };
};

describe("What opam's repositories say against locked versions", () => {
  it("is read from the flags and the availability of each package, also with Windows line ends", () => {
    const expected = [
      ["paf.0.8", "avoid-version"],
      ["dns.10.0.0", "deprecated"],
      ["lwt.6.1.1", "unavailable"],
    ];
    assert.deepEqual([...readVersionMarks(output)], expected);
    assert.deepEqual([...readVersionMarks(output.replaceAll("\n", "\r\n"))], expected);
    assert.equal(readVersionMarks("[ERROR] No package matching x.dev found\n").size, 0);
  });

  it("is reported at the package in config.ml or in the lock file, with an update as the fix", () => {
    const config = 'let packages = [ package "paf"; package "tls" ]';
    const found = placeProblems(
      markProblems(lock, readVersionMarks(output)),
      readConfigPackages(config),
      text,
    );
    const shown = (problems: typeof found.config, of: string) =>
      problems.map(({ span, message, fix, isInformation }) => [
        of.slice(span.start, span.end),
        message.slice(0, 40),
        fix,
        isInformation,
      ]);
    assert.deepEqual(shown(found.config, config), [
      ["paf", "opam's repositories advise against paf 0", { kind: "update", package: "paf" }, false],
    ]);
    assert.deepEqual(shown(found.lock, text), [
      ["dns", "opam's repositories mark dns 10.0.0 as d", { kind: "update", package: "dns" }, true],
      ["lwt", "opam's repositories have withdrawn lwt 6", { kind: "update", package: "lwt" }, false],
    ]);
  });

  it("is asked for once for each lock file, without packages of the switch, and in parts", async () => {
    const started: (readonly string[])[] = [];
    const marks = createLockMarks(
      contextOf((spec, hooks) => {
        started.push(spec.args);
        hooks?.onStdout?.(hello);
        // It does not know all of the packages.
        return Promise.resolve({ kind: "exited", code: 5 });
      }),
    );
    await new Promise<void>((resolve) => assert.equal(marks.of(project, lock, resolve).size, 0));
    assert.equal(marks.of(project, lock, assert.fail).get("paf.0.8"), "avoid-version");
    assert.deepEqual(
      started.map((args) => args.filter((each) => each.startsWith("ocaml"))),
      [[]],
    );
    const many = readLockFile(lockText(Array.from({ length: 2000 }, (_, i) => `p${i}.1`)));
    assert.deepEqual(
      markQueries(many).map((args) => args.length),
      [303, 303, 303, 303, 303, 303, 203],
    );
  });

  it("is nothing without opam, and opam is asked again after it was stopped", async () => {
    let stopped = () => {};
    const first = new Promise<void>((resolve) => (stopped = resolve));
    let runs = 0;
    const marks = createLockMarks(
      contextOf((_, hooks) => {
        runs++;
        if (runs === 1) {
          stopped();
          return Promise.resolve({ kind: "cancelled" } as Awaited<ReturnType<Run>>);
        }
        hooks?.onStdout?.(hello);
        return Promise.resolve({ kind: "exited", code: 0 });
      }),
    );
    marks.of(project, lock, assert.fail);
    await first;
    await new Promise(setImmediate);
    await new Promise<void>((resolve) => marks.of(project, lock, resolve));
    assert.equal(runs, 2);
    const command: Toolchain["command"] = () => Promise.reject(new Error("opam is missing"));
    const missing = createLockMarks({
      run: () => Promise.reject(new Error("no program may start")),
      toolchain: { command } as Partial<Toolchain> as Toolchain,
    });
    assert.equal(missing.of(project, lock, assert.fail).size, 0);
  });
});
