import { object, number, string, literal, type Validator } from "./validators.ts";

/** The message port between a webview and its extension, seen from one side. */
export interface Port {
  readonly post: (message: unknown) => void;
  /** Calls `listener` for each message until the returned function is called. */
  readonly onMessage: (listener: (message: unknown) => void) => () => void;
}

export interface Channel<Out> {
  /** Sends a message that has no response. */
  readonly notify: (message: Out) => void;
  /**
   * Sends a message and resolves with what its handler returns. Rejects with the error of the handler, if
   * `isResult` refuses the response, and if this side is disposed before the response arrives.
   */
  readonly request: <A>(message: Out, isResult: Validator<A>) => Promise<A>;
  /** Rejects all pending requests and stops listening. */
  readonly dispose: () => void;
}

export interface ChannelOptions<In> {
  /** The messages that the other side may send; anything else is an error. */
  readonly incoming: Validator<In>;
  /** Handles a message. What it returns or throws is the response to a request. */
  readonly handle: (message: In) => unknown;
  /** Receives the reason why a message was rejected, and errors of messages that have no response. */
  readonly onError: (reason: string) => void;
}

interface PendingRequest {
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: Error) => void;
}

const isNotification = object({ envelope: literal("notification") });
const isRequest = object({ envelope: literal("request"), id: number });
const isResponse = object({ envelope: literal("response"), id: number });
const isErrorResponse = object({ envelope: literal("error"), id: number, reason: string });

/** Opens one side of the connection between a webview and its extension; the other side calls this too. */
export function openChannel<Out, In>(port: Port, options: ChannelOptions<In>): Channel<Out> {
  const pending = new Map<number, PendingRequest>();
  let lastId = 0;
  let open = true;

  /** Removes a pending request and returns it. */
  const takePending = (id: number): PendingRequest | undefined => {
    const found = pending.get(id);
    pending.delete(id);
    return found;
  };

  const handle = async (body: unknown): Promise<unknown> => {
    if (!options.incoming(body)) throw new Error(`a message of unknown type: ${excerpt(body)}`);
    return await options.handle(body);
  };

  const respond = async (id: number, body: unknown): Promise<void> => {
    try {
      const answer = await handle(body);
      if (open) port.post({ envelope: "response", id, body: answer });
    } catch (error) {
      if (open) port.post({ envelope: "error", id, reason: reasonOf(error) });
    }
  };

  const receive = (message: unknown): void => {
    if (isNotification(message))
      void handle(bodyOf(message)).catch((error: unknown) => options.onError(reasonOf(error)));
    else if (isRequest(message)) void respond(message.id, bodyOf(message));
    else if (isResponse(message)) takePending(message.id)?.resolve(bodyOf(message));
    else if (isErrorResponse(message)) takePending(message.id)?.reject(new Error(message.reason));
    else options.onError(`a message of unknown type: ${excerpt(message)}`);
  };

  const stopListening = port.onMessage(receive);
  return {
    notify: (message) => {
      if (open) port.post({ envelope: "notification", body: message });
    },
    request: async (message, isResult) => {
      if (!open) throw new Error("the view was closed");
      const id = (lastId += 1);
      const body = await new Promise<unknown>((resolve, reject) => {
        pending.set(id, { resolve, reject });
        port.post({ envelope: "request", id, body: message });
      });
      if (!isResult(body)) throw new Error(`a response of unknown type: ${excerpt(body)}`);
      return body;
    },
    dispose: () => {
      if (!open) return;
      open = false;
      stopListening();
      for (const { reject } of pending.values()) reject(new Error("the view was closed"));
      pending.clear();
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
    // Nested too deeply, circular or a BigInt: structured clone carries these, JSON cannot.
    return reasonOf(error);
  }
}
