import assert from "node:assert/strict";
import { ownSources, sourceRoot } from "./ownSources.ts";

describe("the sources of a unikernel", () => {
  const config = 'open Mirage let () = register "x" [ main "Unikernel" job ]';
  const files = (root: string, texts: Readonly<Record<string, string>>) =>
    ownSources(
      root,
      Object.entries(texts).map(([file, text]) => ({ file, text })),
    ).map(({ file }) => file);

  it("are those below its folder, without other unikernels'", () => {
    const texts = {
      "/p/config.ml": config,
      "/p/unikernel.ml": "",
      "/p/lib/config.ml": "let port = 80",
      "/p/lib/server.ml": "",
      "/p/examples/one/config.ml": config,
      "/p/examples/one/unikernel.ml": "",
      "/p/examples/shared.ml": "",
    };
    assert.deepEqual(files("/p", texts), [
      "/p/config.ml",
      "/p/unikernel.ml",
      "/p/lib/config.ml",
      "/p/lib/server.ml",
      "/p/examples/shared.ml",
    ]);
  });

  it("are beside the folder mirage where config.ml is in it", () => {
    assert.equal(sourceRoot("/p/mirage/config.ml"), "/p");
    const texts = {
      "/p/mirage/config.ml": config,
      "/p/src/a.ml": "",
      "/p/two/mirage/config.ml": config,
      "/p/two/b.ml": "",
    };
    assert.deepEqual(files("/p", texts), ["/p/mirage/config.ml", "/p/src/a.ml"]);
  });
});
