import { get as getHttp, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Run } from "../../platform/process.ts";
import { t } from "../../protocol/l10n.ts";
import type { Expectations, Failure, HttpCheck, PingCheck, TcpCheck } from "../model.ts";
import { localPorts } from "../sharedResources.ts";

/** The pause before another attempt, in milliseconds. */
const pauseMs = 100;
/** More of an answer is not read, in bytes. */
const maxAnswer = 1 << 20;

/** How one attempt ended. `retry`: the unikernel may not be ready yet. */
type Attempt =
  | { readonly ok: true }
  | { readonly retry: string }
  | { readonly failure: Omit<Failure, "range"> };

/**
 * Performs the checks `http`, `tcp` and `ping` side by side, each again and again until it succeeds, the answer is wrong
 * or `signal` is aborted. Resolves to the failures; never rejects.
 */
export async function checkNetwork(
  { http, tcp, ping }: Pick<Expectations, "http" | "tcp" | "ping">,
  run: Run,
  signal: AbortSignal,
): Promise<readonly Failure[]> {
  const failures = await Promise.all([
    ...http.map(async (check) => repeat(() => requestOnce(check, signal), check, signal)),
    ...tcp.map(async (check) => repeat(() => connectOnce(check, signal), check, signal)),
    ...ping.map(async (check) => repeat(() => pingOnce(check, run, signal), check, signal)),
  ]);
  return failures.flatMap((failure) => failure ?? []);
}

/** How long a local port may take to answer before the boot, in milliseconds. */
const localPortMs = 500;

/**
 * Finds the ports of this computer at which another program answers before the boot, which would then be tested instead
 * of the unikernel. Never rejects.
 */
export async function portsInUse(expect: Pick<Expectations, "http" | "tcp">): Promise<readonly Failure[]> {
  const found = await Promise.all(
    [...localPorts(expect)].map(async ([port, range]): Promise<readonly Failure[]> => {
      const answers = await new Promise<boolean>((resolve) => {
        const socket = connect({ host: "localhost", port, timeout: localPortMs });
        const finish = (result: boolean) => () => {
          socket.destroy();
          resolve(result);
        };
        socket.on("connect", finish(true));
        socket.on("error", finish(false));
        socket.on("timeout", finish(false));
      });
      const message = t(
        "Port {0} is used by another program, so the unikernel wasn't booted. End the program or use another port.",
        port,
      );
      return answers ? [{ message, range }] : [];
    }),
  );
  return found.flat();
}

async function repeat(
  attempt: () => Promise<Attempt>,
  { range }: Pick<HttpCheck, "range">,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  let last: string | undefined;
  while (!signal.aborted) {
    const result = await attempt();
    if ("ok" in result) return undefined;
    if ("failure" in result) return { ...result.failure, range };
    if (!signal.aborted) last = result.retry;
    // Rejects if the time of the test is over.
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return {
    message: last === undefined ? t("There was no answer.") : t("There was no answer: {0}", last),
    range,
    isUnanswered: true,
  };
}

async function requestOnce(check: HttpCheck, signal: AbortSignal): Promise<Attempt> {
  try {
    const get = check.url.startsWith("https:") ? (await import("node:https")).get : getHttp;
    const { status, body } = await new Promise<{ readonly status: number; readonly body: string }>(
      (resolve, reject) => {
        const request = get(check.url, { signal, agent: false }, (response: IncomingMessage) => {
          const chunks: Uint8Array[] = [];
          let length = 0;
          const finish = () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
          response.on("data", (chunk: Uint8Array) => {
            chunks.push(chunk);
            length += chunk.length;
            if (length < maxAnswer) return;
            finish();
            request.destroy();
          });
          response.on("end", finish);
          response.on("error", reject);
        });
        request.on("error", reject);
      },
    );
    return judgeResponse(check, status, body);
  } catch (error) {
    return { retry: reasonOf(error) };
  }
}

function judgeResponse(check: HttpCheck, status: number, body: string): Attempt {
  const isExpected = check.status === undefined ? status >= 200 && status <= 299 : status === check.status;
  if (!isExpected) {
    const expected = check.status === undefined ? "200–299" : String(check.status);
    const message = t("{0} answered with status {1}, not {2}.", check.url, status, expected);
    return { failure: { message, expected, actual: String(status) } };
  }
  if (check.body === undefined || body.includes(check.body)) return { ok: true };
  const message = t("The body of {0} does not contain the expected text.", check.url);
  return { failure: { message, expected: check.body, actual: body.slice(0, 4096) } };
}

async function connectOnce(check: TcpCheck, signal: AbortSignal): Promise<Attempt> {
  const address = `${check.host}:${check.port}`;
  return new Promise((resolve) => {
    const socket = connect({ host: check.host, port: check.port, signal });
    let received = Buffer.alloc(0);
    const finish = (attempt: Attempt) => {
      socket.destroy();
      resolve(attempt);
    };
    socket.on("connect", () => {
      if (check.send !== undefined) socket.write(check.send);
      if (check.receive === undefined) finish({ ok: true });
    });
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (check.receive !== undefined && received.includes(check.receive)) finish({ ok: true });
      else if (received.length > maxAnswer) finish(wrongAnswer(address, check, received));
    });
    socket.on("end", () => {
      // Some hosts accept a connection before the unikernel listens, and then close it.
      if (received.length === 0) finish({ retry: t("{0} closed the connection.", address) });
      else finish(wrongAnswer(address, check, received));
    });
    socket.on("error", (error) => {
      const isAnswered = received.length > 0 && signal.aborted;
      finish(isAnswered ? wrongAnswer(address, check, received) : { retry: reasonOf(error) });
    });
  });
}

const wrongAnswer = (address: string, check: TcpCheck, received: Buffer): Attempt => ({
  failure: {
    message: t("{0} did not send the expected text.", address),
    expected: check.receive ?? "",
    actual: received.toString().slice(0, 4096),
  },
});

async function pingOnce({ host }: PingCheck, run: Run, signal: AbortSignal): Promise<Attempt> {
  const spec = { file: "ping", args: [...onePing(), host], cwd: "/", env: pathOnly() };
  const result = await run(spec, { signal });
  if (result.kind === "exited" && result.code === 0) return { ok: true };
  if (result.kind === "notFound")
    return { failure: { message: t("ping was not found on PATH. Install it, then run the test again.") } };
  return { retry: t("{0} did not answer a ping.", host) };
}

/** The arguments for one ping that waits a second. */
function onePing(): readonly string[] {
  if (process.platform === "win32") return ["-n", "1", "-w", "1000"];
  return ["-c", "1", process.platform === "darwin" ? "-t" : "-W", "1"];
}

const pathOnly = (): Readonly<Record<string, string>> => ({ PATH: process.env["PATH"] ?? "", LC_ALL: "C" });

const reasonOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  // The error of several attempts, one per address, has no message of its own.
  if (message !== "") return message;
  return error instanceof AggregateError ? error.errors.map(reasonOf).join(", ") : String(error);
};
