import { parseLevelArgument } from "../../extension/launch/boot/bootArguments.ts";
import { splitArguments } from "../../extension/platform/shellQuote.ts";
import { parseConfiguration } from "../../extension/launch/configuration/launchConfiguration.ts";
import { launchJsonLocation } from "../../extension/launch/configuration/launchJson.ts";
import { parseAttachments } from "../../extension/launch/boot/manifest.ts";
import { templateWords } from "../../extension/toolchain/environment.ts";
import { createFrameFilter } from "../../language-bridge/server/lspFrames.ts";
import { createSplitter, parseErrorReply, parseQuery } from "../../language-bridge/merlin/merlinProtocol.ts";
import { answerFor } from "../../language-bridge/merlin/shimAnswers.ts";
import * as doctor from "../../extension/protocol/doctor.ts";
import * as graph from "../../extension/protocol/graph.ts";
import * as metrics from "../../extension/protocol/metrics.ts";
import { placementOf } from "../../webviews/graph/layout/graphvizRequest.ts";
import { openChannel } from "../../extension/protocol/channel.ts";
import { union } from "../../extension/protocol/validators.ts";
import * as logs from "../../extension/protocol/logs.ts";
import { DerError } from "../../extension/albatross/wire/derNode.ts";
import { createFrameReader, FrameTooLongError } from "../../extension/albatross/wire/frames.ts";
import { decodeCommand, decodeExtension, decodeReply } from "../../extension/albatross/wire/message.ts";
import { absoluteName, parseHostPath } from "../../extension/albatross/wire/names.ts";
import { readRecordings } from "../../extension/albatross/wire/testRecordings.ts";
import { type Fuzzed, orSyntaxError, text } from "./fuzzed.ts";
import { inputs, recorded } from "./samples.ts";
import { jsonShapes, launchShapes, launchWords, messageWords, sexpShapes } from "./words.ts";

const messages = union(
  logs.isToLogsPage,
  logs.isFromLogsPage,
  logs.isLogsPageState,
  logs.isLogRows,
  logs.isRowDetails,
  graph.isToGraphPage,
  graph.isFromGraphPage,
  graph.isGraphPageState,
  graph.isNodeDetails,
  doctor.isToDoctorPage,
  doctor.isFromDoctorPage,
  doctor.isDoctorPageState,
  metrics.isToMetricsPage,
  metrics.isFromMetricsPage,
);

/** Delivers a message to a channel of the webviews, as the other side would. */
function deliver(bytes: Buffer): void {
  const message: unknown = orSyntaxError(() => JSON.parse(bytes.toString("utf8")));
  let listen: ((message: unknown) => void) | undefined;
  const port = {
    post: () => undefined,
    onMessage: (listener: (message: unknown) => void) => ((listen = listener), () => undefined),
  };
  const channel = openChannel(port, {
    incoming: messages,
    handle: () => undefined,
    onError: () => undefined,
  });
  listen?.(message);
  listen?.({ envelope: "notification", body: message });
  listen?.({ envelope: "request", id: 1, body: message });
  channel.dispose();
}

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

/** Decodes everything that can be in a frame. Only decoders of what this client writes may throw a DerError. */
function decodeFrame(frame: Uint8Array): void {
  const reply = decodeReply(frame);
  if ("name" in reply) absoluteName(parseHostPath(reply.name), reply.name);
  for (const decode of [decodeCommand, decodeExtension])
    try {
      decode(frame);
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
    }
}

const recordedFrames = readRecordings(/^wire\/.*\.reply/)
  .flatMap(({ frames }) => frames.map(({ bytes }) => bytes.subarray(0, 4096)))
  .slice(0, 40);

/** Parsers of JSON that users write, and of messages from other processes and pages. */
export const messageParsers: readonly Fuzzed[] = [
  {
    name: "messages of albatross",
    inputs: inputs(recordedFrames, [
      "\u0000\u0000\u0000\u0010",
      "0\u0019",
      "\u0002\u0001\u0005",
      "\u0004\u0008",
      "\u000c\u0001:",
    ]),
    shapes: [
      ["", "0\u0000"],
      ["", "\u0000\u0000\u0000\u00010"],
      ["\u0000\u0000\u0000\u0005", "a:"],
    ],
    read: (bytes) => {
      decodeFrame(bytes);
      decodeFrame(bytes.subarray(4));
      const reader = createFrameReader(1_000_000);
      try {
        for (let at = 0; at < bytes.length; at += 7)
          for (const frame of reader.push(bytes.subarray(at, at + 7))) decodeFrame(frame);
      } catch (error) {
        if (!(error instanceof FrameTooLongError)) throw error;
      }
    },
  },
  {
    name: "launch.json and arguments",
    inputs: inputs([launchSample], launchWords),
    shapes: launchShapes,
    read: text((input) => [
      launchJsonLocation(input, Math.floor(input.length / 2)),
      launchJsonLocation(input, input.length),
      splitArguments(input),
      parseLevelArgument(input),
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
        // This error is part of the contract for an answer without a drawing.
        if (
          error instanceof SyntaxError ||
          (error instanceof Error && /returned no drawing/.test(error.message))
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
    read: deliver,
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
        return values.map((value) => [
          parseQuery(value),
          parseErrorReply(value),
          answerFor(value, "/s", "/w"),
        ]);
      }),
  },
];
