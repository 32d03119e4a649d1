import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Run } from "../extension/platform/process.ts";
import { refreshAnswer } from "./answers.ts";
import { answerPath } from "./shimAnswers.ts";

describe("the answer for a config.ml", () => {
  let answers: string;
  const project = { root: "/w/p", configFile: "/w/p/mirage/config.ml" };
  beforeEach(async () => {
    answers = await mkdtemp(join(tmpdir(), "mirageos-answers-"));
  });
  afterEach(() => rm(answers, { recursive: true, force: true }));

  const path = (): string => answerPath(answers, project.configFile);
  const saying = (text: string): { readonly run: Run; readonly asked: () => Promise<string> } => {
    const stdin = new PassThrough();
    return {
      run: async (_spec, hooks) => {
        hooks?.onStdin?.(stdin);
        hooks?.onStdout?.(Buffer.from(text));
        return { kind: "exited", code: 0 };
      },
      asked: async () => (await stdin.toArray()).join(""),
    };
  };
  const refresh = (run: Run, shadow: () => Promise<string | undefined> = async () => "/s") =>
    refreshAnswer({
      run,
      answers,
      project,
      shadow,
      dune: async (args, cwd) => ({ file: "/bin/dune", args, cwd, env: {} }),
    });

  it("is what dune says in the shadow, for the user's folder; the same again is nothing new", async () => {
    const { run, asked } = saying("((1:S9:/s/mirage)(1:B2:/b))");
    assert.equal(await refresh(run), true);
    assert.equal(await asked(), "(4:File16:mirage/config.ml)4:Halt");
    assert.equal(await readFile(path(), "utf8"), "((1:S11:/w/p/mirage)(1:B2:/b))");
    assert.equal(await refresh(saying("((1:S9:/s/mirage)(1:B2:/b))").run), false);
  });

  it("is announced by an empty file while the shadow is built", async () => {
    let size: number | undefined;
    await refresh(saying("((1:B2:/b))").run, async () => {
      size = (await stat(path())).size;
      return "/s";
    });
    assert.equal(size, 0);
  });

  it("is left as it was, or away, when dune has none, prints rubbish or there is no shadow", async () => {
    for (const text of ["((5:ERROR2:no))", "Entering directory", ""])
      assert.equal(await refresh(saying(text).run), false);
    assert.equal(await refresh(saying("").run, async () => undefined), false);
    await assert.rejects(stat(path()));
    await refresh(saying("((1:B2:/b))").run);
    await refresh(saying("rubbish").run);
    assert.equal(await readFile(path(), "utf8"), "((1:B2:/b))");
  });
});
