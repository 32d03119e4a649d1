import assert from "node:assert/strict";
import { logCalls } from "./logCalls.ts";
import { matchCallSites } from "../../logs/source/matchCallSites.ts";
import { formatMatcher } from "./formatMatcher.ts";
import type { Level } from "./levels.ts";
import type { LogRecord } from "../../logs/model.ts";
import { cpuMs } from "../../../test/harness/cpuTime.ts";

const record = (level: Level | undefined, source: string, ...lines: string[]): LogRecord => ({
  seq: 0,
  receivedAt: 0,
  loggedAt: 0,
  kind: "log",
  stream: "stderr",
  level,
  source,
  message: lines[0] ?? "",
  more: lines.slice(1),
  frames: [],
  prefixLength: level === undefined ? (lines[0] ?? "").indexOf("]") + 2 : 0,
  status: undefined,
});

const source = `
let src = Logs.Src.create "net" ~doc:"the network"
module Log = (val Logs.src_log src : Logs.LOG)
module Other = (val Logs.src_log (Logs.Src.create ~doc:"x" "other") : Logs.LOG)
(* Logs.info (fun m -> m "in a comment") *)
let start x =
  Logs.info (fun m -> m "hello %s" x);
  Log.warn (fun f -> f ~header:"H" ~tags:(tag x) "took %d ms (%a)" 3 pp x);
  Other.debug @@ fun m -> m "at %5.2f%%@ of %S" 1. x;
  Logs_lwt.err (fun m ->
    if x then m "left %s" x else m "right %s" x) >>= fun () ->
  Logs.msg Logs.App (fun m -> m ("one " ^^ "two " ^^ rest) x);
  Logs.msg level ~src (fun m -> m {|quoted "%s"|} x);
  Logs.app ~src:unknown (fun m -> m "of another");
  Logs.info (fun _ -> ());
  Net.Log.info (fun m -> m "from elsewhere")
`;

