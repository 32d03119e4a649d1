import assert from "node:assert/strict";
import { join } from "node:path";
import { parseOutput, place, recorded, root, summary } from "./testOutput.ts";

const config = `open Mirage
let main = main ~packages:[ package "duration"; package "cohttp-mirage" ~sublibs:[ "x" ] ] "Unikernel.Main" (stackv4v6 @-> job)
let () = register "hello" [ main $ stack ]
`;
const unikernel = `open Lwt.Infix
module Main (S : Tcpip.Stack.V4V6) (T : sig end) = struct
  let start s = Hex.pp s
end
`;

/** The problems in an output, with these texts of config.ml, unikernel.ml and mirage/main.ml. */
function caused(output: string | Buffer, texts: Readonly<Record<string, string>> = {}) {
  const files = new Map(
    Object.entries({ "config.ml": config, "unikernel.ml": unikernel, ...texts }).map(([name, text]) => [
      join(root, name),
      text,
    ]),
  );
  return parseOutput(output, {
    readText: (path) => files.get(path),
    readLine: (path, line) => files.get(path)?.split("\n")[line],
  });
}

const inMain = (line: number, message: string) =>
  `Context: solo5\nFile "mirage/main.ml", line ${line}:\n${message}\n`;
const libraryOf = (file: string, library: string, ...requiredBy: readonly string[]) =>
  [`File "${file}", line 13, characters 28-41:`, `Error: Library "${library}" not found.`]
    .concat(requiredBy.map((by) => `-> required by ${by}`))
    .join("\n");

const build = (path: string) => recorded(`errors/build/hvt/${path}/make-build.stderr`);
const nothingGenerated = /main\.ml|dune\.build|main\.exe|__\d/;

