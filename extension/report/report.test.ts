import assert from "node:assert/strict";
import { issueAddress, lastLines, reportMarkdown, type ReportParts } from "./report.ts";

const parts: ReportParts = {
  extension: "0.1.0",
  editor: "Visual Studio Code 1.139.1",
  system: "linux x64 6.1",
  remote: undefined,
  trusted: true,
  settings: { "mirageos.codeLens": false },
  unikernels: "## hello\n- Chosen target: hvt",
  setup: "# MirageOS setup\n\n## Tools\n\n| | Status |",
  log: "one\n```\ntwo",
  boot: undefined,
};

describe("the report of a problem", () => {
  it("asks what happened first, and tells versions, settings, unikernels, setup and logs", () => {
    const text = reportMarkdown(parts);
    assert.match(text, /^## What happened\n/);
    assert.match(text, /- Editor: Visual Studio Code 1\.139\.1\n/);
    assert.match(text, /"mirageos\.codeLens": false/);
    assert.match(text, /### hello\n- Chosen target: hvt/);
    assert.match(text, /<summary>Setup<\/summary>\n\n### Tools/);
    assert.doesNotMatch(text, /Last boot/);
    assert.match(reportMarkdown({ ...parts, boot: "hello on unix" }), /Last boot[\s\S]*hello on unix/);
  });

  it("keeps a log in its block, whatever it holds", () => {
    assert.match(reportMarkdown(parts), /\n````text\none\n```\ntwo\n````\n/);
  });

  it("has the end of a long log", () => {
    assert.equal(lastLines("a\nb\nc\n", 2), "…\nb\nc");
    assert.equal(lastLines("a\nb\n", 2), "a\nb");
  });

  it("goes into the address of a new issue where it fits", () => {
    const short = issueAddress("https://example.org/issues", "a & b");
    assert.deepEqual(short, { address: "https://example.org/issues/new?body=a%20%26%20b", whole: true });
    const long = issueAddress("https://example.org/issues", "é".repeat(5000));
    assert.equal(long.whole, false);
    assert.ok(long.address.length < 7000);
  });
});
