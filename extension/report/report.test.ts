import assert from "node:assert/strict";
import { issueAddress, lastLines, reportMarkdown, type ReportParts } from "./report.ts";

const parts: ReportParts = {
  extension: "0.1.0",
  editor: "Visual Studio Code 1.139.1",
  system: "linux x64 6.1",
  remote: undefined,
  trusted: true,
  settings: { "mirageos.codeLens": false },
  unikernels: "## hello\n- Selected target: hvt",
  setup: "# MirageOS setup\n\n## Tools\n\n| | Status |",
  log: "one\n```\ntwo",
  boot: undefined,
};

describe("reportMarkdown", () => {
  it("starts with a prompt for what happened, followed by versions, settings, unikernels, setup and logs", () => {
    const text = reportMarkdown(parts);
    assert.match(text, /^## What happened\n/);
    assert.match(text, /- Editor: Visual Studio Code 1\.139\.1\n/);
    assert.match(text, /"mirageos\.codeLens": false/);
    assert.match(text, /### hello\n- Selected target: hvt/);
    assert.match(text, /<summary>Setup<\/summary>\n\n### Tools/);
    assert.doesNotMatch(text, /Last boot/);
    assert.match(reportMarkdown({ ...parts, boot: "hello on unix" }), /Last boot[\s\S]*hello on unix/);
  });

  it("fences a log that contains fences", () => {
    assert.match(reportMarkdown(parts), /\n````text\none\n```\ntwo\n````\n/);
  });
});

describe("lastLines", () => {
  it("returns the end of a long text", () => {
    assert.equal(lastLines("a\nb\nc\n", 2), "…\nb\nc");
    assert.equal(lastLines("a\nb\n", 2), "a\nb");
  });
});

describe("issueAddress", () => {
  it("contains the report if it is short enough", () => {
    const short = issueAddress("https://example.org/issues", "a & b");
    assert.deepEqual(short, { address: "https://example.org/issues/new?body=a%20%26%20b", whole: true });
    const long = issueAddress("https://example.org/issues", "é".repeat(5000));
    assert.equal(long.whole, false);
    assert.ok(long.address.length < 7000);
  });
});