describe("a problem in a generated file", () => {
  it("is at the package of config.ml that has no such library", () => {
    const [problem] = caused(build("missing-library"));
    assert.equal(place(problem ?? assert.fail()), "config.ml:1:57-1:70");
    assert.equal(problem?.message, 'Library "cohttp-mirage" not found.');
    assert.deepEqual(problem?.related, []);
    const sublibrary = caused(libraryOf("dune.build", "cohttp-mirage.x", "_build/solo5/main.exe"));
    assert.deepEqual(sublibrary.map(place), ["config.ml:1:57-1:70"]);
  });

  it("is at the call of register if a library or a linker script of mirage itself is missing", () => {
    const [library] = caused(recorded("errors/build/hvt/state/no-duniverse-make.stderr"));
    assert.equal(place(library ?? assert.fail()), "config.ml:2:9-2:25");
    assert.equal(library?.message, 'Library "mirage-solo5" not found.');
    assert.deepEqual(
      library?.related.map(({ file }) => file),
      [join(root, "dune.build")],
    );
    const linker =
      'File "dune.build", line 11, characters 7-11:\n11 |  (name main)\n            ^^^^\n/usr/bin/ld.bfd: cannot open linker script file solo5_genode.lds: No such file or directory\ncollect2: error: ld returned 1 exit status\n';
    assert.deepEqual(caused(linker).map(place), ["config.ml:2:9-2:25"]);
  });

  it("stays in a dune file that was edited by hand", () => {
    const [problem] = caused(recorded("errors/build/hvt/state/corrupt-dune.stderr"));
    assert.match(place(problem ?? assert.fail()), /^dune\.build:/);
  });

  it("is at the use in unikernel.ml if config.ml names no such package", () => {
    const [problem] = caused(libraryOf("dune.build", "hex", "_build/solo5/main.exe"));
    assert.equal(place(problem ?? assert.fail()), "unikernel.ml:2:16-2:19");
  });

  it("is at the package that leads to a library that the target does not have", () => {
    const output = libraryOf(
      "duniverse/lwt/src/unix/dune",
      "unix",
      'library "lwt.unix" in _build/solo5/duniverse/lwt/src/unix',
      'library "cohttp-mirage" in _build/solo5/duniverse/cohttp-mirage/src',
      "_build/solo5/main.exe",
    );
    const [problem] = caused(output);
    assert.equal(place(problem ?? assert.fail()), "config.ml:1:57-1:70");
    assert.match(problem?.message ?? "", /required by library "lwt\.unix"/);
    assert.deepEqual(problem?.related.map(place), ["duniverse/lwt/src/unix/dune:12:28-12:41"]);
    const program = `File "duniverse/dune_/src/dune", line 7, characters 12-16:
Error: Library "unix" in
/home/dev/.opam/solo5-sysroot/lib/ocaml is hidden (unsatisfied 'exist_if').
-> required by executable discover in duniverse/duration/discover/dune:1
-> required by _build/solo5/main.exe`;
    assert.deepEqual(caused(program).map(place), ["config.ml:1:37-1:45"]);
  });

  it("is at the call of register if config.ml itself is compiled without a library", () => {
    assert.deepEqual(caused(libraryOf("dune.config", "duration")).map(place), ["config.ml:2:9-2:25"]);
  });

  it("is at each package that the solver does not find", () => {
    const output = recorded("make-depend/failures/unknown-package.stderr");
    const problems = caused(output, { "config.ml": config.replace("duration", "no-such-package") });
    assert.deepEqual(problems.map(place), ["config.ml:1:37-1:52"]);
    assert.match(
      problems[0]?.message ?? "",
      /^Can't find all required versions\.\n- no-such-package -> \(problem\)/,
    );
    assert.deepEqual(caused(output).map(place), ["config.ml:0:0-0:0"]);
  });

  it("is at the package that opam-monorepo cannot fetch, or at register, without credentials", () => {
    const pull = (folder: string, url: string) =>
      `opam-monorepo: [ERROR] Failed to pull ${root}/duniverse/${folder}: ${url}: Commit not found\n`;
    const [named] = caused(pull("duration", "git+https://bob:s3cret@example.org/duration.git#abc"));
    assert.equal(place(named ?? assert.fail()), "config.ml:1:37-1:45");
    assert.doesNotMatch(named?.message ?? "", /bob|s3cret/);
    assert.match(named?.message ?? "", /git\+https:\/\/example\.org\/duration\.git#abc/);
    assert.deepEqual(caused(pull("other", "/archives/other.tar.gz")).map(place), ["config.ml:2:9-2:25"]);
  });

  it("is at each package that does not use dune, or at register", () => {
    const output = `opam-monorepo: [ERROR] Some dependencies cannot be built with dune!
opam-monorepo requires that all dependencies use dune as their build system.
These dependencies (possibly transitive) don't use dune as their build system:
- duration
- conf-gmp

The dune-universe opam repository contains dune ports of some popular packages.
`;
    assert.deepEqual(summary(caused(output)), [
      "config.ml:1:37-1:45 error opam-monorepo: Some dependencies cannot be built with dune!",
      "config.ml:2:9-2:25 error opam-monorepo: Some dependencies cannot be built with dune!",
    ]);
    assert.deepEqual(
      caused(output).map(({ message }) => message.split("\n")[1]),
      ["- duration", "- conf-gmp"],
    );
  });

  it("is at main in config.ml if the module does not exist", () => {
    assert.deepEqual(summary(caused(build("functor-mismatch"))), [
      "config.ml:1:92-1:106 error ocaml: Unbound module Unikernel.Main",
    ]);
    const other = caused(build("module-not-found"), {
      "config.ml": config.replace("Unikernel.Main", "Unikernels"),
    });
    assert.deepEqual(other.map(place), ["config.ml:1:92-1:102"]);
    assert.match(other[0]?.message ?? "", /Did you mean Unikernel\?/);
  });

  it("is at the functor if it takes more than config.ml passes", () => {
    const [problem] = caused(
      inMain(94, "Error: The module Unikernel_main__12 is a functor, it cannot have any components"),
    );
    assert.equal(place(problem ?? assert.fail()), "unikernel.ml:1:7-1:11");
    assert.equal(problem?.message, "Unikernel.Main has more functor parameters than config.ml passes to it.");
    assert.equal(problem?.code, "functor-mismatch");
  });

  it("is at the functor or its start for other errors of its application", () => {
    const main = `${"\n".repeat(8)}module Unikernel_main__12 = Unikernel.Main(Stack__3)\n`;
    for (const message of [
      "Error: Modules do not match: sig end is not included in Tcpip.Stack.V4V6",
      "Error: The functor application is ill-typed.\n       These arguments: Stack__3",
    ]) {
      const problems = caused(inMain(9, message), { "mirage/main.ml": main });
      assert.deepEqual(problems.map(place), ["unikernel.ml:1:7-1:11"], message);
    }
    for (const path of ["start-wrong-type", "start-wrong-arity"]) {
      assert.deepEqual(caused(build(path)).map(place), ["unikernel.ml:2:6-2:11"], path);
      const plain = { "config.ml": config.replace(".Main", ""), "unikernel.ml": "let start () = 3\n" };
      assert.deepEqual(caused(build(path), plain).map(place), ["unikernel.ml:0:4-0:9"], path);
    }
  });

  it("is at the file or the functor that has no start", () => {
    const plain = { "config.ml": config.replace(".Main", ""), "unikernel.ml": "let starts () = 3\n" };
    assert.deepEqual(summary(caused(build("missing-start"), plain)), [
      "unikernel.ml:0:0-0:0 error ocaml: Unbound value Unikernel.start",
    ]);
    const functor = caused(inMain(94, "Error: Unbound value Unikernel_main__12.start"));
    assert.deepEqual(summary(functor), [
      "unikernel.ml:1:7-1:11 error ocaml: Unbound value Unikernel.Main.start",
    ]);
  });

  it("is found whatever config.ml names as the module", () => {
    for (const module of ["", "Unikernel(.Main", "../../x", "[", "unikernel"]) {
      const changed = config.replace("Unikernel.Main", module);
      assert.equal(caused(build("start-wrong-type"), { "config.ml": changed }).length, 1, module);
    }
  });

  it("names nothing generated", () => {
    for (const path of [
      "missing-library",
      "missing-start",
      "start-wrong-type",
      "functor-mismatch",
      "link-error",
    ])
      for (const problem of caused(build(path))) {
        assert.doesNotMatch(place(problem), nothingGenerated, path);
        assert.ok(
          problem.related.every(({ file }) => !nothingGenerated.test(file)),
          path,
        );
      }
  });

  it("is at a package of config.ml whose module mirage uses, or at register", () => {
    const unbound = (module: string) => caused(inMain(30, `Error: Unbound module ${module}`));
    assert.deepEqual(unbound("Cohttp_mirage").map(place), ["config.ml:1:57-1:70"]);
    const [device] = unbound("Tcpip_stack_direct");
    assert.equal(place(device ?? assert.fail()), "config.ml:2:9-2:25");
    const [code] = caused('File "mirage/lib/devices/ip.ml", line 71:\nError: Unbound value x\n');
    assert.equal(place(code ?? assert.fail()), "config.ml:2:9-2:25");
    const own = caused('File "mirage/lib/own.ml", line 1:\nError: no\n', { "mirage/lib/own.ml": "x" });
    assert.deepEqual(own.map(place), ["mirage/lib/own.ml:0:0-0:1"]);
  });

  it("is at the version header if mirage refuses it", () => {
    const header = "(* mirage >= 4.12.0 *)";
    const output = recorded("errors/configure/version-too-new/configure.stderr");
    const [problem] = caused(output, { "config.ml": `${header}\n${config}` });
    assert.equal(place(problem ?? assert.fail()), `config.ml:0:0-0:${header.length}`);
    assert.equal(problem?.code, "version-header");
  });
});
