import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/programs.ts";
import { goals } from "../../extension/pipeline/goals.ts";
import { isTarget } from "../../extension/mirage/targets.ts";
import { parseOcaml } from "../../test/harness/ocamlc.ts";
import { union, array, object, string } from "../../extension/protocol/validators.ts";

const isSnippet = object({ scope: string, prefix: string, description: string, body: array(string) });
const isLimited = union(object({ include: array(string) }), object({ exclude: array(string) }));
const folder = join(root, "snippets");

/** The text in the editor if the user accepts all defaults. */
function expandDefaults(body: readonly string[]): string {
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
    // VS Code allows trailing commas here, and the formatter writes them.
    const snippets: unknown = JSON.parse(source.replace(/,(?=\n\s*[\]}])/g, ""));
    assert.ok(typeof snippets === "object" && snippets !== null, file);
    return Object.entries(snippets).map(([name, snippet]: [string, unknown]): Snippet => {
      assert.ok(isSnippet(snippet), `${file}: ${name} has no scope, prefix, description or body`);
      // VS Code versions that know these fields offer a snippet only in matching files.
      if (snippet.scope !== "dune") assert.ok(isLimited(snippet), `${file}: ${name} is offered everywhere`);
      return snippet;
    });
  });
  return (await Promise.all(parsed)).flat();
}

describe("snippets", () => {
  it("have unique prefixes that begin with mirage-", async () => {
    const prefixes = (await readSnippets()).map(({ prefix }) => prefix);
    assert.ok(prefixes.length > 0);
    assert.deepEqual(prefixes, [...new Set(prefixes)]);
    assert.deepEqual(
      prefixes.filter((prefix) => !prefix.startsWith("mirage-")),
      [],
    );
  });

  it("are valid OCaml with their default values", async function () {
    const scratch = await mkdtemp(join(tmpdir(), "mirageos-snippets-"));
    try {
      const ocaml = (await readSnippets()).filter(({ scope }) => scope === "ocaml");
      const files = ocaml.map(({ prefix }) => join(scratch, `${prefix}.ml`));
      for (const [at, { body }] of ocaml.entries()) await writeFile(files[at] ?? "", expandDefaults(body));
      await parseOcaml(this, files);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });

  it("of tasks and launch configurations are valid JSON with a known type, goal and target", async () => {
    const read = (await readSnippets()).filter(({ scope }) => scope === "json,jsonc");
    assert.ok(read.length > 0);
    for (const { prefix, body } of read) {
      const parsed: unknown = JSON.parse(expandDefaults(body));
      assert.ok(object({ type: string })(parsed), prefix);
      assert.equal(parsed.type, "mirage", prefix);
      if (object({ goal: string })(parsed))
        assert.ok(
          goals.some((goal) => goal === parsed.goal),
          prefix,
        );
      if (object({ target: string })(parsed)) assert.ok(isTarget(parsed.target), prefix);
    }
  });

  it("of dune are balanced s-expressions", async () => {
    for (const { body, prefix } of (await readSnippets()).filter(({ scope }) => scope === "dune")) {
      let depth = 0;
      for (const sign of expandDefaults(body)) {
        if (sign === "(") depth++;
        if (sign === ")") depth--;
        assert.ok(depth >= 0, prefix);
      }
      assert.equal(depth, 0, prefix);
    }
  });

  it("cover each device that a functor can take, under its name in config.ml", async () => {
    const written = (await readSnippets()).map(({ description }) => description).join("\n");
    const types =
      "network ethernet arpv4 ipv4 ipv6 udpv4v6 tcpv4v6 stackv4v6 block kv_ro kv_rw conduit resolver " +
      "happy_eyeballs dns_client http http_client http_server";
    const missing = types.split(" ").filter((type) => !written.includes(`\`${type}\``));
    assert.deepEqual(missing, []);
  });

  it("use no prefix of the OCaml Platform", async () => {
    // Those of version 2.3.0, in its snippets/*.json.
    const others = new Set(
      "lang name using info package alias env executable executables install library rule test fun let func | val sig struct module match type".split(
        " ",
      ),
    );
    for (const { prefix } of await readSnippets()) assert.ok(!others.has(prefix), prefix);
  });
});
