import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compareVersions,
  parseMirageVersion,
  parseVersionHeader,
  satisfies,
  unmetBound,
  headerFor,
} from "./version.ts";

const bounds = (line: string) => {
  const header = parseVersionHeader(line);
  assert.equal(header?.kind, "constraint", line);
  return header?.kind === "constraint" ? header.bounds : [];
};

describe("parseVersionHeader", () => {
  it("reads what mirage accepts", () => {
    assert.deepEqual(bounds("(* mirage >= 4.9.0 & < 4.12.0 *)"), [
      { operator: ">=", version: "4.9.0" },
      { operator: "<", version: "4.12.0" },
    ]);
    assert.deepEqual(bounds("  (* mirage < 5 *) let x = 1\r\n"), [{ operator: "<", version: "5" }]);
    assert.deepEqual(bounds("(* mirage  >= 4.9.0  < 5.0 *)").length, 2);
    assert.deepEqual(bounds("(* mirage *)"), []);
  });

  it("ignores other lines", () => {
    for (const line of [
      "",
      "open Mirage",
      "(* mirage",
      "(* miragey >= 4.0.0 *)",
      "(*mirage >= 4.0.0 *)",
      "(* mirage\t>= 4.0.0 *)",
      "\uFEFF(* mirage >= 4.0.0 *)",
    ]) {
      assert.equal(parseVersionHeader(line), undefined, line);
    }
  });

  it("reports the error where mirage refuses the line", () => {
    for (const [line, reason] of [
      ["(* mirage >= 4.9.0", /form/],
      ["(* mirage > 4.9.0 *)", /form/],
      ["(* mirage >=4.9.0 *)", /form/],
      ["(* mirage >= 4.9.0 && < 4.12.0 *)", /form/],
      ["(* mirage is what this is for *)", /form/],
      ["(* mirage >= 4.9.0 & >= 4.10.0 *)", /more than one >=/],
      ["(* mirage < 4.9.0 & < 4.10.0 *)", /more than one </],
      ["(* mirage >= 4.9.0~beta1 *)", /"4\.9\.0~beta1"/],
      ["(* mirage >= *)", /"\*\)"/],
    ] as const) {
      const header = parseVersionHeader(line);
      assert.equal(header?.kind, "error", line);
      if (header?.kind === "error") assert.match(header.message, reason);
    }
  });

  it("accepts arbitrary lines without exceptions", () => {
    const words = fc.constantFrom("(* mirage ", ">=", "<", "&", " ", "*)", "4.9", ".", "~", "\t");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((parts) => parts.join("")),
        ),
        (line) => {
          const header = parseVersionHeader(line);
          if (header?.kind === "constraint")
            assert.equal(typeof satisfies("4.11.1", header.bounds), "boolean");
        },
      ),
    );
  });
});

describe("satisfies", () => {
  it("returns the bound that the installed mirage does not meet", () => {
    const header = bounds("(* mirage >= 4.9.0 & < 4.12.0 *)");
    assert.equal(unmetBound("4.11.1", header), undefined);
    assert.equal(unmetBound("4.9", header), undefined);
    assert.deepEqual(unmetBound("4.8.9", header), { operator: ">=", version: "4.9.0" });
    assert.deepEqual(unmetBound("4.12.0", header), { operator: "<", version: "4.12.0" });
    assert.deepEqual(unmetBound("4.12", header), { operator: "<", version: "4.12.0" });
    assert.equal(satisfies("10.0.0", bounds("(* mirage >= 9 *)")), true);
  });

  it("accepts a development version, as mirage does", () => {
    const header = bounds("(* mirage >= 9.0.0 *)");
    assert.equal(satisfies("4.11.1-3-gabcdef", header), true);
    assert.equal(satisfies("dev", header), true);
  });
});

describe("compareVersions", () => {
  it("orders versions as opam does", () => {
    const ascending = [
      "~~",
      "~",
      "",
      "1.0~~",
      "1.0~beta2",
      "1.0~beta10",
      "1.0",
      "1.0a",
      "1.0-1",
      "1.0.1",
      "1.2",
      "1.010",
      "1.11~beta1",
      "1.11",
    ];
    for (const [i, left] of ascending.entries()) {
      for (const [j, right] of ascending.entries()) {
        assert.equal(Math.sign(compareVersions(left, right)), Math.sign(i - j), `${left} and ${right}`);
      }
    }
    assert.equal(compareVersions("4.09", "4.9"), 0);
  });

  it("is a total order", () => {
    const version = fc
      .array(fc.constantFrom("~", "0", "1", "9", ".", "a", "-"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        assert.equal(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
      }),
    );
  });
});

describe("parseMirageVersion", () => {
  it("reads released and development versions", () => {
    assert.equal(parseMirageVersion("4.11.1\n"), "4.11.1");
    assert.equal(parseMirageVersion("v4.11.1-3-gabc\r\n"), "4.11.1-3-gabc");
    assert.equal(parseMirageVersion("a warning of opam\n4.11.1\n"), "4.11.1");
    assert.equal(parseMirageVersion("%%VERSION%%\n"), "dev");
    assert.equal(parseMirageVersion("command not found\n"), undefined);
  });
});

describe("headerFor", () => {
  it("accepts the minor series of the installed mirage", () => {
    assert.equal(headerFor("4.11.1"), "(* mirage >= 4.11.0 & < 4.12.0 *)");
    assert.equal(headerFor("dev"), undefined);
  });
});
