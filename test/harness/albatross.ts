/** A stand-in for the daemons of albatross and for its TLS endpoint, which answers with recorded bytes and can misbehave. */
import { mkdirSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { X509Certificate } from "../../extension/albatross/client/x509.ts";
import type { Command } from "../../extension/albatross/wire/commands.ts";
import { createFrameReader, encodeFrame } from "../../extension/albatross/wire/frames.ts";
import {
  decodeCommand,
  decodeExtension,
  encodeReply,
  extensionOid,
} from "../../extension/albatross/wire/message.ts";
import type { Data, Success } from "../../extension/albatross/wire/replies.ts";
import type { CertificateFiles } from "./certificates.ts";

/**
 * A command that the stand-in has received. Over TLS, `name` is the label of the client's certificate, and `body` what
 * came in frames after it.
 */
export interface Received {
  readonly name: string;
  readonly command: Command;
  readonly body: Buffer;
}

/** What the stand-in does with a connection after it has the command. Bytes are whole frames. */
export interface Answer {
  readonly bytes?: readonly Uint8Array[];
  /** Keeps the connection open instead of closing it. */
  readonly open?: boolean;
  /** Closes it after this many bytes. */
  readonly cutAfter?: number;
}

export interface Albatross extends AsyncDisposable {
  /** Commands in the order in which they came. */
  readonly received: readonly Received[];
  /** Of the TLS endpoint. */
  readonly port: number;
  /** Resets the open connections of the TLS endpoint. */
  readonly reset: () => void;
}

type Behaviour = (received: Received, connection: Socket) => Answer | Promise<Answer>;

export const successReply = (name: string, value: Success): Uint8Array =>
  encodeFrame(encodeReply(name, { kind: "success", name, value }));
export const failureReply = (name: string, value: string): Uint8Array =>
  encodeFrame(encodeReply(name, { kind: "failure", name, value }));
export const dataMessage = (name: string, value: Data): Uint8Array =>
  encodeFrame(encodeReply(name, { kind: "data", name, value }));

const maxBytes = 100_000_000;

async function answer(socket: Socket, received: Received, behave: Behaviour): Promise<void> {
  const { bytes = [], open = false, cutAfter } = await behave(received, socket);
  const all = Buffer.concat(bytes);
  socket.write(cutAfter === undefined ? all : all.subarray(0, cutAfter));
  if (!open) socket.end();
}

/** Starts the daemons of this computer: the sockets are in `folder/util`. */
export async function startLocalAlbatross(folder: string, behave: Behaviour): Promise<Albatross> {
  const received: Received[] = [];
  mkdirSync(join(folder, "util"), { recursive: true });
  const servers = await Promise.all(
    ["vmmd", "console", "stat"].map((name) => {
      const server = createServer((socket) => {
        const reader = createFrameReader(maxBytes);
        socket.on("error", () => undefined);
        socket.on("data", (chunk) => {
          for (const frame of reader.push(chunk)) {
            const command = { ...decodeCommand(frame), body: Buffer.alloc(0) };
            received.push(command);
            void answer(socket, command, behave);
          }
        });
      });
      return listening(server, join(folder, "util", `${name}.sock`));
    }),
  );
  return {
    received,
    port: 0,
    reset: () => undefined,
    [Symbol.asyncDispose]: async () => void (await Promise.all(servers.map(stop))),
  };
}

/**
 * Starts the TLS endpoint, which reads the command in the certificate of the client. `onImage` is called with the connection when
 * bytes of an image arrive, and it is not received.
 */
export async function startTlsAlbatross(
  files: CertificateFiles,
  behave: Behaviour,
  onImage?: (connection: Socket) => void,
): Promise<Albatross> {
  const received: Received[] = [];
  const server = createTlsServer(
    {
      cert: files.server.certificate,
      key: files.server.key,
      ca: [files.trusted],
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
    },
    (socket) => {
      socket.on("error", () => undefined);
      const { name, command } = commandIn(socket);
      const needsBody =
        command.kind === "unikernel" &&
        (command.value.kind === "create" || command.value.kind === "forceCreate") &&
        command.value.value.image.length === 0;
      const finish = (body: Buffer) => {
        received.push({ name, command, body });
        void answer(socket, { name, command, body }, behave);
      };
      if (!needsBody) return finish(Buffer.alloc(0));
      const reader = createFrameReader(maxBytes);
      const frames: Uint8Array[] = [];
      socket.on("data", (chunk) => {
        if (onImage) return onImage(socket);
        frames.push(...reader.push(chunk).map((frame) => Buffer.from(frame)));
        if (reader.isEnded()) finish(Buffer.concat(frames));
      });
    },
  );
  // The client's refused certificate ends the connection here.
  server.on("tlsClientError", () => undefined);
  await listening(server, { host: "127.0.0.1", port: 0 });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const reset = () => connections.get(server)?.forEach((socket) => void socket.resetAndDestroy());
  return { received, port, reset, [Symbol.asyncDispose]: () => stop(server) };
}

function commandIn(socket: TLSSocket): { readonly name: string; readonly command: Command } {
  const own = socket.getPeerX509Certificate();
  if (!own) throw new Error("the client sent no certificate");
  const certificate = new X509Certificate(own.raw);
  const { value } = certificate.extensions.find(({ type }) => type === extensionOid) ?? {};
  if (!value) throw new Error("the certificate has no command");
  const label = certificate.subjectName.getField("CN")[0] ?? ".";
  return {
    name: label === "." ? "" : label,
    command: decodeExtension(new Uint8Array(value)).command,
  };
}

const connections = new WeakMap<Server, Set<Socket>>();

function listening(server: Server, at: string | { host: string; port: number }): Promise<Server> {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(typeof at === "string" ? { path: at } : at, () => resolve(server));
  });
}

async function stop(server: Server): Promise<void> {
  for (const socket of connections.get(server) ?? []) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}
