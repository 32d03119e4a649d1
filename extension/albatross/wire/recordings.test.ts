import assert from "node:assert/strict";
import { createFrameReader } from "./frames.ts";
import {
  decodeCommand,
  decodeExtension,
  decodeReply,
  encodeCommand,
  encodeExtension,
  encodeReply,
} from "./message.ts";
import { readRecordings, recordedBytes, type Recording } from "./testRecordings.ts";

/** Requests that are wrong on purpose, or that only older clients, the daemons themselves or no client sends. */
const notSent =
  /\/(089|144|146|147|15[0-6]|16\d|17[0-69]|18[2-3]|190|191|207|231|232|233|235|236|237)-|\/(176)-/;
/** Replies of commands of older versions, which this client does not send. */
const oldReplies = /\/(190|191|233)-/;
/** Data without messages: images and blocks as raw frames, and incomplete frames. */
const isRaw = (comment: string): boolean => /raw bytes|empty frame|no whole frame/.test(comment);

const messagesOf = ({ frames }: Recording) =>
  frames.filter(({ comment, bytes }) => bytes.length > 4 && !isRaw(comment));

const replies = readRecordings(/^wire\/.*\.reply|^tls\/.*[^n]\.reply/);
const requests = readRecordings(/^wire\/.*\.request|^tls\/.*\.daemon\.request/);

describe("The messages of albatross", () => {
  it("are decoded: every recorded reply", () => {
    let count = 0;
    for (const recording of replies.filter(({ file }) => !oldReplies.test(file)))
      for (const { bytes } of messagesOf(recording)) {
        const reply = decodeReply(bytes.subarray(4));
        assert.ok(
          ["success", "failure", "data"].includes(reply.kind),
          `${recording.file}: ${"reason" in reply ? reply.reason : reply.kind}`,
        );
        count++;
      }
    assert.ok(count > 250, `${count} replies`);
  });

  it("are encoded as albatross encodes them: every recorded reply", () => {
    for (const recording of replies.filter(({ file }) => !oldReplies.test(file) && file.startsWith("wire/")))
      for (const { bytes } of messagesOf(recording)) {
        const reply = decodeReply(bytes.subarray(4));
        if (reply.kind !== "success" && reply.kind !== "failure" && reply.kind !== "data") continue;
        // The sequence number of a request is echoed; this client sends 0.
        if (recording.file.includes("150-")) continue;
        assert.deepEqual(Buffer.from(encodeReply(reply.name, reply)), bytes.subarray(4), recording.file);
      }
  });

  it("are encoded byte by byte as its own client encodes them: every recorded request", () => {
    let count = 0;
    for (const recording of requests.filter(({ file }) => !notSent.test(file)))
      for (const { bytes } of messagesOf(recording)) {
        const { name, command } = decodeCommand(bytes.subarray(4));
        const encoded = Buffer.from(encodeCommand(name, command));
        // The TLS endpoint numbers its requests.
        bytes.copy(
          encoded,
          encoded.indexOf("0408", 0, "hex") + 2,
          bytes.indexOf("0408", 4, "hex") + 2,
          bytes.indexOf("0408", 4, "hex") + 10,
        );
        assert.deepEqual(encoded, bytes.subarray(4), recording.file);
        count++;
      }
    assert.ok(count > 100, `${count} requests`);
  });

  it("are encoded in certificates as its own client encodes them", () => {
    const extensions = readRecordings(/^tls\/(?!365|366|367).*\.extension/);
    assert.ok(extensions.length > 20);
    for (const { file, frames } of extensions)
      for (const { bytes } of frames) {
        const { version, command } = decodeExtension(bytes);
        assert.equal(version, 5);
        assert.deepEqual(Buffer.from(encodeExtension(command)), bytes, file);
      }
  });

  it("are the same however the stream is cut", () => {
    const stream = recordedBytes("wire/022-console-ended.reply");
    const whole = createFrameReader(1e6)
      .push(stream)
      .map((frame) => Buffer.from(frame));
    assert.equal(whole.length, 16);
    const reader = createFrameReader(1e6);
    const single = [...stream].flatMap((byte) =>
      reader.push(Uint8Array.of(byte)).map((frame) => Buffer.from(frame)),
    );
    assert.deepEqual(single, whole);
    assert.equal(reader.isPartial(), false);
  });
});

describe("A decoded message", () => {
  it("holds what is known of a unikernel", () => {
    const reply = decodeReply(recordedBytes("wire/053-create-devices.reply").subarray(4));
    assert.deepEqual(reply, {
      kind: "success",
      name: "dev:devices",
      value: { kind: "text", value: "created unikernel" },
    });
    const info = decodeReply(recordedBytes("wire/060-info-several.reply").subarray(4));
    assert.ok(info.kind === "success" && info.value.kind === "unikernels");
    assert.deepEqual(
      info.value.value.map(({ name }) => name),
      [":wired", "dev:ticker", "dev:strict", "dev:packed", "dev:loop", "dev:devices", ":alone"],
    );
    const devices = info.value.value[5]?.info;
    assert.deepEqual(
      devices?.bridges?.map(({ device, hostDevice }) => [device, hostDevice]),
      [["service", "br0"]],
    );
    assert.equal(devices.memory, 16);
    assert.deepEqual(devices.arguments, ["count=400", "delay=500"]);
    assert.equal(new Date(devices.started ?? 0).toISOString(), "2026-11-29T18:43:16.234Z");
    assert.deepEqual(info.value.value[4]?.info.failBehaviour, { kind: "restart", value: [3, 4] });
    assert.equal(info.value.value[3]?.info.startup, 7);
  });

  it("holds integers that a number cannot hold", () => {
    const reply = decodeReply(recordedBytes("wire/002-policy-root.reply").subarray(4));
    assert.ok(reply.kind === "success" && reply.value.kind === "policies");
    assert.equal(reply.value.value[0]?.policy.unikernels, 2n ** 62n - 1n);
  });

  it("names the version of another daemon, and an answer that this one does not have", () => {
    const other = Buffer.from(recordedBytes("wire/161-version-6.request").subarray(4));
    assert.deepEqual(decodeReply(other), { kind: "otherVersion", version: 6 });
    const known = Buffer.from(recordedBytes("wire/024-info-one.reply").subarray(4));
    known[known.indexOf(0xad)] = 0xbe;
    assert.equal(decodeReply(known).kind, "unknown");
    assert.equal(decodeReply(Buffer.from("no DER")).kind, "malformed");
  });
});
