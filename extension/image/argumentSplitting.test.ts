import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { splitsArguments } from "./argumentSplitting.ts";

describe("an image that splits its arguments anew", () => {
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
  const complaint = "bad input line - either escaped or quoted or both";

  it("is known by the words of parse_argv, wherever they stand", async () => {
    assert.ok(await splitsArguments(await written(complaint)));
    // Across the parts in which it is read.
    assert.ok(await splitsArguments(await written(Buffer.alloc((1 << 20) - 20), complaint, "\0")));
  });

  it("is not any other program, nor what is not there", async () => {
    assert.ok(!(await splitsArguments(await written("#!/bin/sh\necho bad input line"))));
    assert.ok(!(await splitsArguments(join(folder, "nothing"))));
  });
});
