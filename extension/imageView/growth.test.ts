import assert from "node:assert/strict";
import { growthText, largestGrowths } from "./growth.ts";

describe("A surge of an image's size", () => {
  const ofPackage = (owner: string | undefined, code: number) => ({
    module: owner ?? "Dune__exe__Unikernel",
    language: "ocaml" as const,
    library: undefined,
    package: owner,
    bytes: { code, data: 0, frametable: 0, constants: 0, zeroed: 0 },
    symbols: [],
  });
  const other = { unwind: 1000, linking: 0, padding: 0, literals: 0, generated: 0, unexplained: 0 };
  const before = { modules: [ofPackage("tcpip", 90_000), ofPackage(undefined, 9000)], other };

  it("is said from 5 % on, with the packages that grew most", () => {
    const modules = [ofPackage("tls", 4000), ofPackage("tcpip", 89_000), ofPackage(undefined, 11_000)];
    assert.equal(
      growthText("a.hvt", before, { modules, other }),
      "a.hvt takes 5 % more memory than after the previous build. Grown most: tls +4.0 KB, this unikernel +2.0 KB.",
    );
  });

  it("has the three packages that grew most, however little that is", () => {
    const modules = [
      ["a", 3],
      ["b", 9],
      ["c", 1],
      ["d", 5],
    ].map(([owner, bytes]) => ofPackage(String(owner), Number(bytes)));
    const now = { modules: [...modules, ofPackage("tcpip", 1)], other };
    assert.deepEqual(
      largestGrowths(before, now).map(({ owner, bytes }) => `${owner} ${bytes}`),
      ["b 9", "d 5", "a 3"],
    );
    assert.deepEqual(largestGrowths(now, now), []);
  });

  it("is not said of less, nor of an image that shrank or has no size", () => {
    const almost = [ofPackage("tls", 4999), ...before.modules];
    assert.equal(growthText("a.hvt", before, { modules: almost, other }), undefined);
    assert.equal(growthText("a.hvt", before, { modules: [], other }), undefined);
    const none = { modules: [], other: { ...other, unwind: 0 } };
    assert.equal(growthText("a.hvt", none, before), undefined);
  });
});
