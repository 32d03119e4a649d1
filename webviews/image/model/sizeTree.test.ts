import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root as projectRoot } from "../../../scripts/programs.ts";
import { csvText, sizeTreeJson, treemapSvg } from "./exports.ts";
import { searchSizeTree, nodeWithKey, sizeTree, type SizeNode } from "./sizeTree.ts";
import { reasonText } from "./reasonText.ts";
import { summaryText } from "./summaryText.ts";
import { nothingElse, testModule, testParts } from "./testParts.ts";
import { treemap, type TreemapBox } from "./treemap.ts";

const nameOf = ({ node }: TreemapBox): string => node.name;
const line = ({ name, bytes }: SizeNode): string => `${name} ${bytes}`;

const allBelow = (node: SizeNode): readonly SizeNode[] => [node, ...node.children.flatMap(allBelow)];

/** The node at the end of a path of names. */
function at(root: SizeNode, ...names: readonly string[]): SizeNode {
  return names.reduce((node, name) => {
    const found = node.children.find((each) => each.name === name);
    assert.ok(found, `${node.name} has no ${name}`);
    return found;
  }, root);
}

describe("The tree of an image's parts", () => {
  const root = sizeTree("hello.hvt", testParts);

  it("has packages with the largest first, then libraries, modules, parts and symbols", () => {
    assert.equal(root.bytes, 7650);
    assert.deepEqual(root.children.map(line), [
      "tls 7000",
      "This unikernel 500",
      "In no module 100",
      "Unknown package 50",
    ]);
    assert.deepEqual(at(root, "tls", "tls").children.map(line), ["Tls 5000", "Tls.Core 2000"]);
    assert.deepEqual(at(root, "tls", "tls", "Tls").children.map(line), ["Code 4000", "Data 1000"]);
    assert.deepEqual(at(root, "tls", "tls", "Tls", "Code").children.map(line), [
      "connect_12 2500",
      "close_40 1000",
    ]);
    assert.deepEqual(at(root, "This unikernel").children.map(line), ["Unikernel 500"]);
  });

  it("finds the origin of a symbol", () => {
    const { origin } = at(root, "tls", "tls", "Tls", "Code", "connect_12");
    assert.deepEqual(origin, { module: "Tls", language: "ocaml", library: "tls", symbol: "connect_12" });
  });

  it("is searched without regard to case, and includes what contains a match", () => {
    const { matches, included, bytes } = searchSizeTree(root, "CONNECT");
    assert.deepEqual(matches.map(line), ["connect_12 2500"]);
    assert.equal(bytes, 2500);
    assert.deepEqual([...included].map(({ name }) => name).toSorted(), [
      "Code",
      "Tls",
      "connect_12",
      "hello.hvt",
      "tls",
      "tls",
    ]);
    assert.deepEqual(searchSizeTree(root, "nowhere").matches, []);
    assert.deepEqual(searchSizeTree(root, "tls__core").matches.map(line), ["Tls.Core 2000"]);
  });

  it("shows in the picture what is below a match, and counts no byte twice", () => {
    const { matches, included, lit, bytes } = searchSizeTree(root, "tls");
    assert.ok(matches.length > 2);
    assert.equal(bytes, 7000);
    const symbol = at(root, "tls", "tls", "Tls", "Code", "connect_12");
    assert.deepEqual([included.has(symbol), lit.has(symbol)], [false, true]);
    assert.ok(!lit.has(at(root, "This unikernel")));
  });

  it("has keys that are the same in another image", () => {
    const again = sizeTree("other.hvt", testParts);
    const nodes = allBelow(root);
    assert.ok(nodes.length > 12);
    for (const { key } of nodes) assert.equal(nodeWithKey(again, key)?.key, key);
    assert.equal(nodeWithKey(again, "image/package tls/library gone"), undefined);
  });

  it("has the sections of an image without symbols", () => {
    const parts = { modules: [], other: { ...nothingElse, unwind: 5, unexplained: 30 } };
    const sections = [
      { name: ".text", kind: "code" as const, bytes: 20 },
      { name: ".data", kind: "data" as const, bytes: 10 },
      { name: ".eh_frame", kind: undefined, bytes: 5 },
    ];
    const stripped = sizeTree("a", parts, undefined, sections);
    assert.deepEqual(stripped.children.map(line), ["In no module 35"]);
    assert.deepEqual(
      at(stripped, "In no module").children.map(({ name, bytes, part }) => [name, bytes, part]),
      [
        [".text", 20, "code"],
        [".data", 10, "data"],
        [".eh_frame", 5, undefined],
      ],
    );
  });

  it("keeps modules of one name in several libraries apart", () => {
    const module = (library: string, code: number) => testModule("Util", [library, library], { code });
    const two = sizeTree("a", { modules: [module("tls", 20), module("x509", 10)], other: nothingElse });
    assert.deepEqual(two.children.map(line), ["tls 20", "x509 10"]);
    const earlier = { modules: [module("x509", 4), module("tls", 5)], other: nothingElse };
    const compared = sizeTree(
      "a",
      { modules: [module("tls", 20), module("x509", 10)], other: nothingElse },
      earlier,
    );
    assert.deepEqual(
      compared.children.map(({ name, before }) => [name, before]),
      [
        ["tls", 5],
        ["x509", 4],
      ],
    );
  });
});

