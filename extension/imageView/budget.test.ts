import assert from "node:assert/strict";
import { targetIds } from "../mirage/targets.ts";
import { englishManifest } from "../../scripts/manifest.ts";
import { budgetOf, excessText, parseSize } from "./budget.ts";

interface Manifest {
  readonly contributes: {
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly propertyNames?: { readonly enum: readonly string[] };
            readonly additionalProperties?: { readonly anyOf?: readonly { readonly pattern?: string }[] };
          }
        >
      >;
    };
  };
}

const sizes: readonly (readonly [unknown, number])[] = [
  [3_000_000, 3_000_000],
  ["3 MB", 3_000_000],
  ["1.5MiB", 1_572_864],
  [" 800 kb ", 800_000],
  ["0.5 GB", 500_000_000],
  ["4096", 4096],
  ["12 B", 12],
];
const noSizes: readonly unknown[] = [
  "",
  "MB",
  "3 quarts",
  "-3 MB",
  "3,5 MB",
  "3 MB!",
  "1e3",
  "0x10",
  "9".repeat(400),
  -1,
  0,
  "0 MB",
  NaN,
  Infinity,
  1e300,
  true,
  null,
  [],
  { size: 3 },
];

describe("The budget of an image", () => {
  it("is a size with a unit, or a number of bytes", () => {
    for (const [value, bytes] of sizes) {
      assert.equal(parseSize(value), bytes);
      assert.deepEqual(budgetOf({ hvt: value }, "hvt"), { kind: "bytes", bytes });
    }
  });

  for (const value of noSizes)
    it(`is reported with what to do if it is not a size: ${JSON.stringify(value).slice(0, 40)}`, () => {
      const budget = budgetOf({ hvt: value }, "hvt");
      assert.ok(budget.kind === "invalid");
      assert.ok(budget.message.length < 300);
      assert.match(
        budget.message,
        /^The setting mirageos\.imageBudget has .+ for hvt, which is not a size\. Use a size such as "3 MB"/s,
      );
    });

  it("is none for a target that the setting does not name", () => {
    assert.deepEqual(budgetOf({ hvt: "3 MB" }, "spt"), { kind: "none" });
    assert.deepEqual(budgetOf({}, "constructor"), { kind: "none" });
  });

  it("has a schema that knows all targets and accepts the same sizes", () => {
    const { properties } = englishManifest<Manifest>().contributes.configuration;
    const schema = properties["mirageos.imageBudget"];
    assert.deepEqual(schema?.propertyNames?.enum, targetIds);
    const pattern = schema.additionalProperties?.anyOf?.flatMap((each) => each.pattern ?? [])[0] ?? "";
    const accepts = (text: string): boolean => new RegExp(pattern, "u").test(text);
    const texts = (values: readonly unknown[]) => values.filter((value) => typeof value === "string");
    assert.deepEqual(
      texts(sizes.map(([value]) => value)).filter((value) => !accepts(value)),
      [],
    );
    // A pattern cannot say that a size is larger than 0.
    assert.deepEqual(texts(noSizes).filter(accepts), ["0 MB"]);
  });

  it("is passed by a larger image only, with the packages that grew most", () => {
    const grown = [
      { owner: "tls", bytes: 212_000 },
      { owner: "x509", bytes: 40_000 },
    ];
    assert.equal(excessText("hvt", 3_000_000, 3_000_000, grown), undefined);
    assert.equal(
      excessText("hvt", 3_000_000, 3_200_000, grown),
      "The image for hvt takes 3.2 MB of memory, 200.0 KB more than its budget of 3.0 MB (setting mirageos.imageBudget). Grown most since the previous build: tls +212 KB, x509 +40 KB.",
    );
    assert.equal(
      excessText("hvt", 3_000_000, 3_000_001, []),
      "The image for hvt takes 3.0 MB of memory, 1 B more than its budget of 3.0 MB (setting mirageos.imageBudget).",
    );
  });
});
