import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readRepositoryDate } from "./repositories.ts";

describe("The date of opam's repositories", () => {
  const now = Date.UTC(2026, 10, 30);
  const daysAgo = (days: number) => new Date(now - days * 24 * 60 * 60 * 1000);
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "opam root ünïcode "));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path: string, date: Date): void => {
    const full = join(root, "repo", path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, "");
    utimesSync(full, date, date);
  };

  it("is that of the archive that was fetched last, and old after a month", async () => {
    write("default.tar.gz", daysAgo(31));
    write("other.tar.gz", daysAgo(90));
    assert.deepEqual(await readRepositoryDate(root, now), {
      updatedAt: daysAgo(31).getTime(),
      days: 31,
      isOld: true,
    });
    write("other.tar.gz", daysAgo(2));
    assert.equal((await readRepositoryDate(root, now))?.isOld, false);
  });

  it("is that of a folder, as opam before 2.1 and git repositories have", async () => {
    mkdirSync(join(root, "repo", "default", "packages"), { recursive: true });
    utimesSync(join(root, "repo", "default", "packages"), daysAgo(40), daysAgo(40));
    assert.equal((await readRepositoryDate(root, now))?.days, 40);
    write("default/.git/FETCH_HEAD", daysAgo(1));
    assert.equal((await readRepositoryDate(root, now))?.days, 1);
  });

  it("is not that of the overlays, which each lock adds and removes", async () => {
    write("default.tar.gz", daysAgo(50));
    write("opam-overlays/.git/FETCH_HEAD", daysAgo(0));
    write("mirage-overlays.tar.gz", daysAgo(0));
    assert.equal((await readRepositoryDate(root, now))?.days, 50);
  });

  it("is unknown without repositories, and not negative if the clock was wrong", async () => {
    assert.equal(await readRepositoryDate(root, now), undefined);
    write("repos-config", daysAgo(1));
    assert.equal(await readRepositoryDate(root, now), undefined);
    write("default.tar.gz", daysAgo(-3));
    assert.equal((await readRepositoryDate(root, now))?.days, 0);
  });
});
