import assert from "node:assert/strict";
import { readPackageUrl } from "../packageSource.ts";
import { orderLabel, orderPackages, packageOrders, type PackageOrder } from "./packageOrder.ts";
import type { PackageFacts } from "./packageText.ts";

const facts = (name: string, more: Partial<PackageFacts> = {}, url?: string): PackageFacts => ({
  locked: {
    name,
    version: "1.0",
    folder: url && name,
    source: url === undefined ? undefined : readPackageUrl(url),
  },
  file: undefined,
  listed: undefined,
  path: [],
  requirers: [],
  vulnerabilities: [],
  ...more,
});
const released = "https://example.org/x-1.0.tbz";
const packages = [
  facts("tls", { listed: { name: "tls", versions: ["2.0", "1.0"], synopsis: "" }, path: ["tls"] }, released),
  facts("ocaml", { listed: { name: "ocaml", versions: ["1.0"], synopsis: "" } }),
  facts("dns", { path: ["tls", "dns"] }, "git+https://example.org/dns.git"),
  facts(
    "arp",
    {
      file: {
        name: "arp",
        version: "1.0",
        synopsis: undefined,
        licence: "ISC",
        homepage: undefined,
        requires: [],
      },
    },
    released,
  ),
];
const vulnerable = packages.map((each) => ({
  ...each,
  vulnerabilities:
    each.locked.name === "dns"
      ? [{ locked: each.locked, id: "OSEC-1", summary: "", page: "", range: "", fixedIn: undefined }]
      : [],
}));
const shown = (order: PackageOrder) =>
  orderPackages(vulnerable, order).map(
    ({ label, packages: members }) => `${label}: ${members.map(({ locked }) => locked.name).join(" ")}`,
  );

describe("The order of packages", () => {
  it("is that of their names, or of groups in which they are in the order of their names", () => {
    assert.deepEqual(shown("name"), [": arp dns ocaml tls"]);
    assert.deepEqual(shown("state"), [
      "Known vulnerabilities: dns",
      "Newer versions: tls",
      "Up to date: ocaml",
      "Not known: arp",
    ]);
    assert.deepEqual(shown("source"), ["git repositories: dns", "Releases: arp tls", "opam switch: ocaml"]);
    assert.deepEqual(shown("licence"), ["ISC: arp", "Not known: dns ocaml tls"]);
    assert.deepEqual(shown("requirer"), ["tls: dns tls", "Not known: arp ocaml"]);
  });

  it("has a name", () => {
    assert.equal(new Set(packageOrders.map(orderLabel)).size, packageOrders.length);
    assert.deepEqual(orderPackages([], "state"), []);
  });
});
