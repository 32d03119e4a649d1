import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import {
  optionArguments,
  parseConfigureHelp,
  parseOptionArguments,
  projectOptions,
} from "./configureOptions.ts";

const recorded = (project: string) =>
  parseConfigureHelp(
    readFileSync(
      new URL(
        `../../test-workspace/recordings/mirage-4.11.1/skeleton/${project}/configure-help-plain.stdout`,
        import.meta.url,
      ),
      "utf8",
    ),
  );
const website = recorded("applications/static_website_tls");
const option = (flag: string) => website.find((found) => found.flag === flag);

describe("parseConfigureHelp", () => {
  it("finds a project's own options with their values, defaults and documentation", () => {
    assert.deepEqual(
      website.filter(({ section }) => section === "UNIKERNEL PARAMETERS").map(({ flag }) => flag),
      ["--certs-kv_ro", "--data-kv_ro", "--net", "--no-dhcp", "--utcp"],
    );
    assert.deepEqual(website[0], {
      flag: "--certs-kv_ro",
      aliases: [],
      kind: "value",
      docv: "KV_RO",
      absent: "crunch",
      doc: "Use either crunch or direct pass-through implementation for the certs group.",
      values: ["crunch", "direct"],
      section: "UNIKERNEL PARAMETERS",
    });
    assert.deepEqual(website.find(({ flag }) => flag === "--net")?.values, [
      "host",
      "socket",
      "direct",
      "ocaml",
    ]);
    assert.equal(website.find(({ flag }) => flag === "--utcp")?.kind, "flag");
  });

  it("reads several forms, environment variables and a default on separate lines", () => {
    assert.deepEqual(option("--file")?.aliases, ["-f", "--config-file"]);
    assert.equal(option("--file")?.absent, "config.ml");
    assert.deepEqual([option("--target")?.absent, option("--target")?.env], ["unix", "MODE"]);
    assert.equal(option("--target")?.values?.length, 11);
    assert.equal(option("--extra-repos")?.env, "MIRAGE_EXTRA_REPOS");
    assert.match(option("--extra-repos")?.absent ?? "", /^opam-overlays:.*mirage-opam-overlays\.git$/);
    assert.match(
      option("--extra-repos")?.doc ?? "",
      /^Additional opam-repositories .*mirage-opam-overlays\.git\.$/,
    );
    assert.equal(
      option("--verbose")?.doc,
      "Increase verbosity. Repeatable, but more than twice does not bring more.",
    );
    assert.equal(option("--help")?.kind, "value");
  });

  it("skips output before the manual, and finds no options in other text", () => {
    assert.deepEqual(
      projectOptions(recorded("tutorial/hello")).map(({ flag }) => flag),
      ["--extra-repos", "--no-depext", "--no-extra-repo"],
    );
    assert.deepEqual(parseConfigureHelp("run ['dune' 'build']: exited with 1\n  --x\n"), []);
  });

  it("accepts any text", () => {
    const piece = fc.constantFrom(
      "UNIKERNEL PARAMETERS\n",
      "       ",
      "    ",
      "-x, --y=Z",
      " (absent=",
      ")",
      "one of ",
      ", ",
      " or ",
      "\n",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, (help) => {
        for (const { flag } of parseConfigureHelp(help)) assert.ok(flag.startsWith("-"));
      }),
    );
  });
});

describe("projectOptions", () => {
  it("returns the project's options first, and neither target nor verbosity", () => {
    assert.deepEqual(
      projectOptions(website).map(({ flag }) => flag),
      [
        "--certs-kv_ro",
        "--data-kv_ro",
        "--net",
        "--no-dhcp",
        "--utcp",
        "--extra-repos",
        "--no-depext",
        "--no-extra-repo",
      ],
    );
  });
});

describe("option arguments", () => {
  it("parses every form of an option", () => {
    for (const typed of [
      ["--net=direct", "--no-dhcp", "--data-kv_ro=crunch"],
      ["--net", "direct", "--no-dhcp", "--data-kv_ro", "crunch"],
      ["--net=host", "--no-dhcp", "--ne", "direct", "--data=crunch"],
    ]) {
      assert.deepEqual(
        parseOptionArguments(typed, website),
        { choices: { "--net": "direct", "--no-dhcp": true, "--data-kv_ro": "crunch" }, rest: [] },
        typed.join(" "),
      );
    }
    assert.deepEqual(parseOptionArguments(["-oX", "-f", "a.ml", "word"], website), {
      choices: { "--output": "X", "--file": "a.ml" },
      rest: ["word"],
    });
    assert.deepEqual(parseOptionArguments(["--net", "host", "--no-dhcp"]).choices, {
      "--net": "host",
      "--no-dhcp": true,
    });
  });

  it("parses back the arguments of any choices", () => {
    const choices = fc.dictionary(
      fc.stringMatching(/^--[a-z][a-z-]{0,8}$/),
      fc.oneof(fc.string({ unit: "grapheme" }), fc.constant(true as const)),
    );
    fc.assert(
      fc.property(choices, (chosen) => {
        assert.deepEqual(parseOptionArguments(optionArguments(chosen)).choices, { ...chosen });
      }),
    );
  });
});
