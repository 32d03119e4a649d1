import assert from "node:assert/strict";
import { comparisonCandidates } from "./comparisonCandidates.ts";

const net = { name: "--net", kind: "choice", values: ["host", "direct"] } as const;
const utcp = { name: "--utcp", kind: "flag", values: [] } as const;

const list = (
  target: string,
  options: readonly string[],
  declared: Parameters<typeof comparisonCandidates>[1],
) =>
  comparisonCandidates({ target, options, evaluate: true }, declared).map((group) =>
    group.map((each) => [each.target, ...each.options].join(" ")),
  );

describe("configurations to compare with", () => {
  it("are unix and hvt first, on unix also with the sockets of the host, never the same one", () => {
    assert.deepEqual(list("hvt", [], [net, utcp]), [
      ["unix", "unix --net=host"],
      ["xen", "qubes"],
      ["hvt --net=host", "hvt --net=direct", "hvt --utcp"],
    ]);
    assert.deepEqual(list("unix", ["--net=host"], [net])[0], ["hvt"]);
    assert.deepEqual(list("unix", [], [])[0], ["hvt"]);
    assert.deepEqual(list("xen", ["--utcp"], [utcp]), [
      ["unix --utcp", "hvt --utcp"],
      ["qubes --utcp"],
      ["xen"],
    ]);
  });
});
