/** Checks the links, sizes and pictures of the pages for users and developers. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { anchorsOf, linksOf, markdownPages, withoutCode } from "./markdown.ts";
import { root } from "./programs.ts";

const read = (page: string): Promise<string> => readFile(join(root, page), "utf8");
const isRelative = (target: string): boolean => !/^[a-z][a-z0-9+.-]*:/i.test(target);

/** Returns the path and the anchor of the target of a link, with the path relative to the root. */
function resolveLink(page: string, target: string): { readonly path: string; readonly anchor: string } {
  const [path = "", anchor = ""] = target.split("#");
  const file = path === "" ? page : posix.join(posix.dirname(page), decodeURIComponent(path));
  return { path: file, anchor: decodeURIComponent(anchor) };
}

/** Returns why a relative link is broken, or `undefined` if it is valid. */
async function problemOf(page: string, target: string): Promise<string | undefined> {
  const { path, anchor } = resolveLink(page, target);
  if (path.startsWith("..")) return "is outside the repository";
  if (!(await existsExactly(path))) return "no such file";
  if (anchor === "" || !path.endsWith(".md")) return undefined;
  return anchorsOf(await read(path)).includes(anchor) ? undefined : "no such heading";
}

/** Checks whether a file exists with exactly this name, also on file systems that ignore case. */
async function existsExactly(path: string): Promise<boolean> {
  if (!existsSync(join(root, path))) return false;
  const name = posix.basename(posix.normalize(path));
  return name === "." || (await readdir(dirname(join(root, path)))).includes(name);
}

describe("The Markdown pages", () => {
  it("link only to existing files and headings", async () => {
    const broken: string[] = [];
    for (const page of await markdownPages(root)) {
      for (const { target, line } of linksOf(await read(page))) {
        const problem = isRelative(target) ? await problemOf(page, target) : undefined;
        if (problem !== undefined) broken.push(`${page}:${line}: ${target}: ${problem}`);
      }
    }
    assert.deepEqual(broken, []);
  });

  it("are found in every folder that contains pages", async () => {
    const pages = await markdownPages(root);
    for (const page of [
      "README.md",
      "docs/README.md",
      "test-workspace/README.md",
      "media/walkthrough/wsl.md",
    ]) {
      assert.ok(pages.includes(page), `${page} was not found`);
    }
    assert.deepEqual(
      pages.filter((page) => page.includes("node_modules") || page.startsWith(".")),
      [],
    );
  });

  it("in docs/ are all listed in the index", async () => {
    const listed = linksOf(await read("docs/README.md")).map(
      ({ target }) => resolveLink("docs/README.md", target).path,
    );
    const pages = (await markdownPages(root)).filter((page) => page.startsWith("docs/"));
    assert.deepEqual(
      pages.filter((page) => page !== "docs/README.md" && !listed.includes(page)),
      [],
    );
  });

  it("show every picture in docs/images", async () => {
    const shown = new Set<string>();
    for (const page of await markdownPages(root)) {
      for (const { target } of linksOf(await read(page))) shown.add(resolveLink(page, target).path);
    }
    const pictures = (await readdir(join(root, "docs", "images"))).map((name) => `docs/images/${name}`);
    assert.deepEqual(
      pictures.filter((picture) => !shown.has(picture)),
      [],
    );
  });
});

describe("README.md", () => {
  it("is at most 8 KB", async () => {
    const { size } = await stat(join(root, "README.md"));
    assert.ok(size <= 8000, `it has ${size} bytes`);
  });

  it("shows at most seven pictures and no SVG, which the Marketplace rejects", async () => {
    const text = withoutCode(await read("README.md"));
    const pictures = [...text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, path = ""]) => path);
    assert.ok(pictures.length >= 1 && pictures.length <= 7, `it shows ${pictures.length}`);
    assert.deepEqual(
      pictures.filter((path) => path.endsWith(".svg")),
      [],
    );
  });
});

describe("ARCHITECTURE.md", () => {
  it("is at most 8 KB", async () => {
    const { size } = await stat(join(root, "ARCHITECTURE.md"));
    assert.ok(size <= 8192, `it has ${size} bytes`);
  });
});

describe("CONTRIBUTING.md", () => {
  it("names only existing files and folders", async () => {
    const spans = [...(await read("CONTRIBUTING.md")).matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
    // Paths that a command creates, and paths with a placeholder such as NAME, are not checked.
    const paths = spans.filter(
      (span) => /^[\w.-]+(\/[\w.-]+)+\/?$/.test(span) && !/^(out|dist)\/|[A-Z]{2,}/.test(span),
    );
    assert.ok(paths.length > 0, "the page names files");
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });
});

describe("Links and headings", () => {
  it("are found in all Markdown forms that the pages use", () => {
    const text = [
      "# One `two` three!",
      "[a](b.md#c) and ![picture](d.png) `[not](this)`",
      "```",
      "[nor](this) # No",
      "# No heading",
      "```",
      "## One two three",
      "[ref]: e.md",
      '<img src="f.png">',
      "[![g](g.png)](h.md)",
    ].join("\n");
    assert.deepEqual(
      linksOf(text).map(({ target, line }) => `${line} ${target}`),
      ["2 b.md#c", "2 d.png", "10 g.png", "10 h.md", "8 e.md", "9 f.png"],
    );
    assert.deepEqual(anchorsOf(text), ["one-two-three", "one-two-three-1"]);
  });
});
