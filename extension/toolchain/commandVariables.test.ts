import assert from "node:assert/strict";
import { join } from "node:path";
import { imagePathFor, manifestPathFor, tenderPathFor, variableChoice } from "./commandVariables.ts";

const folder = join("/w", "a b", "é");
const hello = { name: "hello", buildDir: folder, state: { image: undefined, configured: undefined } };

describe("the variables for tasks and launch configurations", () => {
  it("name the image of the target, also before it is built", () => {
    assert.equal(imagePathFor(hello, "spt"), join(folder, "dist", "hello.spt"));
    assert.equal(imagePathFor(hello, "unix"), join(folder, "dist", "hello"));
  });

  it("name the image that was built, unless it is for another target", () => {
    const image = { path: "/w/dist/other.hvt", bytes: 1, builtAt: 1 };
    const built = { ...hello, state: { image, configured: { target: "hvt", options: [] } } };
    assert.equal(imagePathFor(built, "hvt"), image.path);
    assert.equal(imagePathFor(built, "spt"), join(folder, "dist", "hello.spt"));
  });

  it("refuse a name that would lead to another folder", () => {
    assert.throws(() => imagePathFor({ ...hello, name: "../x" }, "spt"), /can't be part of a file name/);
  });

  it("name the manifest of Solo5's targets only", () => {
    assert.equal(manifestPathFor(hello, "spt"), join(folder, "mirage", "manifest.json"));
    assert.throws(() => manifestPathFor(hello, "unix"), /hello is built for unix/);
  });

  it("name the program that boots the image, or say why there is none", async () => {
    const find = (tool: string) => Promise.resolve(tool === "solo5-spt" ? "/opam/bin/solo5-spt" : undefined);
    assert.equal(await tenderPathFor("spt", find), "/opam/bin/solo5-spt");
    await assert.rejects(tenderPathFor("hvt", find), /^Error: solo5-hvt was not found\. Run MirageOS: Check/);
    await assert.rejects(tenderPathFor("unix", find), /without a tender/);
  });

  it("are about the unikernel and target of the configuration that contains them", () => {
    const choice = variableChoice({ type: "mirage", unikernel: "hello", target: "spt", id: 4 });
    assert.deepEqual(choice, { unikernel: "hello", target: "spt" });
    const none = { unikernel: undefined, target: undefined };
    for (const other of [undefined, null, "x", {}, { unikernel: 4, target: "other" }])
      assert.deepEqual(variableChoice(other), none);
  });
});
