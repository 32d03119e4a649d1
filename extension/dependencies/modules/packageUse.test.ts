import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { librariesBelow } from "../../project/libraries/duniverse.ts";
import { readConfigPackages } from "../configPackages.ts";
import { readModuleUses } from "./moduleUses.ts";
import { unnamedPackages, unusedPackages } from "./packageUse.ts";
import { packageRemoval } from "./removePackage.ts";
import { readSourceWords } from "./sourceWords.ts";

const duniverse = {
  "dns/src/dune": "(library (name dns) (public_name dns))",
  "dns/client/dune": "(library (name dns_client) (public_name dns-client))",
  "domain-name/dune": "(library (public_name domain-name))",
  "duration/dune": "(library (public_name duration))",
  "cohttp/dune": "(library (public_name cohttp-lwt)) (library (public_name cohttp-mirage))",
  "ptime/dune": "(library (name ptime_mirage) (public_name mirage-ptime) (implements mirage-ptime.virtual))",
  "ppx/dune": "(library (public_name ppx_show) (kind ppx_deriver))",
  "std/dune": "(library (name result) (public_name result)) (library (name name) (public_name names))",
};
const requires = new Map([
  ["dns-client", ["dns"]],
  ["dns", ["domain-name"]],
  ["cohttp-mirage", ["cohttp-lwt"]],
  ["tcpip", ["names"]],
  ["names", ["result"]],
  ["result", ["duration"]],
]);

async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  use: (root: string) => Promise<T>,
): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "mirageos-uses-é "));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(root, dirname(name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
    return await use(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

/** The packages of one list that are reported as unused, in a project with these sources. */
const unusedIn = (list: string, sources: Readonly<Record<string, string>>) => {
  const config = `let main = main ~packages:[ ${list} ] "Unikernel" job\n`;
  const libraries = Object.entries(duniverse).map(([name, text]) => [`duniverse/${name}`, text] as const);
  return withFiles({ "config.ml": config, ...sources, ...Object.fromEntries(libraries) }, async (root) => {
    const { providers, effective } = await librariesBelow(join(root, "duniverse"));
    const packages = readConfigPackages(config);
    const required = new Set(packages.map(({ name }) => name));
    const words = await readSourceWords(root, join(root, "mirage"));
    const found = unusedPackages({ packages, required, requires, providers, effective, words });
    return found.map(({ name, span }) => {
      const { start, end } = packageRemoval(config, span);
      return [name, `${config.slice(0, start)}${config.slice(end)}`.slice(27, -18)];
    });
  });
};

describe("Packages that no module uses", () => {
  it("are reported, and can be removed with their separator", async () => {
    assert.deepEqual(
      await unusedIn('package "dns"; package "duration"', { "unikernel.ml": "let x = Dns.y" }),
      [["duration", ' package "dns" ']],
    );
    assert.deepEqual(await unusedIn('package "duration" ; package "dns"', { "a.ml": "open Dns" }), [
      ["duration", ' package "dns" '],
    ]);
    assert.deepEqual(await unusedIn('package "duration"', { "mirage/main.ml": "Duration.of_sec" }), [
      ["duration", "  "],
    ]);
  });

  it("do not include those that a source, a string of config.ml or a dune file mentions", async () => {
    for (const sources of [
      { "lib/time.mli": "val x : Duration.t" },
      { "lib/dune": "(library (name own) (libraries duration))" },
      { "u.ml": "let x = duration_of Duration_helper.x" },
    ])
      assert.deepEqual(await unusedIn('package "duration"', sources), []);
    assert.deepEqual(await unusedIn('package "dns" ] "Dns.Make" [ ', {}), []);
  });

  it("do not include those that say more, do something unused, are unknown, or make a used module available", async () => {
    for (const list of [
      'package ~min:"1.0" "duration"',
      'package ~build:true "duration"',
      'package ~pin:"git+https://example.org/x" "duration"',
      'package "mirage-ptime"; package "ppx_show"; package "unknown"',
    ])
      assert.deepEqual(await unusedIn(list, { "unikernel.ml": "let x = 1" }), []);
    const user = { "unikernel.ml": "module M (C : Cohttp_lwt.S.Client) = struct end" };
    assert.deepEqual(await unusedIn('package "cohttp-mirage"', user), []);
    assert.equal((await unusedIn('package "cohttp-mirage"; package "cohttp-lwt"', user)).length, 1);
  });
});

describe("Modules whose packages config.ml does not name", () => {
  const unnamed = (text: string, required = ["dns-client", "tcpip"], own: readonly string[] = []) =>
    withFiles(duniverse, async (root) => {
      const { providers } = await librariesBelow(root);
      const files = { providers, required: new Set(required), requires };
      return unnamedPackages(text, new Set(own), files).map(({ span, message }) => [
        text.slice(span.start, span.end),
        message,
      ]);
    });

  it("are reported at their first use if they are found through several packages", async () => {
    assert.deepEqual(await unnamed("let a = Domain_name.root\nlet b = Domain_name.root"), [
      [
        "Domain_name",
        "Domain_name is a module of domain-name, which config.ml does not name. It is found only through other packages: dns-client → dns → domain-name.",
      ],
    ]);
    for (const text of ["let a = Dns.x", "let a = Dns_client.x", "let a = Cohttp_lwt.x", "let a = Other.x"])
      assert.deepEqual(await unnamed(text), [], text);
    assert.deepEqual(await unnamed("let a = Domain_name.root", ["domain-name"]), []);
  });

  it("do not include modules of the project, of the standard library, and what an open can mean", async () => {
    const required = ["tcpip", "a"];
    assert.deepEqual(await unnamed("let a = Result.ok", ["names"]), []);
    assert.deepEqual(await unnamed("let a = Duration.x", ["tcpip"], ["Duration"]), []);
    assert.equal((await unnamed("let a = Duration.x", required)).length, 1);
    assert.equal((await unnamed("open Lwt.Infix\nopen Dns\nlet a = Duration.x", required)).length, 1);
  });

  it("are found in paths, opens and aliases, without comments, strings, constructors and bound names", () => {
    const text = `(* Comment.x *) open Lwt.Infix
module Log = (val Logs.src_log src : Logs.LOG)
module N = Net
module Main (S : Tcpip.Stack.V4V6) (_ : Mirage_kv.RO) = struct
  let start s = S.listen s; Some (None); A.{ x = B.y }; C.(d); \`E.f; "G.h"; Log.info
end`;
    const { uses, opens } = readModuleUses(text);
    assert.deepEqual(
      uses.map(({ name }) => name),
      ["Lwt", "Logs", "Net", "Tcpip", "Mirage_kv", "A", "B", "C"],
    );
    assert.equal(opens, false);
    for (const opening of ["let open Dns in x", "open! Dns", "include Dns.Client"]) {
      assert.equal(readModuleUses(opening).opens, true);
      assert.equal(readModuleUses(opening).uses[0]?.name, "Dns");
    }
    for (const broken of ["open", "module", "module (", "Foo.", ".Foo", "( Foo", '"']) readModuleUses(broken);
  });
});
