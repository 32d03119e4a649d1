import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { splitsArguments } from "./argumentSplitting.ts";

describe("splitsArguments", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "mirageos-splitting-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const written = async (...parts: readonly (string | Buffer)[]) => {
    const path = join(folder, "image");
    await writeFile(path, Buffer.concat(parts.map((part) => Buffer.from(part))));
    return path;
  };
  const errorMessage = "bad input line - either escaped or quoted or both";

  it("finds the error message of parse_argv anywhere in the image", async () => {
    assert.ok(await splitsArguments(await written(errorMessage)));
    // Across two chunks.
    assert.ok(await splitsArguments(await written(Buffer.alloc((1 << 20) - 20), errorMessage, "\0")));
  });

  it("returns false for another program and for a missing file", async () => {
    assert.ok(!(await splitsArguments(await written("#!/bin/sh\necho bad input line"))));
    assert.ok(!(await splitsArguments(join(folder, "nothing"))));
  });
});
