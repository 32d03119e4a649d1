import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import {
  dataMessage,
  failureReply,
  startLocalAlbatross,
  successReply,
  type Answer,
} from "../../../test/harness/albatross.ts";
import { temporaryFolder } from "../../../test/harness/temporaryFolder.ts";
import { recordedBytes } from "../wire/testRecordings.ts";
import type { HostProblem } from "./hostError.ts";
import { createHostClient, type Deployment } from "./hostClient.ts";
import { HostError } from "./hostError.ts";
import { localTransport } from "./localTransport.ts";
import { sendCommand, stream } from "./request.ts";

const signal = () => AbortSignal.timeout(30_000);
const hello = { path: ["dev"], label: "hello" };
const deployment: Deployment = {
  failBehaviour: { kind: "quit", value: null },
  addName: true,
  cpuids: [0],
  memory: 32,
};
const quiet: Answer = {};

/** The problem with which an action fails. */
async function problem(action: Promise<unknown>): Promise<HostProblem> {
  try {
    await action;
  } catch (error) {
    assert.ok(error instanceof HostError, String(error));
    return error.problem;
  }
  assert.fail("it succeeded");
}

describe("The client of the daemons of this computer", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder("albatross");
  });
  afterEach(() => folder.remove());
  const client = () => createHostClient(localTransport(folder.path));

  it("lists what runs, with absolute names", async () => {
    const recordings = {
      unikernel: "wire/060-info-several.reply",
      policy: "wire/009-policy-all.reply",
      block: "wire/054-block-list-in-use.reply",
    };
    await using _ = await startLocalAlbatross(folder.path, ({ command: { kind } }) => ({
      bytes: [recordedBytes(recordings[kind as keyof typeof recordings])],
    }));
    const { unikernels, policies, blocks } = await client().overview(signal());
    assert.deepEqual(
      unikernels.map(({ name }) => [...name.path, name.label].join("/")),
      ["wired", "dev/ticker", "dev/strict", "dev/packed", "dev/loop", "dev/devices", "alone"],
    );
    assert.deepEqual(
      policies.map(({ path }) => path),
      [[], ["dev"], ["dev", "alice"]],
    );
    assert.deepEqual(blocks[0], { name: { path: ["dev"], label: "storage" }, size: 1, active: true });
  });

  it("creates, and reports the words of a refusal", async () => {
    let reply = recordedBytes("wire/020-create-hello.reply");
    await using daemon = await startLocalAlbatross(folder.path, () => ({ bytes: [reply] }));
    const image = Buffer.from("an image");
    await client().create(hello, deployment, image, { replace: false }, signal());
    const [received] = daemon.received;
    assert.equal(received?.name, "dev:hello");
    assert.ok(received.command.kind === "unikernel" && received.command.value.kind === "create");
    assert.equal(Buffer.from(received.command.value.value.image).toString(), "an image");
    reply = recordedBytes("wire/071-create-memory.reply");
    const refused = await problem(client().create(hello, deployment, image, { replace: true }, signal()));
    assert.ok(refused.kind === "refused");
    assert.match(refused.text, /memory/);
  });

  it("waits while the daemon's queue is full", async () => {
    await using _ = await startLocalAlbatross(folder.path, () => ({
      bytes: [recordedBytes("wire/024-info-one.reply")],
    }));
    const found = await Promise.all(
      Array.from({ length: 64 }, () => client().unikernel({ path: ["dev"], label: "ticker" }, signal())),
    );
    assert.equal(found.filter((info) => info?.memory === 32).length, 64);
  });

  it("follows a console without an end", async () => {
    const lines = recordedBytes("wire/022-console-ended.reply");
    await using _ = await startLocalAlbatross(folder.path, () => ({ bytes: [lines], open: true }));
    const abort = new AbortController();
    const found: string[] = [];
    await assert.rejects(async () => {
      for await (const some of client().console(hello, { kind: "count", value: 20 }, abort.signal)) {
        found.push(...some.map(({ line }) => Buffer.from(line).toString()));
        if (found.length === 15) abort.abort();
      }
    }, /AbortError/);
    assert.match(found[0] ?? "", /___\|/);
  });

  it("reads the lines of a flood, and none is lost", async () => {
    const count = 100_000;
    const template = dataMessage("dev:hello", {
      kind: "console",
      value: { at: 0, line: Buffer.from("line 000000") },
    });
    const lines = Array.from({ length: count }, (_, index) => {
      const message = Buffer.from(template);
      message.write(String(index).padStart(6, "0"), message.length - 6);
      return message;
    });
    await using _ = await startLocalAlbatross(folder.path, () => ({
      bytes: [successReply("dev:hello", { kind: "text", value: "subscribed" }), ...lines],
    }));
    let next = 0;
    for await (const some of client().console(hello, { kind: "count", value: 0 }, signal()))
      for (const each of some)
        assert.equal(Buffer.from(each.line).toString(), `line ${String(next++).padStart(6, "0")}`);
    assert.equal(next, count);
  });

  it("says why there is no answer", async () => {
    const ask = () => problem(client().overview(signal()));
    assert.deepEqual(await ask(), { kind: "gone", reason: "ENOENT" });
    let answer: Answer = quiet;
    await using _ = await startLocalAlbatross(folder.path, () => answer);
    assert.deepEqual(await ask(), { kind: "closed" });
    const list = recordedBytes("wire/060-info-several.reply");
    answer = { bytes: [list], cutAfter: 100 };
    assert.deepEqual(await ask(), { kind: "truncated" });
    answer = { bytes: [recordedBytes("wire/161-version-6.request")] };
    assert.deepEqual(await ask(), { kind: "otherVersion", version: 6 });
    answer = { bytes: [Buffer.from("\0\0\0\u0007garbage")] };
    assert.equal((await ask()).kind, "malformed");
    answer = { bytes: [Buffer.from("7fffffff00", "hex")], open: true };
    assert.equal((await ask()).kind, "malformed");
    answer = { bytes: [failureReply(":", "unknown command")] };
    assert.deepEqual(await ask(), { kind: "refused", text: "unknown command" });
    const newer = Buffer.from(list);
    newer[newer.indexOf("a18203e1", 0, "hex") + 4] = 0xbe;
    answer = { bytes: [newer] };
    assert.equal((await ask()).kind, "newer");
  });

  it("gives up when nothing comes, and when it is cancelled", async () => {
    await using _ = await startLocalAlbatross(folder.path, () => ({ open: true }));
    const command = { kind: "unikernel", value: { kind: "info", value: null } } as const;
    const transport = localTransport(folder.path);
    const late = sendCommand(transport, hello, command, { signal: signal(), idleSeconds: 0.05 });
    assert.deepEqual(await problem(late), { kind: "timeout", seconds: 0.05 });
    const unanswered = stream(transport, hello, command, {
      signal: signal(),
      idleSeconds: Infinity,
      answerSeconds: 0.05,
    });
    assert.deepEqual(await problem(unanswered.next()), { kind: "timeout", seconds: 0.05 });
    const abort = new AbortController();
    const cancelled = sendCommand(transport, hello, command, { signal: abort.signal });
    abort.abort();
    await assert.rejects(cancelled, /AbortError/);
  });

  it("gives up when an answer arrives too slowly", async () => {
    await using _ = await startLocalAlbatross(folder.path, (_received, connection) => {
      const drip = setInterval(() => connection.write(Buffer.from([0])), 10);
      connection.on("close", () => clearInterval(drip));
      // The begin of a frame of a megabyte.
      return { bytes: [Buffer.from([0, 0x10, 0, 0])], open: true };
    });
    const command = { kind: "unikernel", value: { kind: "info", value: null } } as const;
    const slow = sendCommand(localTransport(folder.path), hello, command, {
      signal: signal(),
      idleSeconds: 5,
      maxSeconds: 0.3,
    });
    assert.deepEqual(await problem(slow), { kind: "timeout", seconds: 0.3 });
  });

  it("names the socket that the user may not open", async function () {
    if (process.getuid?.() === 0) this.skip();
    const { chmod } = await import("node:fs/promises");
    await using _ = await startLocalAlbatross(folder.path, () => quiet);
    await chmod(`${folder.path}/util/vmmd.sock`, 0o400);
    assert.equal((await problem(client().overview(signal()))).kind, "noPermission");
  });

  it("downloads an image, and says so if it cannot be uncompressed", async () => {
    const image = Buffer.from("an image");
    let stored: Uint8Array = deflateSync(image);
    await using _ = await startLocalAlbatross(folder.path, () => ({
      bytes: [successReply("dev:hello", { kind: "image", value: { compressed: true, image: stored } })],
    }));
    assert.deepEqual(await client().image(hello, signal()), image);
    stored = image;
    assert.equal((await problem(client().image(hello, signal()))).kind, "malformed");
  });
});
