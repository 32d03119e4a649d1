import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readConfigPackages } from "../configPackages.ts";
import { readLockFile } from "../lockFile.ts";
import { isAffected, rangesText, readAdvisory } from "./advisory.ts";
import { advisoryFolders, readAdvisories } from "./readAdvisories.ts";
import { findVulnerabilities, vulnerabilityMessage, vulnerabilityProblems } from "./vulnerabilities.ts";

const markdown = (affected: string, id = "OSEC-2031-01") =>
  `\`\`\`
id: ${id}
modified: "2031-02-01T12:00:00Z"
aliases: [ CVE-2031-1 GHSA-x ]
affected: ${affected}
events: [
  [
    git "https://example.org/x" [
      [fixed "b0a2614684a52acded784ec213f14ddfe085d146"]
    ]
  ]
]
cwe: [ CWE-78 ]
\`\`\`

# Éxample: reads {too} much

## Details

affected: "other"
`;

const osv = (more: object) =>
  JSON.stringify({
    id: "OSEC-2031-02",
    modified: "2031-03-01T12:00:00Z",
    summary: "Two ranges",
    affected: [
      {
        package: { ecosystem: "opam", name: "tls" },
        ranges: [
          { type: "GIT", events: [{ introduced: "0" }, { fixed: "abc" }] },
          {
            type: "ECOSYSTEM",
            events: [
              { introduced: "0" },
              { fixed: "1.2.0" },
              { introduced: "2.0" },
              { last_affected: "2.0.3" },
            ],
          },
        ],
        versions: ["1.0.0"],
      },
    ],
    ...more,
  });

const lock = (versions: Readonly<Record<string, string>>) =>
  readLockFile(
    `depends: [${Object.entries(versions)
      .map(([name, version]) => `"${name}" {= "${version}"}`)
      .join(" ")}]`,
  );

/** The messages about one locked version. */
function messages(text: string, name: string, version: string): string[] {
  const advisory = readAdvisory(text);
  return findVulnerabilities(lock({ [name]: version }), advisory ? [advisory] : []).map(vulnerabilityMessage);
}

