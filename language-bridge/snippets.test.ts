import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/programs.ts";
import { goals } from "../extension/pipeline/goals.ts";
import { isTarget } from "../extension/toolchain/targets.ts";
import { parseOcaml } from "../test/harness/ocamlc.ts";
import { either, list, object, text } from "../webviews/kit/shape.ts";

const isSnippet = object({ scope: text, prefix: text, description: text, body: list(text) });
const isLimited = either(object({ include: list(text) }), object({ exclude: list(text) }));
const folder = join(root, "snippets");

/** What stands in the editor when the user fills in nothing. */
function untouched(body: readonly string[]): string {
  const source = body.join("\n");
  const tokens = /\\([\\$}])|\$(\d+)|\$\{(\d+)(?::([^}]*)|\|([^,|]*)[^}]*)?\}/g;
  const defaults = new Map<string, string>();
  for (const [, , , stop, value, first] of source.matchAll(tokens)) {
    const chosen = value ?? first;
    if (stop !== undefined && chosen !== undefined) defaults.set(stop, chosen);
  }
  return source.replace(
    tokens,
    (_token, escaped?: string, bare?: string, stop?: string) =>
      escaped ?? defaults.get(bare ?? stop ?? "") ?? "",
  );
}

interface Snippet {
  readonly scope: string;
  readonly prefix: string;
  readonly description: string;
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
      // Where VS Code knows patterns, a snippet is offered only in the files that it is meant for.
      if (snippet.scope !== "dune") assert.ok(isLimited(snippet), `${file}: ${name} is offered everywhere`);
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
    const scratch = await mkdtemp(join(tmpdir(), "mirageos-snippets-"));
    try {
      const ocaml = (await readSnippets()).filter(({ scope }) => scope === "ocaml");
      const files = ocaml.map(({ prefix }) => join(scratch, `${prefix}.ml`));
      for (const [at, { body }] of ocaml.entries()) await writeFile(files[at] ?? "", untouched(body));
      await parseOcaml(this, files);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });

  it("of tasks and launch configurations are JSON that names what VS Code will find", async () => {
    const read = (await readSnippets()).filter(({ scope }) => scope === "json,jsonc");
    assert.ok(read.length > 0);
    for (const { prefix, body } of read) {
      const made: unknown = JSON.parse(untouched(body));
      assert.ok(object({ type: text })(made), prefix);
      assert.equal(made.type, "mirage", prefix);
      if (object({ goal: text })(made))
        assert.ok(
          goals.some((goal) => goal === made.goal),
          prefix,
        );
      if (object({ target: text })(made)) assert.ok(isTarget(made.target), prefix);
    }
  });

  it("of dune are balanced s-expressions", async () => {
    for (const { body, prefix } of (await readSnippets()).filter(({ scope }) => scope === "dune")) {
      let depth = 0;
      for (const sign of untouched(body)) {
        if (sign === "(") depth++;
        if (sign === ")") depth--;
        assert.ok(depth >= 0, prefix);
      }
      assert.equal(depth, 0, prefix);
    }
  });

  it("cover each device that a functor can take, each with config.ml's name for it", async () => {
    const written = (await readSnippets()).map(({ description }) => description).join("\n");
    const types =
      "network ethernet arpv4 ipv4 ipv6 udpv4v6 tcpv4v6 stackv4v6 block kv_ro kv_rw conduit resolver " +
      "happy_eyeballs dns_client http http_client http_server";
    const lacking = types.split(" ").filter((type) => !written.includes(`\`${type}\``));
    assert.deepEqual(lacking, []);
  });

  it("take no prefix of the OCaml Platform", async () => {
    // Those of version 2.3.0, in its snippets/*.json.
    const others = new Set(
      "lang name using info package alias env executable executables install library rule test fun let func | val sig struct module match type".split(
        " ",
      ),
    );
    for (const { prefix } of await readSnippets()) assert.ok(!others.has(prefix), prefix);
  });
});
