import type fc from "fast-check";
import { outputParser } from "../../extension/pipeline/diagnostics.ts";
import { failureWatcher } from "../../extension/pipeline/failures.ts";
import { parseConfigureHelp } from "../../extension/pipeline/options.ts";
import { stepProgress } from "../../extension/pipeline/progress.ts";
import { parseDescription } from "../../extension/graph/dot.ts";
import { opamDepends } from "../../extension/graph/packages.ts";
import { functorOf } from "../../extension/graph/functor.ts";
import { mainsIn, nodeAt, packagesInConfig, readPlaces } from "../../extension/graph/places.ts";
import { readBindings } from "../../extension/graph/terms.ts";
import { imageIn } from "../../extension/image/solo5Notes.ts";
import { solo5Image } from "../../extension/image/testImage.ts";
import { bootOptions, parseLevels, splitArguments } from "../../extension/launch/bootArguments.ts";
import { parseConfiguration } from "../../extension/launch/configuration.ts";
import { launchPlace } from "../../extension/launch/launchJson.ts";
import { parseAttachments, parseManifest } from "../../extension/launch/manifest.ts";
import { parseTenderAbi } from "../../extension/launch/preflight.ts";
import { callSites } from "../../extension/logs/callSites.ts";
import { consoleParser } from "../../extension/logs/consoleParser.ts";
import { parseOpamEnv } from "../../extension/platform/env.ts";
import { lineSplitter } from "../../extension/platform/lines.ts";
import { readConfig } from "../../extension/project/config.ts";
import { parseContext } from "../../extension/project/context.ts";
import { ocamlTokens } from "../../extension/project/ocaml.ts";
import { parseMirageVersion, parseVersionHeader } from "../../extension/project/version.ts";
import { redacted } from "../../extension/report/redact.ts";
import { templateWords } from "../../extension/toolchain/environment.ts";
import { readConfigSource } from "../../language-bridge/configSource.ts";
import { createFrameFilter } from "../../language-bridge/lspFrames.ts";
import { createSplitter, errorOf, questionOf } from "../../language-bridge/merlinProtocol.ts";
import { answerFor } from "../../language-bridge/shimAnswers.ts";
import { configMigrations, headerEdit, sourceMigrations } from "../../language-bridge/migrations.ts";
import { mismatches } from "../../language-bridge/mismatch.ts";
import { parseServerVersion } from "../../language-bridge/serverVersion.ts";
import { lockedVersions } from "../../language-bridge/modules.ts";
import { readBrackets } from "../../language-bridge/tokens.ts";
import { readSource } from "../../language-bridge/unikernelSource.ts";
import * as doctor from "../../webviews/doctor/messages.ts";
import * as graph from "../../webviews/graph/messages.ts";
import { placementOf } from "../../webviews/graph/request.ts";
import { openChannel } from "../../webviews/kit/channel.ts";
import { either } from "../../webviews/kit/shape.ts";
import * as logs from "../../webviews/logs/messages.ts";
import { inputs, recorded } from "./samples.ts";
import {
  dotShapes,
  dotWords,
  jsonShapes,
  launchShapes,
  launchWords,
  lineShapes,
  lineWords,
  messageWords,
  ocamlShapes,
  ocamlWords,
  opamWords,
  reportShapes,
  reportWords,
  sexpShapes,
  versionShapes,
} from "./words.ts";

/** A parser as its caller sees it, what it is given, and the shapes that make careless ones slow. */
export interface Fuzzed {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Buffer>;
  /** Reads one input to its end. Throws only what the parser promises to throw. */
  readonly read: (bytes: Buffer) => unknown;
  /** Texts to be repeated: begin, and what is repeated after it. */
  readonly shapes: readonly (readonly [begin: string, repeated: string])[];
}

const text = (read: (input: string) => unknown) => (bytes: Buffer) => read(bytes.toString("utf8"));

/** Feeds the lines of some bytes, as of a program's output, to a reader. */
function lines(bytes: Buffer, read: (line: string) => void): void {
  const splitter = lineSplitter(read);
  splitter.push(bytes);
  splitter.end();
}

