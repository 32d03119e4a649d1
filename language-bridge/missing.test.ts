import assert from "node:assert/strict";
import type { ProjectState } from "../extension/project/model.ts";
import { duneReset } from "../extension/project/state.ts";
import { contextOf, isSyntaxError, listedLibraries, missingFor, serverKey } from "./missing.ts";

const fresh: ProjectState = {
  configured: undefined,
  lockFile: undefined,
  pulled: false,
  image: undefined,
  stale: [],
};
const configured: ProjectState = { ...fresh, configured: { target: "hvt", options: [] } };
const duneBuild = `(executable
 (name main)
 (libraries charrua conduit-mirage ipaddr
   lwt mirage-runtime.functoria)
 (modules (:standard \\ config)))`;
const noConfig = ["No config found for file unikernel.ml. Try calling 'dune build'."];

describe("what is missing for unikernel.ml", () => {
  it("is a configure before the first one and after describe has reset dune's file", () => {
    assert.equal(missingFor("hello", fresh, ["Unbound module Lwt"])?.command, "mirageos.configure");
    const reset = { ...configured, stale: [{ step: "configure" as const, reason: duneReset }] };
    assert.match(missingFor("hello", reset, [])?.reason ?? "", /configured again/);
  });

  it("is a fetch, then a build, while dune knows no settings of the file", () => {
    assert.equal(missingFor("hello", configured, noConfig)?.command, "mirageos.fetch");
    const pulled = { ...configured, pulled: true };
    const build = missingFor("hello", pulled, noConfig);
    assert.equal(build?.command, "mirageos.build");
    assert.match(build?.reason ?? "", /not built for hvt/);
  });

  it("is the same when dune knows the file but not the libraries, as after a build that stopped at them", () => {
    const libraries = () => listedLibraries(duneBuild);
    for (const module of ["Lwt", "Mirage_runtime", "Dhcp_wire", "Conduit_mirage", "Ipaddr"]) {
      const said = [`Unbound module ${module}`];
      assert.equal(missingFor("hello", configured, said, libraries)?.command, "mirageos.fetch", module);
      const pulled = { ...configured, pulled: true };
      assert.equal(missingFor("hello", pulled, said, libraries)?.command, "mirageos.build", module);
    }
    for (const module of ["Fmt", "Unikernal"])
      assert.equal(missingFor("hello", configured, [`Unbound module ${module}`], libraries), undefined);
  });

  it("is nothing when the complaints are about the code", () => {
    assert.equal(missingFor("hello", configured, ["Unbound value foo"]), undefined);
    assert.equal(missingFor("hello", { ...configured, pulled: true }, []), undefined);
  });

  it("is nothing for a library beside the unikernel that dune knows by a stanza of its own", () => {
    const none = () => new Set<string>();
    assert.equal(missingFor("hello", fresh, ["Unbound value foo"], none, true), undefined);
    assert.equal(missingFor("hello", fresh, noConfig, none, true)?.command, "mirageos.configure");
  });

  it("keeps errors of the text apart from those of types", () => {
    for (const message of ["Syntax error", "Syntax error: ')' expected", "Unterminated string literal"])
      assert.ok(isSyntaxError(message), message);
    for (const message of ["Unbound module Lwt", "This expression has type int", noConfig[0] ?? ""])
      assert.ok(!isSyntaxError(message), message);
  });
});

describe("what makes a server look anew", () => {
  it("is another dune context, the other stanza, a first build; not another target of the same context", () => {
    assert.deepEqual(["unix", "macosx", "hvt", "spt", "xen", "unikraft-qemu", undefined].map(contextOf), [
      "default",
      "default",
      "solo5",
      "solo5",
      "solo5",
      "unikraft",
      "none",
    ]);
    const key = serverKey(configured, true);
    assert.equal(serverKey({ ...configured, configured: { target: "spt", options: ["--x"] } }, true), key);
    const image = { path: "/i", bytes: 1, builtAt: 1 };
    for (const other of [
      { ...configured, configured: { target: "unix", options: [] } },
      { ...configured, image },
      { ...configured, stale: [{ step: "configure" as const, reason: duneReset }] },
    ])
      assert.notEqual(serverKey(other, true), key);
    assert.notEqual(serverKey(configured, false), key);
  });
});