describe("Security advisories", () => {
  it("in Markdown concern the versions of their formula, and name the version that fixes a locked one", () => {
    const text = markdown('"ocaml" {< "4.14.4" | (>= "5" & < "5.5.0")}');
    assert.deepEqual(messages(text, "ocaml", "5.4.1"), [
      "ocaml 5.4.1 has a known vulnerability, OSEC-2031-01: Éxample: reads {too} much (affected: < 4.14.4 | >= 5 & < 5.5.0; fixed in 5.5.0)",
    ]);
    assert.match(messages(text, "ocaml", "4.14.2")[0] ?? "", /fixed in 4\.14\.4\)/);
    for (const version of ["4.14.4", "4.15.0", "5.5.0", "dev"])
      assert.deepEqual(messages(text, "ocaml", version), [], version);
    assert.deepEqual(messages(text, "other", "1"), []);
    assert.equal(messages(text.replaceAll("\n", "\r\n"), "ocaml", "5.4.1").length, 1);
    assert.equal(messages(text.replaceAll("```", "---"), "ocaml", "5.4.1").length, 1);
  });

  it("can concern several packages, all versions, and versions that nothing fixes", () => {
    const several = markdown('[ "a" {>= "1"} "b" ]');
    assert.match(messages(several, "a", "1.0")[0] ?? "", /\(affected: >= 1\)$/);
    assert.equal(messages(several, "a", "0.9").length, 0);
    assert.equal(messages(several, "b", "0.9").length, 1);
    const nested = readAdvisory(markdown('"a" {(< "1" | > "2") & != "3"}'))?.affected[0];
    assert.ok(nested);
    assert.equal(rangesText(nested), "< 1 & != 3 | > 2 & != 3");
    assert.deepEqual(
      ["0", "1", "3", "4"].map((version) => isAffected(nested, version)),
      [true, false, false, true],
    );
  });

  it("in OSV concern the ranges of opam, otherwise the versions that are listed", () => {
    assert.match(
      messages(osv({}), "tls", "1.1.9")[0] ?? "",
      /affected: < 1\.2\.0 \| >= 2\.0 & <= 2\.0\.3; fixed in 1/,
    );
    assert.equal(messages(osv({}), "tls", "2.0.3").length, 1);
    assert.equal(messages(osv({}), "tls", "1.2.0").length, 0);
    const listed = osv({ affected: [{ package: { ecosystem: "opam", name: "x" }, versions: ["1.0", 7] }] });
    assert.equal(messages(listed, "x", "1.0").length, 1);
    assert.equal(messages(listed, "x", "1.1").length, 0);
  });

  it("are ignored if they are withdrawn, of another ecosystem, or unreadable", () => {
    const cases = [
      "",
      "{",
      "[]",
      '{"id": 1}',
      osv({ withdrawn: "2031-04-01T00:00:00Z" }),
      osv({ affected: [{ package: { ecosystem: "npm", name: "tls" } }, null] }),
      markdown('"tls" {< "9"').slice(0, 60),
      markdown('"tls" {os = "linux"}'),
      markdown('"tls" {< version}'),
      markdown('"tls" {< "9"}').replace("cwe:", 'withdrawn: "2031-04-01T00:00:00Z"\ncwe:'),
    ];
    for (const text of cases) assert.equal(readAdvisory(text), undefined, text);
  });

  it("are found where opam-audit clones them and beside the workspace, the latest change of each", async () => {
    const root = await mkdtemp(join(tmpdir(), "mirageos-advisories-é "));
    try {
      const [clone = "", inside = "", beside = ""] = advisoryFolders(root, join(root, "ws", "hello"));
      const write = async (path: string, text: string) => {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      };
      const old = osv({ id: "OSEC-2031-01", modified: "2031-01-01T00:00:00+01:00" });
      await write(join(clone, "2031", "OSEC-2031-01.json"), old);
      await write(join(clone, ".git", "OSEC-2031-09.json"), osv({ id: "OSEC-2031-09" }));
      await write(join(clone, "package.json"), osv({ id: "OSEC-2031-10" }));
      await write(join(beside, "advisories", "2031", "OSEC-2031-01.md"), markdown('"dns"'));
      const read = async () =>
        (await readAdvisories([clone, inside, beside])).map(({ id, affected }) => [id, affected[0]?.name]);
      assert.deepEqual(await read(), [["OSEC-2031-01", "dns"]]);
      await write(join(beside, "advisories", "2031", "OSEC-2031-02.md"), markdown('"arp"', "OSEC-2031-02"));
      await write(join(beside, ".git", "index"), "");
      await utimes(join(beside, ".git", "index"), 1, 1);
      assert.deepEqual(await read(), [
        ["OSEC-2031-01", "dns"],
        ["OSEC-2031-02", "arp"],
      ]);
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it("are problems at the packages of config.ml, and in the lock file for others, with the update as fix", () => {
    const config = 'let main = main ~packages:[ package "tls" ] "Unikernel" job\n';
    const url = '["arp.3.1.0" "https://example.org/arp.tbz"]';
    const text = [
      'depends: ["arp" {= "3.1.0" & ?vendor} "ocaml" {= "5.4.1"} "tls" {= "1.0" & ?vendor}]',
      `pin-depends: [${url}]`,
      'x-opam-monorepo-duniverse-dirs: [["https://example.org/arp.tbz" "arp"]]',
    ].join("\r\n");
    const advisories = ["tls", "arp", "ocaml"].flatMap((name) => readAdvisory(markdown(`"${name}"`)) ?? []);
    const found = findVulnerabilities(readLockFile(text), advisories);
    const problems = vulnerabilityProblems(found, readConfigPackages(config), text);
    const shown = (source: string, list: typeof problems.lock) =>
      list.map(({ span, fix, isInformation, code }) => [
        source.slice(span.start - 1, span.end + 1),
        fix,
        isInformation,
        code?.page,
      ]);
    const page = "https://osv.dev/vulnerability/OSEC-2031-01";
    assert.deepEqual(shown(config, problems.config), [['"tls"', undefined, true, page]]);
    assert.deepEqual(shown(text, problems.lock), [
      ['"arp"', { kind: "update", package: "arp" }, false, page],
      ['"ocaml"', undefined, true, page],
    ]);
  });

  it("are matched with 2,000 packages and 2,000 advisories without a delay that is felt", () => {
    const versions = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`p${i}`, "1.0"]));
    const advisories = Array.from({ length: 2000 }, (_, i) => ({
      id: `OSEC-${i}`,
      summary: "",
      modified: "",
      affected: [{ name: `p${i}`, ranges: [[{ operator: "<", version: "2" }]] }],
    }));
    assert.equal(findVulnerabilities(lock(versions), advisories).length, 2000);
  });
});
