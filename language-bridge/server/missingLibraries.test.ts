import assert from "node:assert/strict";
import type { ProjectState } from "../../extension/project/model.ts";
import { duneResetReason } from "../../extension/project/state.ts";
import {
  duneContext,
  isSyntaxError,
  listedLibraries,
  missingLibraries,
  serverKey,
} from "./missingLibraries.ts";

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

describe("missingLibraries", () => {
  it("suggests Configure before the first one and after mirage describe has reset the dune file", () => {
    assert.equal(missingLibraries("hello", fresh, ["Unbound module Lwt"])?.command, "mirageos.configure");
    const reset = { ...configured, stale: [{ step: "configure" as const, reason: duneResetReason }] };
    assert.match(missingLibraries("hello", reset, [])?.reason ?? "", /configured again/);
  });

  it("suggests Fetch, then Build, while dune has no settings for the file", () => {
    assert.equal(missingLibraries("hello", configured, noConfig)?.command, "mirageos.fetch");
    const pulled = { ...configured, pulled: true };
    const build = missingLibraries("hello", pulled, noConfig);
    assert.equal(build?.command, "mirageos.build");
    assert.match(build?.reason ?? "", /not built for hvt/);
  });

  it("suggests the same when dune knows the file but not its libraries, as after a failed build", () => {
    const libraries = () => listedLibraries(duneBuild);
    for (const module of ["Lwt", "Mirage_runtime", "Dhcp_wire", "Conduit_mirage", "Ipaddr"]) {
      const messages = [`Unbound module ${module}`];
      assert.equal(
        missingLibraries("hello", configured, messages, libraries)?.command,
        "mirageos.fetch",
        module,
      );
      const pulled = { ...configured, pulled: true };
      assert.equal(missingLibraries("hello", pulled, messages, libraries)?.command, "mirageos.build", module);
    }
    for (const module of ["Fmt", "Unikernal"])
      assert.equal(missingLibraries("hello", configured, [`Unbound module ${module}`], libraries), undefined);
  });

  it("returns undefined when the messages are about the code", () => {
    assert.equal(missingLibraries("hello", configured, ["Unbound value foo"]), undefined);
    assert.equal(missingLibraries("hello", { ...configured, pulled: true }, []), undefined);
  });

  it("does not blame the libraries for a name that a module of theirs does not have", () => {
    const built = { ...configured, pulled: true };
    const libraries = () => listedLibraries(duneBuild);
    for (const message of [
      "Unbound module Lwt.Inf",
      'Unbound module "Lwt.Inf"',
      "Unbound module Dune__exe.X",
    ])
      assert.equal(missingLibraries("hello", built, [message], libraries), undefined, message);
    assert.ok(missingLibraries("hello", built, ['Unbound module "Lwt"'], libraries));
    const sublibrary = ["Unbound module Mirage_runtime_network"];
    assert.equal(missingLibraries("hello", built, sublibrary, libraries), undefined);
    const listed = new Set(["mirage-runtime.network"]);
    assert.ok(missingLibraries("hello", built, sublibrary, () => listed));
  });

  it("recognizes that the modules of the unikernel itself were never compiled", () => {
    const missing = missingLibraries("hello", { ...configured, pulled: true }, ["Unbound module Dune__exe"]);
    assert.equal(missing?.command, "mirageos.build");
  });

  it("returns undefined for a local library that has a dune file of its own", () => {
    const none = () => new Set<string>();
    assert.equal(missingLibraries("hello", fresh, ["Unbound value foo"], none, true), undefined);
    assert.equal(missingLibraries("hello", fresh, noConfig, none, true)?.command, "mirageos.configure");
  });

  it("distinguishes syntax errors from type errors", () => {
    for (const message of [
      "Syntax error",
      "Syntax error: ')' expected",
      "Syntax error, expecting fun_expr",
      "Unterminated string literal",
      "Comment not terminated",
      "String literal not terminated",
      "This comment contains an unterminated string literal",
      "Invalid literal 12zz",
      "Illegal backslash escape in string or character (\\q)",
    ])
      assert.ok(isSyntaxError(message), message);
    for (const message of ["Unbound module Lwt", "This expression has type int", noConfig[0] ?? ""])
      assert.ok(!isSyntaxError(message), message);
  });
});

describe("serverKey", () => {
  it("changes with the dune context, dune.build and the first build, not with a target of the same context", () => {
    assert.deepEqual(["unix", "macosx", "hvt", "spt", "xen", "unikraft-qemu", undefined].map(duneContext), [
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
      { ...configured, stale: [{ step: "configure" as const, reason: duneResetReason }] },
    ])
      assert.notEqual(serverKey(other, true), key);
    assert.notEqual(serverKey(configured, false), key);
  });
});