describe("callSites", () => {
  it("finds calls with level, source and format", () => {
    assert.deepEqual(
      logCalls(source).map(({ level, source: name, format }) => [level, name, format]),
      [
        ["info", "application", "hello %s"],
        ["warning", "net", "took %d ms (%a)"],
        ["debug", "other", "at %5.2f%%@ of %S"],
        ["error", "application", "left %s"],
        ["error", "application", "right %s"],
        ["app", "application", "one two "],
        [undefined, "net", 'quoted "%s"'],
        ["app", undefined, "of another"],
        ["info", undefined, "from elsewhere"],
      ],
    );
  });

  it("skips the arguments for header and tags", () => {
    for (const given of ["iface#log_header", "t.client#header", "(f x).name", "M.tags", '"H"'])
      assert.deepEqual(
        logCalls(`let () = Logs.info (fun f -> f ~header:${given} "waiting for %s" x)`).map(
          (site) => site.format,
        ),
        ["waiting for %s"],
        given,
      );
  });

  it("returns their ranges", () => {
    const site = logCalls('let () =\n  Logs.info (fun m ->\n    m "hé\\n")\n')[0];
    assert.deepEqual(site?.range, { startLine: 1, startColumn: 2, endLine: 2, endColumn: 12 });
    assert.equal(site?.format, "hé\n");
  });

  it("finds the end of a function that no bracket encloses", () => {
    const formats = (text: string) => logCalls(text).map(({ level, format }) => `${level} ${format}`);
    const call = (name: string) => `Logs.${name} @@ fun m -> m "${name} %d" x`;
    for (const between of ["\nlet () = ", "; ", " | B -> ", " in ", "\nmodule M = struct end let () = "])
      assert.deepEqual(
        formats(`let f = function A -> ${call("info")}${between}${call("info")}`),
        ["info info %d", "info info %d"],
        between,
      );
    assert.deepEqual(formats(`let f () = if a then ${call("err")} else ${call("err")}`), [
      "error err %d",
      "error err %d",
    ]);
    assert.deepEqual(formats('let f () = Logs.err @@ fun m -> if a then m "yes" else m "no"'), [
      "error yes",
      "error no",
    ]);
    assert.deepEqual(formats('let f () = Logs.err (fun m -> incr n; let x = 1 in m "counted %d" x)'), [
      "error counted %d",
    ]);
  });

  it("finds calls through modules of other files, without a module, and with a computed level or format", () => {
    const sites = (text: string) =>
      logCalls(text).map(({ level, source: of, format }) => [level, of, format]);
    assert.deepEqual(sites('let f () = My_log.info (fun m -> m "theirs")'), [["info", undefined, "theirs"]]);
    assert.deepEqual(
      sites('let f () = Logs.msg t.level (fun m -> m "field"); x.info (fun m -> m "no call")'),
      [[undefined, "application", "field"]],
    );
    assert.deepEqual(
      sites('let f () = Logs.msg (if a then Logs.Info else Logs.Error) (fun m -> m "either")'),
      [[undefined, "application", "either"]],
    );
    assert.deepEqual(sites('let f () = Logs.msg ~src:(of_name n) Logs.Info (fun m -> m "x")'), [
      ["info", undefined, "x"],
    ]);
    assert.deepEqual(sites('let f () = Logs.info (fun m -> m (prefix ^^ "behind %d") x)'), [
      ["info", "application", "behind %d"],
    ]);
    assert.deepEqual(
      sites('let f () = Logs.info (fun m -> m (if n = 1 then "one file" else "%d files") n)'),
      [
        ["info", "application", "one file"],
        ["info", "application", "%d files"],
      ],
    );
    assert.deepEqual(sites('let f () = Logs.info (fun[@inline never] m -> m "attribute")'), [
      ["info", "application", "attribute"],
    ]);
  });

  it("matches a record with a header to a call that gives one", () => {
    const sites = logCalls(
      'let f () = Logs.err (fun m -> m "%s" x); Logs.info (fun m -> m ~tags ~header:"H" "got %d" n); Logs.debug (fun m -> m ?header "got %d" n)',
    );
    assert.deepEqual(
      matchCallSites(record(undefined, "application", "[H] got 3"), sites).map(({ level }) => level),
      ["info", "debug"],
    );
  });

  it("matches a record without a source to a call of any source", () => {
    const sites = logCalls('let f () = Logs.info (fun m -> m "hello")');
    const bare = { ...record("info", "", "hello"), source: undefined };
    assert.equal(matchCallSites(bare, sites).length, 1);
  });

  it("finds the call of a record by format, level and source", () => {
    const sites = logCalls(source);
    const found = (...args: Parameters<typeof record>) =>
      matchCallSites(record(...args), sites).map((site) => site.format);
    assert.deepEqual(found("info", "application", "hello world"), ["hello %s"]);
    assert.deepEqual(found("debug", "application", "hello world"), []);
    assert.deepEqual(found("info", "net", "hello world"), []);
    assert.deepEqual(found("warning", "net", "took 12 ms (a", "b)"), ["took %d ms (%a)"]);
    assert.deepEqual(found(undefined, "net", "[H] took -1 ms ()"), ["took %d ms (%a)"]);
    assert.deepEqual(found("warning", "net", "took long ms ()"), []);
    assert.deepEqual(found("debug", "other", "at  1.25%", 'of "x"'), ["at %5.2f%%@ of %S"]);
    assert.deepEqual(found("app", "application", "one two three"), ["one two "]);
    assert.deepEqual(found("info", "anywhere", "from elsewhere"), ["from elsewhere"]);
  });

  it("reads every form of sources and formats", () => {
    const text = String.raw`
let net = Logs.Src.create "net.wire"
module Net = (val Logs.src_log net)
module L = Logs
let f src x =
  Net.info (fun m ->
      m
        "a rather long message that is \
         continued on %s"
        "another line");
  L.warn ~src:net (fun m -> m {|quoted "%s"|} "x");
  L.warn ~src:net @@ fun m -> m {id|in |braces|id};
  Log.err (fun m -> m ~tags:Logs.Tag.(empty |> add rtt 3) ~header:"H" "slow by %d" 7);
  Logs_lwt.msg Logs.Error (fun m -> m "in lwt %d" 5) >>= fun () ->
  Logs.msg ~src:net level (fun (m : (_, _) Logs.msgf) -> m "of a level %d" 5);
  Logs.debug (function m -> m "by function")
`;
    assert.deepEqual(
      logCalls(text).map(({ level, source: name, format }) => [level, name, format]),
      [
        ["info", "net.wire", "a rather long message that is continued on %s"],
        ["warning", "net.wire", 'quoted "%s"'],
        ["warning", "net.wire", "in |braces"],
        ["error", undefined, "slow by %d"],
        ["error", "application", "in lwt %d"],
        [undefined, "net.wire", "of a level %d"],
        ["debug", "application", "by function"],
      ],
    );
  });

  it("matches a message that is followed by other output", () => {
    const sites = logCalls('let f () = Logs.err (fun m -> m "by level %c" a); Logs.err (fun m -> m "%s" b)');
    const found = (...lines: string[]) =>
      matchCallSites(record("error", "application", ...lines), sites).map((site) => site.format);
    assert.deepEqual(found("by level x", "printed by itself"), ["by level %c", "%s"]);
    const one = logCalls('let f () = Logs.err (fun m -> m "one"); Logs.err (fun m -> m "one@,two")');
    assert.deepEqual(
      matchCallSites(record("error", "application", "one", "two"), one).map((site) => site.format),
      ["one@,two"],
    );
    assert.deepEqual(
      matchCallSites(record("error", "application", "one", "x"), one).map((site) => site.format),
      ["one"],
    );
  });

  it("returns several calls if a record can come from each", () => {
    const sites = logCalls('let f () = Logs.info (fun m -> m "%s" a); Logs.info (fun m -> m "got %s" b)');
    const formats = matchCallSites(record("info", "application", "got it"), sites).map((site) => site.format);
    assert.deepEqual(formats, ["got %s", "%s"]);
  });

  it("reads a thousand lines and never fails on unfinished text", () => {
    assert.equal(logCalls(source.repeat(60)).length, 60 * 9);
    for (let end = 0; end < source.length; end++) logCalls(source.slice(0, end));
  });
});

