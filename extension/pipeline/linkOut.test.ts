import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkOut } from "./linkOut.ts";

describe("links of a project", function () {
  let above: string;
  before(async function () {
    if (process.platform === "win32") return this.skip();
    above = await realpath(await mkdtemp(join(tmpdir(), "mirageos-links-")));
    await mkdir(join(above, "outside"));
  });
  after(async () => {
    if (above !== undefined) await rm(above, { recursive: true, force: true });
  });

  /** A project of its own whose entries are links to what is named, from the project's folder. */
  async function project(name: string, links: Readonly<Record<string, string>>) {
    const workspaceFolder = join(above, name);
    const root = join(workspaceFolder, "hello");
    await mkdir(join(workspaceFolder, "shared"), { recursive: true });
    await mkdir(root);
    await writeFile(join(root, "config.ml"), "");
    for (const [from, to] of Object.entries(links)) await symlink(to, join(root, from));
    return { workspaceFolder, root, buildDir: root };
  }

  it("may lead to another place of the workspace", async () => {
    assert.equal(await linkOut(await project("within", { duniverse: "../shared", dist: "." })), undefined);
    assert.equal(await linkOut(await project("none", {})), undefined);
  });

  it("are named where a tool would write through them out of the workspace", async () => {
    for (const name of ["mirage", "dist", "duniverse", "_build", "Makefile", "dune-project"]) {
      const unikernel = await project(`out ${name}`, { [name]: "../../outside" });
      const path = join(unikernel.root, name);
      assert.deepEqual(await linkOut(unikernel), { path, leadsTo: join(above, "outside") });
    }
  });

  it("are named where the whole project is behind one", async () => {
    const { workspaceFolder } = await project("behind", {});
    const root = join(workspaceFolder, "theirs");
    await symlink(join(above, "outside"), root);
    const found = await linkOut({ workspaceFolder, root, buildDir: root });
    assert.deepEqual(found, { path: root, leadsTo: join(above, "outside") });
  });

  it("are named where they lead nowhere yet", async () => {
    const unikernel = await project("dangling", { dist: "../../new" });
    assert.equal((await linkOut(unikernel))?.leadsTo, "../../new");
  });

  it("do not matter where no tool writes", async () => {
    assert.equal(await linkOut(await project("other", { docs: "../../outside" })), undefined);
  });
});