/** What the protocol says of rubbish: a SyntaxError. Anything else is a mistake. */
function orSyntaxError(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const messages = either(
  logs.isToPanel,
  logs.isFromPanel,
  logs.isKept,
  logs.isRows,
  logs.isDetails,
  graph.isToGraph,
  graph.isFromGraph,
  graph.isKept,
  graph.isDetails,
  doctor.isToPanel,
  doctor.isFromPanel,
  doctor.isKept,
);

/** Gives a message to a channel of the webviews, as the other side would. */
function hear(bytes: Buffer): void {
  const message: unknown = orSyntaxError(() => JSON.parse(bytes.toString("utf8")));
  let say: ((message: unknown) => void) | undefined;
  const port = {
    post: () => undefined,
    onMessage: (listener: (message: unknown) => void) => ((say = listener), () => undefined),
  };
  const channel = openChannel(port, {
    incoming: messages,
    handle: () => undefined,
    onStray: () => undefined,
  });
  say?.(message);
  say?.({ envelope: "tell", body: message });
  say?.({ envelope: "ask", id: 1, body: message });
  channel.dispose();
}

const ocaml = recorded(/(config|unikernel|main)\.ml$/);
const output = recorded(/(errors|builds|locks|make-depend).*\.(stdout|stderr)$/);
const { graph: described } = parseDescription(
  recorded(/network\/hvt\/describe-dot-eval\.stdout$/)[0]?.toString("utf8") ?? "",
);
if (!described) throw new Error("The recorded description of network holds no graph.");
const launchSample = Buffer.from(
  '{\n  // comment\n  "configurations": [{ "type": "mirage", "request": "launch", "name": "a", "unikernel": "hello", "args": ["-l", "*:debug"], "devices": { "service": "tap100", } }]\n}\n',
);
const layoutSample = Buffer.from(
  JSON.stringify({
    bb: "0,0,100,100",
    objects: [
      { _gvid: 0, name: "n0", pos: "10,20" },
      { _gvid: 1, name: "n1", pos: "50,60" },
    ],
    edges: [{ _gvid: 0, head: 1, tail: 0, id: "e0", pos: "e,1,2 3,4 5,6 7,8 9,10" }],
  }),
);
const images = [solo5Image("hvt", []), solo5Image("spt", [{ name: "service", type: "NET_BASIC" }])];

/** Every parser of what others wrote. */
export const parsers: readonly Fuzzed[] = [
  {
    name: "console",
    inputs: inputs(recorded(/(hello-run|net-run|runtime).*\.(stdout|stderr)$/), lineWords),
    shapes: lineShapes,
    read: (bytes) => {
      const parser = consoleParser({ now: () => 0, onRecord: () => undefined });
      parser.stdout(bytes);
      parser.stderr(bytes);
      parser.end();
    },
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
      await imageIn({
        size: bytes.length,
        read: async (from, length) => await Promise.resolve(bytes.subarray(from, from + length)),
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
      const parser = outputParser({ root: "/w/hello", configFile: "/w/hello/config.ml", exists: () => true });
      const failures = failureWatcher({ step: "build", target: "hvt", root: "/w/hello" });
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
    name: "opam and lock files",
    inputs: inputs(recorded(/(\.opam|query-opam\.stdout|\.locked)$/), opamWords),
    shapes: sexpShapes,
    read: text((input) => [opamDepends(input), lockedVersions(input), parseOpamEnv(input)]),
  },
  {
    name: "OCaml",
    inputs: inputs(ocaml, ocamlWords),
    shapes: ocamlShapes,
    read: text((input) => [
      ocamlTokens(input),
      readConfig(input),
      readConfigSource(input),
      readSource(input),
      readBrackets(input),
    ]),
  },
  {
    name: "OCaml for the graph and the logs",
    inputs: inputs(ocaml, ocamlWords),
    shapes: ocamlShapes,
    read: text((input) => [
      readBindings(input),
      mainsIn(input),
      readPlaces(described, input),
      described.nodes.slice(0, 1).map((node) => packagesInConfig(described, input, node)),
      nodeAt(described, input, Math.floor(input.length / 2)),
      functorOf(input, "Unikernel.Main"),
      callSites(input),
    ]),
  },
  {
    name: "OCaml for the mismatches and migrations",
    inputs: inputs(ocaml, ocamlWords),
    shapes: ocamlShapes,
    read: text((input) => [
      mismatches({ config: readConfigSource(input), source: () => readSource(input) }),
      configMigrations(input, readConfigSource(input), "4.11.1"),
      sourceMigrations(input, "4.11.1"),
      headerEdit(input, "(* mirage >= 4.9.0 *)"),
    ]),
  },
  {
    name: "launch.json and arguments",
    inputs: inputs([launchSample], launchWords),
    shapes: launchShapes,
    read: text((input) => [
      launchPlace(input, Math.floor(input.length / 2)),
      launchPlace(input, input.length),
      splitArguments(input),
      parseLevels(input),
      templateWords(input),
    ]),
  },
  {
    name: "settings and launch configurations",
    inputs: inputs([launchSample], launchWords),
    shapes: jsonShapes,
    read: text((input) => {
      const value: unknown = orSyntaxError(() => JSON.parse(input));
      const fields =
        typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
      return [parseAttachments(value), parseConfiguration(fields)];
    }),
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
    name: "frames of the language server",
    inputs: inputs(
      [Buffer.from("Content-Length: 2\r\n\r\n{}printed\nContent-Length: 4\r\n\r\nnull")],
      ["Content-Length: ", "Content-Type: x", "2", "\r\n\r\n", "\r\n", "{}", ":", "-1", "99999999999"],
    ),
    shapes: [
      ["", "Content-Length: 2\r\n\r\n{}"],
      ["", "Content-Length: "],
      ["", "Content-Length: 2\r\n"],
      ["Content-Length: 2\r\n", "a: b\r\n"],
      ["", "printed\n"],
      ["", "\r\n"],
      ["Content-Length: 99999999\r\n\r\n", "a"],
    ],
    read: (bytes) => {
      const filter = createFrameFilter();
      return [
        filter.push(bytes.subarray(0, bytes.length / 2)),
        filter.push(bytes.subarray(bytes.length / 2)),
      ];
    },
  },
  {
    name: "layout of Graphviz",
    inputs: inputs(
      [layoutSample],
      [...messageWords, '"bb":"0,0,1,1"', '"objects":[', '"edges":[', '"pos":"e,1,2 3,4"'],
    ),
    shapes: jsonShapes,
    read: text((input) => {
      try {
        return placementOf(input, 2, 1);
      } catch (error) {
        // What it promises for an answer that holds no drawing.
        if (
          error instanceof SyntaxError ||
          (error instanceof Error && /without a drawing/.test(error.message))
        )
          return undefined;
        throw error;
      }
    }),
  },
  {
    name: "webview messages",
    inputs: inputs(recorded(/manifest\.json$/), messageWords),
    shapes: jsonShapes,
    read: hear,
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
    name: "secrets in a report",
    inputs: inputs(output, reportWords),
    shapes: reportShapes,
    read: text((input) =>
      redacted(input, {
        paths: [{ path: "/home/name", instead: "~" }],
        words: [{ word: "name", instead: "[user]" }],
      }),
    ),
  },
  {
    name: "merlin shim",
    inputs: inputs(
      [Buffer.from("(4:File9:hello.ml )4:Halt"), Buffer.from("((5:ERROR3:no )(1:B2:/a))")],
      ["(", ")", "4:File", "4:Halt", "0:", "5:ERROR", "1:a", "999999999:", ":"],
    ),
    shapes: sexpShapes,
    read: (bytes) =>
      orSyntaxError(() => {
        const values = createSplitter().push(bytes);
        return values.map((value) => [questionOf(value), errorOf(value), answerFor(value, "/s", "/w")]);
      }),
  },
];
