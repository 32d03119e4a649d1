import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { readLockFile } from "./lockFile.ts";
import { lockToUpdate } from "./lockUpdate.ts";

const recorded = readFileSync(
  join(
    root,
    "test-workspace/recordings/mirage-4.11.1/make-depend/tutorial/hello-spt/after-depend/mirage/hello-spt.opam.locked",
  ),
  "utf8",
);
const names = (text: string) => readLockFile(text).packages.map(({ name }) => name);

describe("The lock file from which one package is updated", () => {
  it("has no version of the package and of those from the same sources, and all others", () => {
    const { packages } = readLockFile(recorded);
    const folder = packages.find(({ name }) => name === "mirage-crypto-rng")?.folder;
    const together = packages.filter((each) => each.folder === folder).map(({ name }) => name);
    assert.ok(together.length > 1, "the recording has one package of the repository");
    const left = lockToUpdate(recorded, "mirage-crypto-rng");
    assert.ok(left);
    assert.deepEqual(
      names(left),
      names(recorded).filter((name) => !together.includes(name)),
    );
  });

  it("keeps all other text, with Windows line ends too", () => {
    const windows = recorded.replaceAll("\n", "\r\n");
    const left = lockToUpdate(windows, "solo5");
    assert.ok(left);
    assert.equal(windows.split("\r\n").length - left.split("\r\n").length, 1);
    assert.ok(!names(left).includes("solo5"));
    assert.match(left, /x-opam-monorepo-cli-args/);
  });

  it("does not exist for unknown packages and half-written files", () => {
    assert.equal(lockToUpdate(recorded, "none"), undefined);
    assert.equal(lockToUpdate(recorded, ".*"), undefined);
    assert.equal(lockToUpdate(recorded.slice(0, 900), "solo5"), undefined);
    assert.equal(lockToUpdate("", "solo5"), undefined);
  });
});
