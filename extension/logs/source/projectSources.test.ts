import assert from "node:assert/strict";
import { projectSources } from "./projectSources.ts";

describe("projectSources", () => {
  const config = 'open Mirage let () = register "x" [ main "Unikernel" job ]';
  const filesOf = async (root: string, texts: Readonly<Record<string, string>>, workspaceFolder = "/p") => {
    const sources = Object.entries(texts).map(([file, text]) => ({ file, text }));
    return (await projectSources(root, workspaceFolder, sources)).map(({ file }) => file);
  };

  it("returns the sources below the root without those of other unikernels", async () => {
    const texts = {
      "/p/config.ml": config,
      "/p/unikernel.ml": "",
      "/p/lib/config.ml": "let port = 80",
      "/p/lib/server.ml": "",
      "/p/examples/one/config.ml": config,
      "/p/examples/one/unikernel.ml": "",
      "/p/examples/shared.ml": "",
    };
    assert.deepEqual(await filesOf("/p", texts), [
      "/p/config.ml",
      "/p/unikernel.ml",
      "/p/lib/config.ml",
      "/p/lib/server.ml",
      "/p/examples/shared.ml",
    ]);
  });

  it("returns the sources beside the folder mirage if config.ml is in it", async () => {
    const texts = {
      "/p/mirage/config.ml": config,
      "/p/src/a.ml": "",
      "/p/two/mirage/config.ml": config,
      "/p/two/b.ml": "",
    };
    assert.deepEqual(await filesOf("/p", texts), ["/p/mirage/config.ml", "/p/src/a.ml"]);
  });

  it("uses a workspace folder named mirage as the root of its config.ml", async () => {
    const texts = { "/p/mirage/config.ml": config, "/p/mirage/unikernel.ml": "" };
    assert.deepEqual(await filesOf("/p/mirage", texts, "/p/mirage"), Object.keys(texts));
  });
});
