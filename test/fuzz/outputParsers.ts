import { outputParser } from "../../extension/pipeline/output/diagnostics.ts";
import { failureWatcher } from "../../extension/pipeline/output/failures/failureWatcher.ts";
import { parseConfigureHelp } from "../../extension/pipeline/configureOptions.ts";
import { stepProgress } from "../../extension/pipeline/output/progress.ts";
import { parseMiRecord } from "../../extension/debugger/gdb/miRecords.ts";
import { parseDescription } from "../../extension/graph/dot/parseDescription.ts";
import { opamDepends } from "../../extension/graph/source/packages.ts";
import { parseImage } from "../../extension/image/solo5Notes.ts";
import { readArchive } from "../../extension/image/size/archives.ts";
import { readImageSize } from "../../extension/image/size/imageSize.ts";
import { elfWithSymbols, inMemory } from "../../extension/image/size/testElf.ts";
import { solo5Image } from "../../extension/image/testImage.ts";
import { bootOptions } from "../../extension/launch/boot/bootArguments.ts";
import { parseManifest } from "../../extension/launch/boot/manifest.ts";
import { parseTenderAbi } from "../../extension/launch/preflight/preflight.ts";
import { ConsoleParser } from "../../extension/logs/console/consoleParser.ts";
import { parseInfluxLine } from "../../extension/receivers/metrics/influxLine.ts";
import { parseLevelList, parseMonitoringAnswer } from "../../extension/receivers/monitoring/logLevels.ts";
import { consoleLines } from "../../extension/receivers/syslog/consoleLines.ts";
import { syslogFrames } from "../../extension/receivers/syslog/syslogFrames.ts";
import { parseSyslog } from "../../extension/receivers/syslog/syslogMessage.ts";
import { recordedSyslog } from "../../extension/receivers/testRecordings.ts";
import { parseOpamEnv } from "../../extension/platform/env.ts";
import { lineSplitter } from "../../extension/platform/lines.ts";
import { spellingFixes } from "../../extension/ocaml/spellingHints.ts";
import { parseContext } from "../../extension/project/mirageContext.ts";
import { parseMirageVersion, parseVersionHeader } from "../../extension/mirage/version.ts";
import { redact } from "../../extension/report/redact.ts";
import { parseServerVersion } from "../../language-bridge/server/serverVersion.ts";
import { lockedVersions } from "../../extension/mirage/modules.ts";
import { type Fuzzed, text } from "./fuzzed.ts";
import { inputs, recorded } from "./samples.ts";
import {
  dotShapes,
  dotWords,
  jsonShapes,
  lineShapes,
  lineWords,
  messageWords,
  miShapes,
  miWords,
  opamWords,
  reportShapes,
  reportWords,
  sexpShapes,
  versionShapes,
} from "./words.ts";

/** Splits bytes into lines, as with the output of a program, and calls `read` for each line. */
function lines(bytes: Buffer, read: (line: string) => void): void {
  const splitter = lineSplitter(read);
  splitter.push(bytes);
  splitter.end();
}

const output = recorded(/(errors|builds|locks|make-depend).*\.(stdout|stderr)$/);
const images = [solo5Image("hvt", []), solo5Image("spt", [{ name: "service", type: "NET_BASIC" }])];

const sizedImage = elfWithSymbols(
  [{ name: ".text", address: 0x1000, bytes: 0x100, flags: "AX" }],
  ["camlA.code_begin", "camlA.code_end", "camlA.frametable", "main"].map((name, index) => {
    return { name, section: 0, address: 0x1000 + 0x40 * index, bytes: 0 };
  }),
);
const member = (name: string, content: string): string =>
  `${name.padEnd(48)}${String(content.length).padEnd(10)}\`\n${content}`;
const staticLibrary = Buffer.from(
  `!<arch>\n${member("/", "\0\0\0\u0001\0\0\0\u0096caml_alloc\0\0")}${member("alloc.n.o/", "code")}`,
  "latin1",
);

/** Stands for the files of a unikernel that problems of generated files are traced to. */
const readText = (path: string): string =>
  path.endsWith("config.ml")
    ? 'open Mirage\nlet main = main "Unikernel.Main" ~packages:[ package "duration" ] job\nlet () = register "hello" [ main ]'
    : "module Main = struct let start () = Duration.of_sec 1 end";