describe("formatMatcher", () => {
  it("does not backtrack over many wildcards", () => {
    const { matches } = formatMatcher(["%s a %s a %s a %s a %s a %s a %s a %s b"]);
    const started = cpuMs();
    assert.equal(matches(`${" a".repeat(30_000)}c`), false);
    assert.ok(cpuMs() - started < 500);
  });

  it("knows Format's boxes, breaks and escapes", () => {
    const text = formatMatcher(["@[<hov 2>a@;<1 2>b@,c@]@@ %@ 100%% %!%ld@."]);
    assert.ok(text.matches("a\n  bc@ @ 100% 7"));
    assert.ok(!text.matches("a\n  bc@ @ 100% x"));
  });

  it("matches what Format prints for its conversions", () => {
    const cases: readonly (readonly [format: string, text: string])[] = [
      ["%s@%s", "root@host"],
      ["@@%d %d@|%%@%%", "@3 1@|%%"],
      ["%#d files", "1_000_000 files"],
      ["%0*d|%*d|%-6d|", "00042|   7|3     |"],
      ["%C|%S|%B", String.raw`'\n'|"q"|true`],
      ["%h|%F|%g|%e|%.3f", "0x1.8p+0|2.|nan|1.000000e+10|inf"],
      ["%i64|%Ld|%nd|%+d|% d", "364|4|5|+1| 2"],
      ["a %(%d items%) b %{%d%}", "a 5 pieces b %i"],
      ["@[<v>a@,b@ c@;<2 3>d@]", "a\nb\nc\n   d"],
    ];
    for (const [format, text] of cases) assert.ok(formatMatcher([format]).matches(text), format);
    assert.ok(!formatMatcher(["%d files"]).matches("12x files"));
  });
});
