import assert from "node:assert/strict";
import type { Run } from "../../platform/process.ts";
import type { Project } from "../../project/vscode/projects.ts";
import type { Toolchain } from "../../toolchain/vscode/toolchain.ts";
import {
  forgetCatalogue,
  packageCatalogue,
  repositoryFacts,
  type CatalogueContext,
} from "./packageCatalogue.ts";

const project = (name: string): Project => {
  const paths = { root: "/no/such folder", buildDir: "/no/such folder", workspaceFolder: "/no/such folder" };
  const id = `${paths.root}/${name}/config.ml`;
  const state = { configured: undefined, lockFile: undefined, pulled: false, image: undefined, stale: [] };
  const found: Partial<Project> = { ...paths, id, name, configFile: id, state, target: "unix", options: [] };
  return found as Project;
};

/** A switch whose opam behaves as `opam`; without it, the switch has no opam. */
function contextOf(opam: Run | undefined): CatalogueContext {
  const command: Toolchain["command"] = (_, args) =>
    opam
      ? Promise.resolve({ path: "opam", file: "opam", args, env: {} })
      : Promise.reject(new Error("opam is missing"));
  const environment: Toolchain["environment"] = () =>
    Promise.resolve({ env: {}, label: "PATH", choice: { kind: "path", why: "test" } });
  const toolchain = { command, environment } as Partial<Toolchain> as Toolchain;
  return { run: opam ?? (() => Promise.reject(new Error("no program may start"))), toolchain };
}

/** Prints the list after the promise, and counts how often it is started. */
function listing(text: string, after = Promise.resolve()) {
  const started = { count: 0 };
  const opam: Run = async (_, hooks) => {
    started.count++;
    await after;
    hooks?.onStdout?.(Buffer.from(text));
    return { kind: "exited", code: text === "" ? 99 : 0 };
  };
  return { started, context: contextOf(opam) };
}

const known = (context: CatalogueContext, of = project("hello")) =>
  new Promise<void>((resolve) => repositoryFacts(context, of, resolve));
const list = "# Name|# Synopsis|# Versions\ndns |DNS |10.0.0, 10.2.0\n";

describe("What opam says about packages", () => {
  afterEach(forgetCatalogue);

  it("is asked for once, and everybody who waits learns of it, also two unikernels of one folder", async () => {
    let answer = () => {};
    const { started, context } = listing(list, new Promise((resolve) => (answer = resolve)));
    const [one, other] = [project("a"), project("b")];
    const all = [known(context, one), known(context, other), known(context, one)];
    assert.equal(repositoryFacts(context, one), undefined, "it waited for opam");
    answer();
    await Promise.all(all);
    const versions = repositoryFacts(context, other)?.packages.get("dns")?.versions;
    assert.deepEqual(versions, ["10.2.0", "10.0.0"]);
    assert.equal(started.count, 1);
  });

  it("is asked for again after opam failed, and after the switch has changed", async () => {
    const failing = listing("");
    let told = 0;
    repositoryFacts(failing.context, project("a"), () => told++);
    assert.deepEqual(await packageCatalogue(failing.context, project("a")), []);
    const working = listing(list);
    await new Promise(setImmediate);
    assert.equal(told, 0, "it announced an answer that opam did not give");
    await known(working.context);
    forgetCatalogue();
    await known(working.context);
    assert.equal(working.started.count, 2);
  });

  it("is read again by those who showed it or waited for it when the tools change", async () => {
    let answer = () => {};
    const { context } = listing(list, new Promise((resolve) => (answer = resolve)));
    const shown: (string | undefined)[] = [];
    let complete = () => {};
    const done = new Promise<void>((resolve) => (complete = resolve));
    let isOpen = true;
    const show = (): void => {
      if (!isOpen) return;
      const versions = repositoryFacts(context, project("a"), show)?.packages.get("dns")?.versions;
      shown.push(versions?.[0]);
      if (versions) complete();
    };
    show();
    forgetCatalogue();
    answer();
    await done;
    assert.deepEqual(shown, [undefined, undefined, "10.2.0"]);
    forgetCatalogue();
    assert.equal(shown.length, 4, "rows with the versions of another switch stayed");
    isOpen = false;
  });

  it("is nothing without opam and in Restricted Mode, and opam that hangs delays nobody", async () => {
    assert.equal(repositoryFacts(contextOf(undefined), project("a")), undefined);
    assert.deepEqual(await packageCatalogue(contextOf(undefined), project("b")), []);
    forgetCatalogue();
    const hangs = contextOf(() => new Promise(() => {}));
    for (let i = 0; i < 3; i++) assert.equal(repositoryFacts(hangs, project("a")), undefined);
  });
});
