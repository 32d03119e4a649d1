import assert from "node:assert/strict";
import { openChannel, type Port } from "./channel.ts";
import { either, list, nothing, number, object, text, word, type Shape } from "./shape.ts";

/** Two ports joined, each message passed through JSON in a later turn, as between a webview and VS Code. */
function joinedPorts(): readonly [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const port = (mine: 0 | 1): Port => ({
    post: (message) => {
      const copy: unknown = JSON.parse(JSON.stringify(message));
      queueMicrotask(() => listeners[1 - mine]?.forEach((listener) => listener(copy)));
    },
    onMessage: (listener) => {
      listeners[mine]?.push(listener);
      return () => listeners[mine]?.splice(listeners[mine].indexOf(listener), 1);
    },
  });
  return [port(0), port(1)];
}

const isCount = object({ kind: word("count"), to: number });
const none: Shape<never> = (_value): _value is never => false;

function talk(handle: (message: { to: number }) => unknown) {
  const [near, far] = joinedPorts();
  const stray: string[] = [];
  const onStray = (reason: string) => void stray.push(reason);
  const server = openChannel<never, { to: number }>(far, { incoming: isCount, handle, onStray });
  const client = openChannel<unknown, never>(near, { incoming: none, handle: () => undefined, onStray });
  return { client, server, near, far, stray };
}

describe("the channel of webviews", () => {
  it("tells of a stray message that cannot be written out", () => {
    let nested: unknown = "end";
    for (let depth = 0; depth < 100_000; depth++) nested = [nested];
    let hear: (message: unknown) => void = () => assert.fail();
    const stray: string[] = [];
    const port: Port = {
      post: () => undefined,
      onMessage: (listener) => {
        hear = listener;
        return () => undefined;
      },
    };
    openChannel(port, {
      incoming: none,
      handle: () => undefined,
      onStray: (reason) => void stray.push(reason),
    });
    hear(nested);
    assert.match(stray[0] ?? "", /unknown shape/);
  });

  it("answers each question with its own answer, whichever comes first", async () => {
    const late = Promise.withResolvers<number>();
    const { client } = talk(({ to }) => (to === 1 ? late.promise : to * 10));
    const first = client.ask({ kind: "count", to: 1 }, number);
    assert.equal(await client.ask({ kind: "count", to: 2 }, number), 20);
    late.resolve(10);
    assert.equal(await first, 10);
  });

  it("gives the handler's error to who asked", async () => {
    const { client, stray } = talk(() => {
      throw new Error("no such number");
    });
    await assert.rejects(client.ask({ kind: "count", to: 1 }, number), /no such number/);
    assert.deepEqual(stray, []);
  });

  it("refuses messages and answers of unknown shape", async () => {
    let handled = 0;
    const { client, stray, near } = talk(() => {
      handled += 1;
      return "twenty";
    });
    await assert.rejects(
      client.ask({ kind: "count", to: "2" }, number),
      /unknown shape: \{"kind":"count","to":"2"\}/,
    );
    assert.equal(handled, 0);
    await assert.rejects(
      client.ask({ kind: "count", to: 2 }, number),
      /an answer of unknown shape: "twenty"/,
    );
    near.post("what VS Code's own scripts might send");
    client.tell({ kind: "delete" });
    await new Promise(setImmediate);
    assert.equal(stray.length, 2);
  });

  it("rejects what waits when it is disposed of, and hears nothing more", async () => {
    const { client, far } = talk(() => new Promise(() => {}));
    const asked = client.ask({ kind: "count", to: 1 }, number);
    client.dispose();
    await assert.rejects(asked, /the view was closed/);
    await assert.rejects(client.ask({ kind: "count", to: 1 }, number), /the view was closed/);
    far.post({ envelope: "answer", id: 1, body: 1 });
    await new Promise(setImmediate);
  });
});

describe("shapes", () => {
  it("tell objects, lists and unions from what only looks like them", () => {
    const shape = object({ names: list(text), size: either(number, nothing) });
    assert.ok(shape({ names: ["a"], size: 1, more: true }));
    assert.ok(shape({ names: [] }));
    for (const wrong of [
      undefined,
      null,
      [],
      {},
      { names: [1] },
      { names: "a" },
      { names: [], size: Number.NaN },
    ]) {
      assert.equal(shape(wrong), false, JSON.stringify(wrong));
    }
    assert.equal(object({ toString: text })({}), false);
  });
});
