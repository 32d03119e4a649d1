import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Run } from "../../extension/platform/process.ts";
import { refreshAnswer } from "./merlinAnswers.ts";
import { answerPath } from "./shimAnswers.ts";

describe("refreshAnswer", () => {
  let answers: string;
  const project = { root: "/w/p", configFile: "/w/p/mirage/config.ml" };
  beforeEach(async () => {
    answers = await mkdtemp(join(tmpdir(), "mirageos-answers-"));
  });
  afterEach(() => rm(answers, { recursive: true, force: true }));

  const path = (): string => answerPath(answers, project.configFile);
  const duneThatPrints = (text: string): { readonly run: Run; readonly queries: () => Promise<string> } => {
    const stdin = new PassThrough();
    return {
      run: async (_spec, hooks) => {
        hooks?.onStdin?.(stdin);
        hooks?.onStdout?.(Buffer.from(text));
        return { kind: "exited", code: 0 };
      },
      queries: async () => (await stdin.toArray()).join(""),
    };
  };
  const refresh = (run: Run, build: () => Promise<string | undefined> = async () => "/s") =>
    refreshAnswer({
      run,
      answers,
      project,
      build,
      dune: async (args, cwd) => ({ file: "/bin/dune", args, cwd, env: {} }),
    });

  it("writes dune's answer for the user's folder and reports whether it changed", async () => {
    const { run, queries } = duneThatPrints("((1:S9:/s/mirage)(1:B2:/b))");
    assert.equal(await refresh(run), true);
    assert.equal(await queries(), "(4:File16:mirage/config.ml)4:Halt");
    assert.equal(await readFile(path(), "utf8"), "((1:S11:/w/p/mirage)(1:B2:/b))");
    assert.equal(await refresh(duneThatPrints("((1:S9:/s/mirage)(1:B2:/b))").run), false);
  });

  it("writes an empty file during the build", async () => {
    let size: number | undefined;
    await refresh(duneThatPrints("((1:B2:/b))").run, async () => {
      size = (await stat(path())).size;
      return "/s";
    });
    assert.equal(size, 0);
  });

  it("keeps the old answer, or none, if dune has none, prints invalid output or there is no build", async () => {
    for (const text of ["((5:ERROR2:no))", "Entering directory", ""])
      assert.equal(await refresh(duneThatPrints(text).run), false);
    assert.equal(await refresh(duneThatPrints("").run, async () => undefined), false);
    await assert.rejects(stat(path()));
    await refresh(duneThatPrints("((1:B2:/b))").run);
    await refresh(duneThatPrints("invalid").run);
    assert.equal(await readFile(path(), "utf8"), "((1:B2:/b))");
  });
});
