import assert from "node:assert/strict";
import { openChannel, type Port } from "./channel.ts";
import { union, array, absent, number, object, string, literal, type Validator } from "./validators.ts";

/** Two connected ports. Messages are copied through JSON and delivered asynchronously, as by VS Code. */
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

const isCount = object({ kind: literal("count"), to: number });
const none: Validator<never> = (_value): _value is never => false;

function openPair(handle: (message: { to: number }) => unknown) {
  const [near, far] = joinedPorts();
  const errors: string[] = [];
  const onError = (reason: string) => void errors.push(reason);
  const server = openChannel<never, { to: number }>(far, { incoming: isCount, handle, onError: onError });
  const client = openChannel<unknown, never>(near, {
    incoming: none,
    handle: () => undefined,
    onError: onError,
  });
  return { client, server, near, far, errors };
}

describe("channel", () => {
  it("reports an invalid message that JSON cannot represent", () => {
    let nested: unknown = "end";
    for (let depth = 0; depth < 100_000; depth++) nested = [nested];
    let deliver: (message: unknown) => void = () => assert.fail();
    const errors: string[] = [];
    const port: Port = {
      post: () => undefined,
      onMessage: (listener) => {
        deliver = listener;
        return () => undefined;
      },
    };
    openChannel(port, {
      incoming: none,
      handle: () => undefined,
      onError: (reason) => void errors.push(reason),
    });
    deliver(nested);
    assert.match(errors[0] ?? "", /unknown type/);
  });

  it("resolves each request with its own response, in any order", async () => {
    const late = Promise.withResolvers<number>();
    const { client } = openPair(({ to }) => (to === 1 ? late.promise : to * 10));
    const first = client.request({ kind: "count", to: 1 }, number);
    assert.equal(await client.request({ kind: "count", to: 2 }, number), 20);
    late.resolve(10);
    assert.equal(await first, 10);
  });

  it("rejects a request with the error of the handler", async () => {
    const { client, errors } = openPair(() => {
      throw new Error("no such number");
    });
    await assert.rejects(client.request({ kind: "count", to: 1 }, number), /no such number/);
    assert.deepEqual(errors, []);
  });

  it("rejects messages and responses of unknown type", async () => {
    let handled = 0;
    const { client, errors, near } = openPair(() => {
      handled += 1;
      return "twenty";
    });
    await assert.rejects(
      client.request({ kind: "count", to: "2" }, number),
      /unknown type: \{"kind":"count","to":"2"\}/,
    );
    assert.equal(handled, 0);
    await assert.rejects(
      client.request({ kind: "count", to: 2 }, number),
      /a response of unknown type: "twenty"/,
    );
    near.post("a message of VS Code's own scripts");
    client.notify({ kind: "delete" });
    await new Promise(setImmediate);
    assert.equal(errors.length, 2);
  });

  it("rejects pending requests when it is disposed, and ignores later messages", async () => {
    const { client, far } = openPair(() => new Promise(() => {}));
    const request = client.request({ kind: "count", to: 1 }, number);
    client.dispose();
    await assert.rejects(request, /the view was closed/);
    await assert.rejects(client.request({ kind: "count", to: 1 }, number), /the view was closed/);
    far.post({ envelope: "response", id: 1, body: 1 });
    await new Promise(setImmediate);
  });
});

describe("validators", () => {
  it("accept only objects, arrays and unions of the declared type", () => {
    const shape = object({ names: array(string), size: union(number, absent) });
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
    assert.equal(object({ toString: string })({}), false);
  });
});
