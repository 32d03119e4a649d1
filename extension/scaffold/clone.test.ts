import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { findProgram } from "../../scripts/programs.ts";
import { skip } from "../../test/harness/reporter.ts";
import { run } from "../platform/process.ts";
import {
  checkOut,
  cloneWithoutFiles,
  gitFailure,
  listExamples,
  skeletonUrl,
  type GitInput,
} from "./clone.ts";

describe("cloning the examples", () => {
  let scratch = "";
  let input: GitInput;
  before(async function () {
    const git = findProgram(["git"]);
    if (git === undefined) skip(this, "no git on PATH");
    scratch = await mkdtemp(join(tmpdir(), "mirageos clone-"));
    const work = join(scratch, "work");
    for (const path of [
      "README.md",
      "tutorial/hello/config.ml",
      "tutorial/hello/unikernel.ml",
      "device/block/config.ml",
    ]) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), path);
    }
    const env: Record<string, string> = {
      PATH: process.env["PATH"] ?? "",
      HOME: scratch,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.org",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.org",
    };
    const command = (cwd: string, ...args: string[]) => execFileSync(git, args, { cwd, env, stdio: "pipe" });
    command(work, "init", "-q", "-b", "main");
    command(work, "add", ".");
    command(work, "commit", "-q", "-m", "examples");
    command(scratch, "clone", "-q", "--bare", work, "remote.git");
    command(join(scratch, "remote.git"), "config", "uploadpack.allowFilter", "true");
    const url = pathToFileURL(join(scratch, "remote.git")).href;
    input = { run, git, env, url };
  });
  after(() => rm(scratch, { recursive: true, force: true }));

  it("lists the examples before fetching their files", async () => {
    const folder = join(scratch, "listed");
    assert.deepEqual(await cloneWithoutFiles(input, folder, scratch), { kind: "done" });
    assert.deepEqual(await readdir(folder), [".git"]);
    const listed = await listExamples(input, folder);
    assert.deepEqual(listed, { kind: "list", paths: ["device/block", "tutorial/hello"] });
  });

  it("writes one or all examples", async () => {
    const one = join(scratch, "one");
    await cloneWithoutFiles(input, one, scratch);
    assert.deepEqual(await checkOut(input, one, ["tutorial/hello"]), { kind: "done" });
    assert.equal(await readFile(join(one, "tutorial/hello/config.ml"), "utf8"), "tutorial/hello/config.ml");
    assert.ok(!existsSync(join(one, "device")));
    const all = join(scratch, "all");
    await cloneWithoutFiles(input, all, scratch);
    assert.deepEqual(await checkOut(input, all, "all"), { kind: "done" });
    assert.ok(existsSync(join(all, "device/block/config.ml")) && existsSync(join(all, "README.md")));
  });

  it("fails without changing an existing folder", async () => {
    const folder = join(scratch, "mine");
    mkdirSync(folder);
    writeFileSync(join(folder, "notes"), "mine");
    const outcome = await cloneWithoutFiles(input, folder, scratch);
    assert.equal(outcome.kind, "failed");
    assert.match(outcome.kind === "failed" ? outcome.reason : "", /already exists; nothing was changed/);
    assert.equal(await readFile(join(folder, "notes"), "utf8"), "mine");
    const empty = join(scratch, "empty");
    mkdirSync(empty);
    assert.equal((await cloneWithoutFiles(input, empty, scratch)).kind, "failed");
    assert.deepEqual(await readdir(empty), []);
  });

  it("can be cancelled, and then removes the folder", async function () {
    if (process.platform === "win32") skip(this, "the fake git is a shell script");
    const slow = join(scratch, "slow-git");
    writeFileSync(
      slow,
      '#!/bin/sh\nfor folder; do :; done\ntouch "$folder/half"\necho "Receiving objects:  10% (1/10)" >&2\nexec sleep 600\n',
    );
    chmodSync(slow, 0o755);
    const folder = join(scratch, "no");
    const cancel = new AbortController();
    const outcome = await cloneWithoutFiles(
      { ...input, git: slow, signal: cancel.signal, onProgress: () => cancel.abort() },
      folder,
      scratch,
    );
    assert.deepEqual(outcome, { kind: "cancelled" });
    assert.ok(!existsSync(folder));
  });

  it("removes the folder if the repository does not exist", async () => {
    const folder = join(scratch, "gone");
    const url = pathToFileURL(join(scratch, "nothing.git")).href;
    assert.equal((await cloneWithoutFiles({ ...input, url }, folder, scratch)).kind, "failed");
    assert.ok(!existsSync(folder));
  });

  it("recognizes a missing connection in the output of git", () => {
    const lines = [
      "Cloning into 'mirage-skeleton'...",
      `fatal: unable to access '${skeletonUrl}/': Could not resolve host: github.com`,
    ];
    const failure = gitFailure({ kind: "exited", code: 128 }, lines);
    assert.equal(failure.offline, true);
    assert.match(failure.reason, /network/);
    const other = gitFailure({ kind: "exited", code: 128 }, ["fatal: No space left on device"]);
    assert.deepEqual([other.offline, other.reason], [false, "git failed: No space left on device"]);
  });
});