describe("The tree of two images", () => {
  const before = {
    modules: [
      testModule("Tls", ["tls", "tls"], { code: 3900, data: 1000 }, [
        { name: "connect_99", kind: "code", bytes: 2400 },
      ]),
      // The other image was read without its libraries.
      testModule("Tls__Core", [undefined, undefined], { code: 2000 }),
      testModule("Gone", ["x509", "x509"], { code: 900 }),
    ],
    other: { ...nothingElse, padding: 100 },
  };
  const root = sizeTree("hello.hvt", testParts, before);

  it("has first what changed most, and what is in one of them only", () => {
    const changes = root.children.map(({ name, bytes, before: earlier }) => [name, bytes - earlier]);
    assert.deepEqual(changes, [
      ["x509", -900],
      ["This unikernel", 500],
      ["tls", 100],
      ["Unknown package", 50],
      ["In no module", 0],
    ]);
  });

  it("matches symbols whose numbers differ", () => {
    const symbol = at(root, "tls", "tls", "Tls", "Code", "connect");
    assert.deepEqual([symbol.bytes, symbol.before], [2500, 2400]);
  });

  it("ends at the parts of modules if the other has no symbols", () => {
    const modules = before.modules.map((each) => ({ ...each, symbols: [] }));
    const short = sizeTree("hello.hvt", testParts, { ...before, modules });
    assert.deepEqual(at(short, "tls", "tls", "Tls", "Code").children, []);
  });

  it("is summarized in a sentence", () => {
    assert.equal(
      summaryText(root, "the previous build"),
      "Compared with the previous build: −250 B. Changed most: x509 −900 B (removed), This unikernel +500 B (new), tls +100 B.",
    );
    assert.equal(
      summaryText(sizeTree("hello.hvt", testParts, testParts), "old.hvt"),
      "Compared with old.hvt: 0 B, no package changed its size.",
    );
  });
});

describe("The reason why a package is in an image", () => {
  const requirements = [
    { package: "tcpip", path: ["tcpip"] },
    { package: "ethernet", path: ["tcpip", "arp", "ethernet"] },
  ];

  it("is what requires it, from the unikernel on", () => {
    assert.equal(reasonText("tcpip", requirements), "tcpip is required by this unikernel.");
    assert.equal(
      reasonText("ethernet", requirements),
      "ethernet is required by this unikernel › tcpip › arp.",
    );
    assert.equal(reasonText("ocaml", requirements), "");
  });
});

describe("The page of an image", () => {
  it("has no code that parses a text as HTML", () => {
    const sources = globSync("webviews/{image,kit}/**/*.ts", { cwd: projectRoot }).filter(
      (path) => !path.endsWith(".test.ts"),
    );
    assert.ok(sources.length > 10);
    const parsing =
      /innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|DOMParser|createContextualFragment/;
    assert.deepEqual(
      sources.filter((path) => parsing.test(readFileSync(join(projectRoot, path), "utf8"))),
      [],
    );
  });
});

describe("Exports of an image's parts", () => {
  const parts = {
    modules: [
      testModule("Tls", ["tls", "tls"], { code: 10 }, [
        { name: '=cmd|"x",<b>\u0007', kind: "code", bytes: 10 },
      ]),
    ],
    other: nothingElse,
  };
  const root = sizeTree("hello.hvt", parts);

  it("are CSV without formulas, with a line for each smallest part", () => {
    assert.equal(
      csvText(root, false),
      `package,library,module,part,symbol,bytes\r\ntls,tls,Tls,Code,"'=cmd|""x"",<b>\u0007",10\r\n`,
    );
    assert.match(csvText(sizeTree("a", parts, parts), true), /,before\r\n.*,10,10\r\n$/);
  });

  it("are JSON with the whole tree", () => {
    const { name, bytes, children } = JSON.parse(sizeTreeJson(root, false));
    assert.deepEqual([name, bytes, children[0].name], ["hello.hvt", 10, "tls"]);
  });

  it("are SVG in which names are not markup", () => {
    const boxes = treemap(root, { x: 0, y: 0, width: 600, height: 400 });
    const paint = {
      label: nameOf,
      fill: () => "rgb(1, 2, 3)",
      paper: "#fff",
      ink: "#000",
      font: '"A", sans-serif',
    };
    const svg = treemapSvg(boxes, paint);
    assert.match(svg, /^<svg [^>]*viewBox="0 0 600 400"/);
    assert.ok(svg.includes("=cmd|&quot;x&quot;,&lt;b&gt;\ufffd"));
    assert.ok(!svg.includes("<b>"));
  });
});
