import { object, number, text, word, type Shape } from "./shape.ts";

/** A pipe to the other side: what VS Code has between a webview and its extension. */
export interface Port {
  readonly post: (message: unknown) => void;
  /** Calls back for each message until the returned function is called. */
  readonly onMessage: (listener: (message: unknown) => void) => () => void;
}

export interface Channel<Out> {
  /** Sends a message that needs no answer. */
  readonly tell: (message: Out) => void;
  /**
   * Sends a message and settles with what its handler returns. Rejects with the handler's error, when
   * the answer has not the given shape, and when this side is disposed of before it came.
   */
  readonly ask: <A>(message: Out, answer: Shape<A>) => Promise<A>;
  /** Rejects what waits for an answer, and hears nothing more. */
  readonly dispose: () => void;
}

export interface ChannelOptions<In> {
  /** What the other side may send; anything else goes to `onStray`. */
  readonly incoming: Shape<In>;
  /** Acts on a message; what it returns, or throws, answers the message when it was asked. */
  readonly handle: (message: In) => unknown;
  /** Told of what has no known shape, and of errors of messages that nobody waits for. */
  readonly onStray: (reason: string) => void;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const isTell = object({ envelope: word("tell") });
const isAsk = object({ envelope: word("ask"), id: number });
const isAnswer = object({ envelope: word("answer"), id: number });
const isFailure = object({ envelope: word("failure"), id: number, reason: text });

/** One side of the talk between a webview and its extension; the other side opens the same. */
export function openChannel<Out, In>(port: Port, options: ChannelOptions<In>): Channel<Out> {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let open = true;

  /** What was waiting under this number, which then waits no more. */
  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  };

  const handle = async (body: unknown): Promise<unknown> => {
    if (!options.incoming(body)) throw new Error(`a message of unknown shape: ${excerpt(body)}`);
    return await options.handle(body);
  };

  const answerTo = async (id: number, body: unknown): Promise<void> => {
    try {
      const answer = await handle(body);
      if (open) port.post({ envelope: "answer", id, body: answer });
    } catch (error) {
      if (open) port.post({ envelope: "failure", id, reason: reasonOf(error) });
    }
  };

  const receive = (message: unknown): void => {
    if (isTell(message))
      void handle(bodyOf(message)).catch((error: unknown) => options.onStray(reasonOf(error)));
    else if (isAsk(message)) void answerTo(message.id, bodyOf(message));
    else if (isAnswer(message)) settle(message.id)?.resolve(bodyOf(message));
    else if (isFailure(message)) settle(message.id)?.reject(new Error(message.reason));
    else options.onStray(`a message of unknown shape: ${excerpt(message)}`);
  };

  const close = port.onMessage(receive);
  return {
    tell: (message) => {
      if (open) port.post({ envelope: "tell", body: message });
    },
    ask: async (message, answer) => {
      if (!open) throw new Error("the view was closed");
      const id = (asked += 1);
      const body = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        port.post({ envelope: "ask", id, body: message });
      });
      if (!answer(body)) throw new Error(`an answer of unknown shape: ${excerpt(body)}`);
      return body;
    },
    dispose: () => {
      if (!open) return;
      open = false;
      close();
      for (const { reject } of waiting.values()) reject(new Error("the view was closed"));
      waiting.clear();
    },
  };
}

function bodyOf(envelope: object): unknown {
  return "body" in envelope ? envelope.body : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function excerpt(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 200);
  } catch (error) {
    // Nested too deep, a circle or a BigInt: structured clone carries them, JSON has no words for them.
    return reasonOf(error);
  }
}
