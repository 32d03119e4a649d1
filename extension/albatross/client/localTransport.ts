import { createConnection, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "../wire/commands.ts";
import { encodeFrame } from "../wire/frames.ts";
import { encodeCommand } from "../wire/message.ts";
import { formatName, formatPath } from "../wire/names.ts";
import { HostError, problemOf } from "./hostError.ts";
import { mainSocket } from "../hostDescriptions.ts";
import type { Transport } from "./transport.ts";

/** The daemons listen with a backlog of one connection, and a full one gives EAGAIN. */
const retries = { count: 60, firstMs: 5, maxMs: 100 };

/** Talks to the daemons of this computer. `folder` holds the folder `util` with their sockets. */
export function localTransport(folder: string): Transport {
  return {
    path: [],
    streamsImages: false,
    open: async ({ path, label }, command, signal) => {
      const name = label === undefined ? formatPath(path) : formatName({ path, label });
      const message = encodeFrame(encodeCommand(name, command));
      const socket = await connect(socketPath(folder, command), signal);
      socket.write(message);
      return socket;
    },
    problemOf,
  };
}

function socketPath(folder: string, { kind }: Command): string {
  if (kind === "console") return join(folder, "util", "console.sock");
  return kind === "stats" ? join(folder, "util", "stat.sock") : mainSocket(folder);
}

async function connect(path: string, signal: AbortSignal): Promise<Socket> {
  for (let attempt = 0, wait = retries.firstMs; ; attempt++, wait = Math.min(2 * wait, retries.maxMs)) {
    try {
      return await connectOnce(path, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EACCES" || code === "EPERM") throw new HostError({ kind: "noPermission", path });
      if (code !== "EAGAIN" || attempt === retries.count) throw new HostError(problemOf(error));
    }
    await delay(wait, undefined, { signal });
  }
}

function connectOnce(path: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path, signal });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
