import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEscapingLink } from "./symlinkGuard.ts";

describe("findEscapingLink", function () {
  let above: string;
  before(async function () {
    if (process.platform === "win32") return this.skip();
    above = await realpath(await mkdtemp(join(tmpdir(), "mirageos-links-")));
    await mkdir(join(above, "outside"));
  });
  after(async () => {
    if (above !== undefined) await rm(above, { recursive: true, force: true });
  });

  /** Creates a project. `links` are link targets, relative to the project's folder, by name. */
  async function project(name: string, links: Readonly<Record<string, string>>) {
    const workspaceFolder = join(above, name);
    const root = join(workspaceFolder, "hello");
    await mkdir(join(workspaceFolder, "shared"), { recursive: true });
    await mkdir(root);
    await writeFile(join(root, "config.ml"), "");
    for (const [from, to] of Object.entries(links)) await symlink(to, join(root, from));
    return { workspaceFolder, root, buildDir: root };
  }

  it("accepts links to other folders of the workspace", async () => {
    assert.equal(
      await findEscapingLink(await project("within", { duniverse: "../shared", dist: "." })),
      undefined,
    );
    assert.equal(await findEscapingLink(await project("none", {})), undefined);
  });

  it("finds a link through which a tool would write outside the workspace", async () => {
    for (const name of ["mirage", "dist", "duniverse", "_build", "Makefile", "dune-project"]) {
      const unikernel = await project(`out ${name}`, { [name]: "../../outside" });
      const path = join(unikernel.root, name);
      assert.deepEqual(await findEscapingLink(unikernel), { path, leadsTo: join(above, "outside") });
    }
  });

  it("finds the link if the whole project is behind it", async () => {
    const { workspaceFolder } = await project("behind", {});
    const root = join(workspaceFolder, "theirs");
    await symlink(join(above, "outside"), root);
    const found = await findEscapingLink({ workspaceFolder, root, buildDir: root });
    assert.deepEqual(found, { path: root, leadsTo: join(above, "outside") });
  });

  it("finds a link whose target does not exist yet", async () => {
    const unikernel = await project("dangling", { dist: "../../new" });
    assert.equal((await findEscapingLink(unikernel))?.leadsTo, "../../new");
  });

  it("ignores links at paths that no tool writes to", async () => {
    assert.equal(await findEscapingLink(await project("other", { docs: "../../outside" })), undefined);
  });
});
