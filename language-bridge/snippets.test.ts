import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram, root } from "../scripts/programs.ts";
import { skip } from "../test/harness/reporter.ts";
import { list, object, text } from "../webviews/kit/shape.ts";

const isSnippet = object({ scope: text, prefix: text, description: text, body: list(text) });
const folder = join(root, "snippets");

/** What stands in the editor when the user fills in nothing. */
function untouched(body: readonly string[]): string {
  const source = body.join("\n");
  const tokens = /\\([\\$}])|\$(\d+)|\$\{(\d+)(?::([^}]*))?\}/g;
  const defaults = new Map<string, string>();
  for (const [, , , stop, value] of source.matchAll(tokens)) {
    if (stop !== undefined && value !== undefined) defaults.set(stop, value);
  }
  return source.replace(
    tokens,
    (_token, escaped?: string, bare?: string, stop?: string) =>
      escaped ?? defaults.get(bare ?? stop ?? "") ?? "",
  );
}

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
}

async function readSnippets(): Promise<readonly Snippet[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".code-snippets"));
  const parsed = files.map(async (file) => {
    const source = await readFile(join(folder, file), "utf8");
    // VS Code allows commas before a closing bracket here, and the formatter writes them.
    const snippets: unknown = JSON.parse(source.replace(/,(?=\n\s*[\]}])/g, ""));
    assert.ok(typeof snippets === "object" && snippets !== null, file);
    return Object.entries(snippets).map(([name, snippet]: [string, unknown]): Snippet => {
      assert.ok(isSnippet(snippet), `${file}: ${name} has no scope, prefix, description or body`);
      assert.equal(snippet.scope, "ocaml", `${file}: ${name}`);
      return snippet;
    });
  });
  return (await Promise.all(parsed)).flat();
}

describe("snippets", () => {
  it("have prefixes of their own that begin with mirage-", async () => {
    const prefixes = (await readSnippets()).map(({ prefix }) => prefix);
    assert.ok(prefixes.length > 0);
    assert.deepEqual(prefixes, [...new Set(prefixes)]);
    assert.deepEqual(
      prefixes.filter((prefix) => !prefix.startsWith("mirage-")),
      [],
    );
  });

  it("are OCaml when nothing is filled in", async function () {
    const ocamlc = findProgram(["ocamlc"]);
    if (ocamlc === undefined) skip(this, "no ocamlc on PATH");
    const scratch = await mkdtemp(join(tmpdir(), "mirageos-snippets-"));
    try {
      for (const { prefix, body } of await readSnippets()) {
        const file = join(scratch, `${prefix}.ml`);
        await writeFile(file, untouched(body));
        // Rejects with the compiler's words.
        await promisify(execFile)(ocamlc, ["-stop-after", "parsing", "-impl", file]);
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
});
