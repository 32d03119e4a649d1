import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { glob } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import {
  activate,
  addProject,
  assertDone,
  command,
  failure,
  path,
  removeAdded,
  runTask,
  taskFor,
  useTools,
} from "./workspace.ts";

/** Folder names with characters that are special to a shell. Some create a file if a shell executes them. */
const odd = {
  "every special character": `odd; touch pwned #$(touch pwned)\`touch pwned\` 'q' & é ünï 日本`,
  "a double quotation mark": 'say "hello"',
  "a dollar sign and braces": "$HOME ${PATH}",
  "a leading dash": "-rf",
  "a percent sign and a hash": "100% #1",
};

async function findPwned(): Promise<string[]> {
  const found: string[] = [];
  for (const place of [path(), dirname(path()), process.cwd(), homedir()]) {
    if (existsSync(join(place, "pwned"))) found.push(join(place, "pwned"));
  }
  for await (const file of glob("**/pwned", { cwd: path() })) found.push(file);
  return found;
}

describe("A folder whose name has", () => {
  before(activate);
  afterEach(removeAdded);

  for (const [what, name] of Object.entries(odd)) {
    if (process.platform === "win32") continue;
    const builds = name === odd["every special character"];
    it(`${what} can be configured${builds ? ", fetched, built and run" : " and fetched"}, and the name is not executed`, async () => {
      const file = await addProject(name);
      assertDone(await command("fetch", file));
      assert.ok(existsSync(path(name, "Makefile")));
      assert.ok(existsSync(path(name, "duniverse")));
      if (builds) {
        assertDone(await command("build", file));
        const ran = await command("run", file);
        assert.ok(ran.kind === "ran" && ran.ending.kind === "ok", JSON.stringify(ran));
        assert.equal(await runTask(await taskFor("clean", name)), 0);
      }
      assert.deepEqual(await findPwned(), []);
    });
  }
});

describe("A folder that cannot be written", () => {
  before(activate);

  it("is reported by configure", async function () {
    if (process.platform === "win32") return this.skip();
    const file = await addProject("read-only");
    const folder = path("read-only");
    // File modes do not restrict root, but the immutable attribute does on file systems that support it.
    const root = process.getuid?.() === 0;
    const [program, on, off] = root ? ["chattr", "+i", "-i"] : ["chmod", "a-w", "u+w"];
    const change = (flag: string): boolean => spawnSync(program, [flag, folder]).status === 0;
    // If nothing restricts root, a replacement for mirage prints the same message.
    const refusal = `[ "$1" = configure ] || exec mirage "$@"\necho 'Makefile: Operation not permitted' >&2\nexit 1`;
    const tools = change(on) ? undefined : await useTools({ mirage: refusal });
    try {
      const result = await command("configure", file);
      assert.match(failure(result), /Could not write|not permitted|[Pp]ermission denied|Read-only/);
    } finally {
      change(off);
      await tools?.restore();
      await removeAdded();
    }
  });
});