/** Parsers of the output of tools and unikernels, and of files that mirage writes. */
export const outputParsers: readonly Fuzzed[] = [
  {
    name: "console",
    inputs: inputs(recorded(/(hello-run|net-run|runtime).*\.(stdout|stderr)$/), lineWords),
    shapes: lineShapes,
    read: (bytes) => {
      const parser = new ConsoleParser({ now: () => 0, onRecord: () => undefined });
      parser.stdout(bytes);
      parser.stderr(bytes);
      parser.end();
    },
  },
  {
    name: "syslog",
    inputs: inputs(
      [
        ...recordedSyslog("udp").slice(0, 25),
        ...recordedSyslog("tcp-null-full").map((bytes) => bytes.subarray(0, 4096)),
      ],
      [
        "<30>",
        "<165>1 ",
        "Nov 29 18:45:45 ",
        "2003-10-11T22:14:15Z ",
        "12 <30>",
        "- ",
        '[id a="b"]',
        "\\",
        "su[1]: ",
      ],
    ),
    shapes: [
      ["", "\0"],
      ["", "<30>a\n"],
      ["<30>a", "\nb"],
      ["<30>1 - - - - - ", '[a b="c"]'],
      ["<30>1 - - - - - [a ", 'b="c\\\\'],
      ["<30>Nov 29 18:45:45 ", "a"],
      ["", "9 <30>hello"],
      ["", "1"],
    ],
    read: (bytes) => {
      const frames = syslogFrames((message) => {
        consoleLines(parseSyslog(message, 0), 0, "hello");
      });
      frames.push(bytes);
      frames.end();
      return consoleLines(parseSyslog(bytes, 0), 0, "");
    },
  },
  {
    name: "metrics",
    inputs: inputs(recorded(/mirage-monitoring-.*\.txt$/), [
      "gc,",
      "vm=hello ",
      "a=1i,",
      '"',
      "\\",
      "=",
      "nan",
      "1e9",
      "ok: ",
      "*:info,",
    ]),
    shapes: [
      ["gc,a=b ", "a=1i,"],
      ["gc ", "\\"],
      ['gc a="', "\\195"],
      ["", ","],
      ["", "="],
      ["ok: ", "a:info,"],
    ],
    read: text((input) => {
      const answer = parseMonitoringAnswer(input);
      return [parseInfluxLine(input), parseLevelList(input), answer];
    }),
  },
  {
    name: "help text",
    inputs: inputs(recorded(/help.*\.stdout$/), lineWords),
    shapes: lineShapes,
    read: text((input) => [parseConfigureHelp(input), bootOptions(input)]),
  },
  {
    name: "diagnostics",
    inputs: inputs(output, lineWords),
    shapes: lineShapes,
    read: (bytes) => {
      const files = { configFile: "/w/hello/config.ml", readText };
      const parser = outputParser({ root: "/w/hello", ...files, exists: () => true });
      const failures = failureWatcher({
        step: "build",
        target: "hvt",
        root: "/w/hello",
        ...files,
      });
      const progress = stepProgress();
      lines(bytes, (line) => {
        parser.line(line);
        failures.line(line);
        progress.line(line);
      });
      return [parser.end(), failures.end()];
    },
  },
  {
    name: "spelling hints",
    inputs: inputs(output, ["Hint: Did you mean ", " or ", ", ", "?", "Logs.inof", '"']),
    shapes: [
      ["Unbound value Logs.inof\nHint: Did you mean ", "a, "],
      ["Hint: Did you mean a", "?"],
      ["", "Hint: Did you mean "],
    ],
    read: text((input) => spellingFixes(input, "Logs.inof")),
  },
  {
    name: "DOT",
    inputs: inputs(recorded(/describe-dot.*\.stdout$/), dotWords),
    shapes: dotShapes,
    read: text(parseDescription),
  },
  {
    name: "ELF",
    inputs: inputs(images, ["\u007fELF\u0002\u0001", "Solo5\0", "\u0004\0\0\0", "\u00ff\u00ff"]),
    shapes: [
      [images[0]?.toString("latin1") ?? "", "\0"],
      ["", "\u007fELF"],
    ],
    read: async (bytes) =>
      await parseImage({
        size: bytes.length,
        read: async (from, length) => await Promise.resolve(bytes.subarray(from, from + length)),
      }),
  },
  {
    name: "image sizes",
    inputs: inputs([sizedImage], [".text\0", "camlA.code_begin\0", "camlA.frametable\0", "\u00ff\u00ff"]),
    shapes: [
      [sizedImage.toString("latin1"), "\0"],
      ["\u007fELF\u0002\u0001", "\u0001"],
    ],
    read: async (bytes) => await readImageSize(inMemory(bytes)),
  },
  {
    name: "static libraries",
    inputs: inputs([staticLibrary], ["!<arch>\n", "`\n", "/0", "99999999999", "-1", "\u00ff\u00ff"]),
    shapes: [["!<arch>\n", `${"lwt.o/".padEnd(48)}${"0".padEnd(10)}\`\n`]],
    read: async (bytes) => await readArchive(inMemory(bytes)),
  },
  {
    name: "opam and lock files",
    inputs: inputs(recorded(/(\.opam|query-opam\.stdout|\.locked)$/), opamWords),
    shapes: sexpShapes,
    read: text((input) => [opamDepends(input), lockedVersions(input), parseOpamEnv(input)]),
  },
  {
    name: "versions",
    inputs: inputs(
      [Buffer.from("(* mirage >= 4.9.0 & < 4.12.0 *)"), Buffer.from("solo5-hvt v0.12.1\nABI version 2\n")],
      ["(*", "*)", "mirage", ">=", "<", "&", "4.9.0", "~beta", "v", ".", "ABI version ", "1.26.0-5.4"],
    ),
    shapes: versionShapes,
    read: text((input) => [
      parseVersionHeader(input),
      parseMirageVersion(input),
      parseServerVersion(input),
      parseTenderAbi(input),
    ]),
  },
  {
    name: "manifest",
    inputs: inputs(recorded(/manifest\.json$/), messageWords),
    shapes: jsonShapes,
    read: text(parseManifest),
  },
  {
    name: "context of mirage",
    inputs: inputs(recorded(/mirage\/context$/), ["(", ")", "-t", '"', "\\", "--a=b", "configure"]),
    shapes: sexpShapes,
    read: text((input) => parseContext(input)),
  },
  {
    name: "gdb",
    inputs: inputs(recorded(/gdb-.*\.stdout$/), miWords),
    shapes: miShapes,
    read: (bytes) => lines(bytes, parseMiRecord),
  },
  {
    name: "secrets in a report",
    inputs: inputs(output, reportWords),
    shapes: reportShapes,
    read: text((input) =>
      redact(input, {
        paths: [{ path: "/home/name", replacement: "~" }],
        words: [{ word: "name", replacement: "[user]" }],
      }),
    ),
  },
];
