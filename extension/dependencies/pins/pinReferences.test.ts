import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentEnv } from "../../platform/env.ts";
import { run, type ProcessSpec, type Run } from "../../platform/process.ts";
import { commitOf, gitAddress, queryReferences, readReferences } from "./pinReferences.ts";

describe("The references of a pinned repository", () => {
  let folder = "";
  const git = (...args: string[]): string => {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    return execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" }).trim();
  };
  const commit = (): string => {
    git("commit", "-q", "--allow-empty", "-m", "change");
    return git("rev-parse", "HEAD");
  };
  // A project need not be in a git repository.
  const options = () => ({ env: currentEnv(), cwd: tmpdir() });
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pinned ünïcode "));
    git("init", "-q");
    git("checkout", "-q", "-b", "trunk");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are read from a local repository, also after a branch has moved", async () => {
    const first = commit();
    git("tag", "v1");
    git("tag", "-a", "v2", "-m", "annotated");
    const address = gitAddress(`git+file://${folder}#trunk`) ?? "";
    const before = await queryReferences(run, address, options());
    assert.ok(before);
    for (const reference of ["trunk", "v1", "v2", "refs/heads/trunk", undefined])
      assert.deepEqual(commitOf(before, reference), { commit: first }, reference);
    assert.equal(before.head?.branch, "trunk");
    const second = commit();
    const moved = await queryReferences(run, address, options());
    assert.ok(moved);
    assert.deepEqual(commitOf(moved, "trunk"), { commit: second });
    assert.deepEqual(commitOf(moved, "v2"), { commit: first });
  });

  it("do not contain a branch that does not exist, and say nothing of commits", async () => {
    const found = await queryReferences(run, `file://${folder}`, options());
    assert.ok(found);
    assert.equal(commitOf(found, "no-such-branch"), "missing");
    assert.equal(commitOf(found, "a".repeat(40)), undefined);
    assert.equal(commitOf(found, "abcdef0"), undefined);
    assert.equal(commitOf(found, "refs/pull/1/head"), undefined);
  });

  it("are unknown if the repository is missing, git is missing, or the address runs a program", async () => {
    assert.equal(await queryReferences(run, `file://${folder}/none`, options()), undefined);
    const noGit = { ...options(), env: { ...currentEnv(), PATH: "" } };
    assert.equal(await queryReferences(run, `file://${folder}`, noGit), undefined);
    assert.equal(await queryReferences(run, "ext::sh -c true", options()), undefined);
    assert.equal(await queryReferences(run, "--upload-pack=true", options()), undefined);
  });

  it("are unknown if a server does not answer in time", async () => {
    const hangs: Run = async (_, hooks) =>
      new Promise((resolve) => {
        hooks?.signal?.addEventListener("abort", () => resolve({ kind: "cancelled" }));
      });
    assert.equal(
      await queryReferences(hangs, "https://example.org/r.git", { ...options(), timeoutMs: 5 }),
      undefined,
    );
  });

  it("are queried without a prompt and without credentials among the arguments", async () => {
    const started: ProcessSpec[] = [];
    const record: Run = (spec) => {
      started.push(spec);
      return Promise.resolve({ kind: "exited", code: 128 });
    };
    const address = gitAddress("git+https://user:s3cret@example.org/r.git#main") ?? "";
    assert.equal(await queryReferences(record, address, options()), undefined);
    assert.doesNotMatch(started[0]?.args.join(" ") ?? "s3cret", /s3cret/);
    assert.equal(started[0]?.env["GIT_TERMINAL_PROMPT"], "0");
    assert.equal(started[0].env["GIT_ASKPASS"], "");
  });

  it("are read from output with Windows line ends, and from none", () => {
    const { branches, head } = readReferences(
      `ref: refs/heads/main\tHEAD\r\n${"a".repeat(40)}\tHEAD\r\n${"a".repeat(40)}\trefs/heads/é/b\r\n`,
    );
    assert.deepEqual(head, { branch: "main", commit: "a".repeat(40) });
    assert.deepEqual([...branches.keys()], ["é/b"]);
    assert.equal(readReferences("").head, undefined);
  });

  it("exist for pins of git repositories only", () => {
    assert.equal(gitAddress("git@github.com:o/r.git#x"), "git@github.com:o/r.git");
    assert.equal(gitAddress("git+ssh://git@e.org/r"), "ssh://git@e.org/r");
    assert.equal(gitAddress("https://e.org/r.tbz"), undefined);
    assert.equal(gitAddress("./local"), undefined);
  });
});
