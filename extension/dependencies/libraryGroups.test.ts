import assert from "node:assert/strict";
import { groupPackages, searchGroups } from "./libraryGroups.ts";

describe("The groups of packages", () => {
  const arp = { name: "arp", versions: ["4.1.0"], synopsis: "Address Resolution Protocol" };
  const other = { name: "base", versions: ["v0.17.3"], synopsis: "Standard library" };

  it("have the libraries for unikernels by their field, then all other packages, each once", () => {
    const groups = groupPackages([other, arp]);
    assert.deepEqual(
      groups.map(({ label }) => label),
      ["Network", "Storage", "Data structures and formats", "Security", "Cryptography", "Other packages"],
    );
    assert.ok(groups[0]?.packages.includes(arp));
    assert.deepEqual(groups.at(-1)?.packages, [other]);
    const names = groups.flatMap(({ packages }) => packages.map(({ name }) => name));
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z][\w-]*$/);
  });

  it("are offered without opam too", () => {
    const groups = groupPackages([]);
    assert.equal(groups.length, 5);
    assert.ok(groups.some(({ packages }) => packages.some(({ name }) => name === "digestif")));
  });

  it("are searched by words of the name, the synopsis and the field, in any order", () => {
    const search = (query: string) =>
      searchGroups(groupPackages([other, arp]), query).flatMap(({ packages }) => packages);
    assert.deepEqual(search("protocol resolution"), [arp]);
    assert.deepEqual(search("ARP network"), [arp]);
    assert.deepEqual(search("arp cryptography"), []);
    assert.deepEqual(search("no such package"), []);
    assert.deepEqual(searchGroups(groupPackages([other]), " "), groupPackages([other]));
  });
});
