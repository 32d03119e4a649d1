import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { shellArguments } from "../../platform/shellQuote.ts";
import {
  lastOptionValue,
  bootOptions,
  isLogOption,
  formatLevels,
  parseLevelArgument,
  acceptsList,
  optionValues,
  valuesOf,
  withOptionValue,
  withOptionValues,
  type BootOption,
} from "./bootArguments.ts";
import { splitArguments } from "../../platform/shellQuote.ts";

const recorded = (file: string) =>
  readFileSync(new URL(`../../../test-workspace/recordings/mirage-4.11.1/${file}`, import.meta.url), "utf8");

const optionOf = (options: readonly BootOption[], flag: string): BootOption => {
  const found = options.find((option) => option.flag === flag);
  assert.ok(found, flag);
  return found;
};

describe("the boot arguments of a unikernel", () => {
  const help = bootOptions(recorded("runtime/unix/help-plain.stdout"));

  it("are parsed from its help with kind, default and documentation, its own first", () => {
    assert.equal(help.length, 17);
    assert.deepEqual(help[0], {
      flag: "--mode",
      aliases: [],
      kind: "value",
      docv: "VAL",
      absent: "ok",
      doc: "What to do: ok, exn, lwt-exn, exit3, levels, stack, oom, assert, bounds, notfound, abort.",
      section: "OPTIONS",
    });
    assert.ok(help[1] && isLogOption(help[1]));
    assert.equal(optionOf(help, "--delay").absent, "0");
    assert.deepEqual(valuesOf(optionOf(help, "--backtrace")), ["true", "false"]);
    assert.ok(!help.some(({ flag }) => flag === "--help"));
  });

  it("are the same when a tender runs the image and Solo5 prints lines around the help", () => {
    assert.deepEqual(
      bootOptions(recorded("runtime/spt/help-plain.stdout")).map(({ flag }) => flag),
      help.map(({ flag }) => flag),
    );
  });

  it("are parsed from sections of mirage and of the user", () => {
    const network = bootOptions(recorded("net-run/unix-direct-help.stdout"));
    assert.equal(optionOf(network, "--port").absent, "8080");
    assert.match(optionOf(network, "--ipv4").doc, /network/i);
    const runtime = "OCAML RUNTIME OPTIONS\n       --backtrace=BOOL\n\nCOMMON OPTIONS\n       --delay=INT\n";
    assert.deepEqual(
      bootOptions(runtime).map(({ flag }) => flag),
      ["--delay", "--backtrace"],
    );
    const own = "MY SERVER\n       --motd=TEXT (absent=hello)\n           What it says.\n";
    assert.deepEqual(
      bootOptions(own).map(({ flag, section }) => [flag, section]),
      [["--motd", "MY SERVER"]],
    );
    assert.deepEqual(bootOptions("hello: unknown option '--help'.\n"), []);
  });

  const odd = bootOptions(recorded("runtime/unix/help-of-arguments.stdout"));

  it("are parsed in all forms that cmdliner prints", () => {
    const own = odd.filter(({ section }) => section === "OPTIONS");
    assert.deepEqual(
      own.map(({ flag, kind, docv, bare, absent }) => [flag, kind, docv, bare, absent]),
      [
        ["--colour", "value", "COLOUR", undefined, "red"],
        ["--fast", "flag", undefined, undefined, undefined],
        ["--from-env", "value", "VAL", undefined, "x"],
        ["--listen", "value", "PORT", "80", undefined],
        ["--many", "value", "NAME", undefined, undefined],
        ["-n", "value", "N", undefined, "3"],
        ["--peer", "value", "HOST:PORT", undefined, "localhost:80"],
        ["--protocols", "value", "PROTO", undefined, "tcp,udp"],
        ["--slow", "flag", undefined, undefined, undefined],
        ["--verbose", "flag", undefined, undefined, undefined],
        ["--when", "value", "WHEN", "always", "never"],
        ["--weird", "value", "A B", undefined, `it's "quoted" (really)`],
        ["--old", "flag", undefined, undefined, undefined],
      ],
    );
    assert.equal(optionOf(odd, "--old").doc, "(Deprecated) Use --fast instead. Old.");
    assert.equal(odd[0]?.section, "CREDENTIALS AND KEYS");
  });

  it("accept a list of values if their default is a list of known values", () => {
    assert.ok(acceptsList(optionOf(odd, "--protocols")));
    assert.ok(!acceptsList(optionOf(odd, "--logs")));
    assert.ok(!acceptsList(optionOf(odd, "--colour")));
  });

  it("can occur more than once, and every value is returned", () => {
    const many = optionOf(odd, "--many");
    const args = ["-m", "a", "word", "--many=b"];
    assert.deepEqual(optionValues(args, many), ["a", "b"]);
    assert.deepEqual(withOptionValues(args, many, ["a", "b", "c"]), [
      "--many=a",
      "--many=b",
      "--many=c",
      "word",
    ]);
    assert.deepEqual(withOptionValues(args, many, []), ["word"]);
    assert.deepEqual(withOptionValues([], optionOf(odd, "-n"), ["1", true]), ["-n", "1", "-n"]);
  });

  it("are found as repeated flags after one dash", () => {
    const verbose = optionOf(odd, "--verbose");
    assert.deepEqual(optionValues(["-vv", "-n", "-v"], verbose), [true, true]);
    assert.deepEqual(withOptionValue(["-vv", "a"], verbose, undefined), ["a"]);
  });

  const logs = optionOf(help, "--logs");
  const mode = optionOf(help, "--mode");

  it("are found in every form, and the last value counts", () => {
    for (const args of [["-l", "*:debug"], ["-l*:debug"], ["--logs", "*:debug"], ["--logs=*:debug"]]) {
      assert.equal(lastOptionValue(args, logs), "*:debug", args.join(" "));
    }
    assert.equal(lastOptionValue(["--mode=a", "--mode", "b"], mode), "b");
    assert.equal(lastOptionValue(["--", "--mode=a"], mode), undefined);
    // A value that looks like an option is an option.
    assert.equal(lastOptionValue(["--mode", "-l", "info"], mode), true);
    assert.equal(lastOptionValue(["--mode", "-l", "info"], logs), "info");
    assert.equal(lastOptionValue(["--mode", "-"], mode), "-");
  });

  it("are replaced in place, and removed", () => {
    const args = ["-l", "info", "word", "--mode=a", "--mode", "b"];
    assert.deepEqual(withOptionValue(args, mode, "c"), ["-l", "info", "word", "--mode=c"]);
    assert.deepEqual(withOptionValue(args, logs, "*:debug"), [
      "--logs=*:debug",
      "word",
      "--mode=a",
      "--mode",
      "b",
    ]);
    assert.deepEqual(withOptionValue(args, mode, undefined), ["-l", "info", "word"]);
    assert.deepEqual(withOptionValue(["a", "--", "b"], mode, "c"), ["a", "--mode=c", "--", "b"]);
  });

  it("are split as a shell splits them, without expansion", () => {
    assert.deepEqual(splitArguments(`-l '*:debug'  --motd="hello \\"you\\"" a\\ b ''`), [
      "-l",
      "*:debug",
      '--motd=hello "you"',
      "a b",
      "",
    ]);
    assert.deepEqual(splitArguments("$(id) `id` $HOME"), ["$(id)", "`id`", "$HOME"]);
    fc.assert(
      fc.property(fc.array(fc.string()), (args) => {
        assert.deepEqual(splitArguments(shellArguments(args)), args);
      }),
    );
  });

  it("parse and format log levels by source", () => {
    assert.deepEqual([...parseLevelArgument("info")], [["*", "info"]]);
    const levels = parseLevelArgument("tcp:debug,*:info,tcp:error,a:b:warning");
    assert.deepEqual(
      [...levels],
      [
        ["*", "info"],
        ["tcp", "error"],
        ["a:b", "warning"],
      ],
    );
    assert.equal(formatLevels(levels), "*:info,tcp:error,a:b:warning");
    assert.equal(formatLevels(parseLevelArgument("")), "");
  });
});
