/** Checks which room of the source may import which; see "Rooms" in ARCHITECTURE.md. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { root } from "./programs.ts";

const floors = ["protocol", "platform", "ocaml", "mirage", "project", "toolchain"] as const;

/** The rooms that each room may import; all others are forbidden. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  platform: ["protocol"],
  ocaml: ["protocol", "platform"],
  mirage: ["protocol", "platform", "ocaml"],
  project: ["protocol", "platform", "ocaml", "mirage"],
  toolchain: ["protocol", "platform", "ocaml", "mirage", "project"],
  image: ["protocol", "platform"],
  imageView: [...floors, "image"],
  network: [...floors],
  logs: [...floors],
  running: [...floors, "logs", "network"],
  pipeline: [...floors, "logs"],
  debugger: [...floors, "image"],
  export: [...floors],
  receivers: [...floors],
  launch: [...floors, "image", "logs", "pipeline", "debugger", "receivers"],
  bootTests: [...floors, "logs", "pipeline"],
  graph: [...floors, "pipeline"],
  "language-bridge": [...floors, "graph"],
  scaffold: [...floors],
  migrate: [...floors],
  dependencies: [...floors, "pipeline"],
  walkthrough: [...floors, "logs", "scaffold"],
  albatross: [...floors, "image", "logs", "pipeline"],
  assistant: [...floors, "logs", "pipeline", "graph", "albatross"],
  report: [...floors, "logs", "assistant"],
  "webviews/kit": ["protocol"],
  "webviews/doctor": ["protocol", "webviews/kit"],
  "webviews/image": ["protocol", "webviews/kit"],
  "webviews/graph": ["protocol", "webviews/kit"],
  "webviews/metrics": ["protocol", "webviews/kit"],
  "webviews/logs": ["protocol", "webviews/kit"],
};

/** Rooms whose `vscode/` folders may be imported by the `vscode/` folders of other rooms. */
const sharedAdapters = ["platform", "project", "toolchain", "pipeline"];

interface Import {
  readonly from: string;
  readonly to: string;
}

const sources = globSync("{extension,language-bridge,webviews}/**/*.ts", { cwd: root })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !/\.test\.ts$|\/test[A-Z]\w*\.ts$|\/testing\/|\/_build\//.test(path));

/** Returns every import of a relative path, including type imports and dynamic imports. */
function importsOf(from: string): readonly Import[] {
  const text = readFileSync(posix.join(root, from), "utf8");
  const specifiers = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g);
  return [...specifiers].map(([, specifier]) => ({
    from,
    to: posix.join(posix.dirname(from), specifier ?? ""),
  }));
}

/** Returns the room of a file; `main` for the entry, which may import every room. */
function roomOf(path: string): string {
  const [top = "", second = "", third] = path.split("/");
  if (top === "language-bridge") return top;
  if (top === "webviews") return `${top}/${second}`;
  return third === undefined ? "main" : second;
}

const imports = sources.flatMap(importsOf);
const between = imports.filter(({ from, to }) => roomOf(from) !== roomOf(to) && roomOf(from) !== "main");
const describeImport = ({ from, to }: Import): string => `${from} imports ${to}`;

describe("The rooms of the source", () => {
  it("are all in the table", () => {
    assert.ok(sources.length > 250);
    const rooms = new Set(sources.map(roomOf));
    rooms.delete("main");
    assert.deepEqual([...rooms].sort(), Object.keys(allowed).sort());
  });

  it("import no file that counts as a test because of its name", () => {
    const known = new Set(sources);
    const excluded = imports.filter(({ to }) => to.endsWith(".ts") && !known.has(to));
    assert.deepEqual(excluded.map(describeImport), []);
  });

  it("import only the rooms that the table allows", () => {
    const forbidden = between.filter(({ from, to }) => !allowed[roomOf(from)]?.includes(roomOf(to)));
    assert.deepEqual(forbidden.map(describeImport), []);
  });

  it("need every entry of the table, except those for the floors that every room may import", () => {
    const used = new Set(between.map(({ from, to }) => `${roomOf(from)} ${roomOf(to)}`));
    const unused = Object.entries(allowed).flatMap(([room, others]) =>
      others
        .filter((other) => !(floors as readonly string[]).includes(other) && !used.has(`${room} ${other}`))
        .map((other) => `${room} ${other}`),
    );
    assert.deepEqual(unused, []);
  });

  it("import from other rooms only the shared vscode/ folders, and only in their own vscode/ folders", () => {
    const forbidden = between.filter(
      ({ from, to }) =>
        to.includes("/vscode/") && !(sharedAdapters.includes(roomOf(to)) && from.includes("/vscode/")),
    );
    assert.deepEqual(forbidden.map(describeImport), []);
  });

  it("are imported only by the entry if they are at the top", () => {
    const upper = ["language-bridge", "assistant", "report", "launch"];
    const others = between.filter(({ from, to }) => upper.includes(roomOf(to)) && roomOf(from) !== "report");
    assert.deepEqual(others.map(describeImport), []);
  });

  it("contain no import cycle, including dynamic imports and types", () => {
    assert.deepEqual(importCycles(imports), []);
  });

  it("have at most 15 files of product code in each folder", () => {
    const counts = Map.groupBy(sources, (path) => posix.dirname(path));
    const full = [...counts].filter(([, files]) => files.length > 15).map(([folder]) => folder);
    assert.deepEqual(full, []);
  });
});

/** Returns the import cycles, each as one line. */
function importCycles(edges: readonly Import[]): readonly string[] {
  const targets = Map.groupBy(edges, ({ from }) => from);
  const done = new Set<string>();
  const found: string[] = [];
  const follow = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(" → "));
    if (at >= 0 || done.has(file)) return;
    for (const { to } of targets.get(file) ?? []) follow(to, [...path, file]);
    done.add(file);
  };
  for (const { from } of edges) follow(from, []);
  return found;
}
