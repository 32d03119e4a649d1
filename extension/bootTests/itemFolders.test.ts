import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { foldersOfRepeated } from "./itemFolders.ts";

const unikernel = (name: string, folder: string) => ({
  id: folder,
  name,
  workspaceFolder: resolve("/w"),
  buildDir: resolve("/w", folder),
});

describe("Unikernels with tests that share a name", () => {
  it("are told apart by their folders", () => {
    const all = [
      unikernel("network", join("unix", "net é")),
      unikernel("network", "spt"),
      unikernel("hello", "hello"),
    ];
    assert.deepEqual(
      [...foldersOfRepeated(all)],
      [
        [join("unix", "net é"), join("unix", "net é")],
        ["spt", "spt"],
      ],
    );
    assert.equal(foldersOfRepeated([]).size, 0);
  });
});
