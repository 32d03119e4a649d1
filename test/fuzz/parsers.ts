import type fc from "fast-check";
import { outputParser } from "../../extension/pipeline/diagnostics.ts";
import { failureWatcher } from "../../extension/pipeline/failures.ts";
import { parseConfigureHelp } from "../../extension/pipeline/options.ts";
import { stepProgress } from "../../extension/pipeline/progress.ts";
import { parseDescription } from "../../extension/graph/dot.ts";
import { opamDepends } from "../../extension/graph/packages.ts";
import { imageIn } from "../../extension/image/solo5Notes.ts";
import { solo5Image } from "../../extension/image/testImage.ts";
import { bootOptions } from "../../extension/launch/bootArguments.ts";
import { parseManifest } from "../../extension/launch/manifest.ts";
import { consoleParser } from "../../extension/logs/consoleParser.ts";
import { parseOpamEnv } from "../../extension/platform/env.ts";
import { lineSplitter } from "../../extension/platform/lines.ts";
import { readConfig } from "../../extension/project/config.ts";
import { parseContext } from "../../extension/project/context.ts";
import { ocamlTokens } from "../../extension/project/ocaml.ts";
import { redacted } from "../../extension/report/redact.ts";
import { readConfigSource } from "../../language-bridge/configSource.ts";
import { createSplitter, errorOf, questionOf } from "../../language-bridge/merlinProtocol.ts";
import { answerFor } from "../../language-bridge/shimAnswers.ts";
import { lockedVersions } from "../../language-bridge/modules.ts";
import { readBrackets } from "../../language-bridge/tokens.ts";
import { readSource } from "../../language-bridge/unikernelSource.ts";
import * as doctor from "../../webviews/doctor/messages.ts";
import * as graph from "../../webviews/graph/messages.ts";
import { openChannel } from "../../webviews/kit/channel.ts";
import { either } from "../../webviews/kit/shape.ts";
import * as logs from "../../webviews/logs/messages.ts";
import { inputs, recorded } from "./samples.ts";
import {
  dotShapes,
  dotWords,
  jsonShapes,
  lineShapes,
  lineWords,
  messageWords,
  ocamlShapes,
  ocamlWords,
  opamWords,
  reportShapes,
  reportWords,
  sexpShapes,
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
