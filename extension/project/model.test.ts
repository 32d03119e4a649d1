import assert from "node:assert/strict";
import { ownerOfPath } from "./model.ts";

describe("The unikernel that a file belongs to", () => {
  // mirage runs in the workspace folder for its mirage/config.ml.
  const above = { root: "/w", buildDir: "/w/mirage" };
  const web = { root: "/w/web", buildDir: "/w/web" };
  const inner = { root: "/w/web/admin", buildDir: "/w/web/admin" };
  const ownerOf = (path: string) => ownerOfPath(path, [above, web, inner]);

  it("is the innermost one, also if the folder of another config.ml has a longer path", () => {
    assert.equal(ownerOf("/w/web/config.ml"), web);
    assert.equal(ownerOf("/w/web/admin/unikernel.ml"), inner);
    assert.equal(ownerOf("/w/lib/cart.ml"), above);
    assert.equal(ownerOf("/w/mirage/config.ml"), above);
    assert.equal(ownerOf("/other/config.ml"), undefined);
    assert.equal(ownerOf("/w/webs/config.ml"), above);
  });

  it("is the one of the config.ml in its folder, if another one is configured from there", () => {
    const here = { root: "/w", buildDir: "/w" };
    assert.equal(ownerOfPath("/w/unikernel.ml", [above, here]), here);
    assert.equal(ownerOfPath("/w/mirage/unikernel.ml", [here, above]), above);
  });
});
