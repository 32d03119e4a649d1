import { closeSync, constants, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Take = ((bytes: Uint8Array) => void) | undefined;

/** Two pipes for what a program prints. */
export interface OutputPipes {
  /** The ends to write to, file descriptors for the program. */
  readonly stdout: number;
  readonly stderr: number;
  /** To be called once, when the program has its ends or could not be started. Settles when all is read. Never rejects. */
  readonly read: (onStdout: Take, onStderr: Take) => Promise<void>;
}

/** As long as a pipe of Linux, in bytes: it is emptied at one go. */
const portion = 64 * 1024;
/** A pipe holds what a program says in some milliseconds at its fastest. */
const restMs = 1;

/**
 * Pipes whose reader does not slow the program down; `undefined` where they cannot be made. What Node
 * makes are pairs of sockets: these hold some hundred short lines at most, and each line wakes the
 * reader, which costs a program that prints line by line half of its speed. These are real pipes, read
 * at once when something comes after silence, and then a millisecond apart unless they fill faster.
 * `makeFifos` is `mkfifo`.
 */
export async function openPipes(
  makeFifos: (paths: readonly string[]) => Promise<boolean>,
): Promise<OutputPipes | undefined> {
  const opened: number[] = [];
  const folder = await mkdtemp(join(tmpdir(), "mirageos-pipes-")).catch(() => undefined);
  if (folder === undefined) return undefined;
  try {
    const paths = ["stdout", "stderr"].map((name) => join(folder, name));
    if (!(await makeFifos(paths))) return undefined;
    // The reader first and without waiting for a writer, or each would wait for the other.
    for (const path of paths) {
      opened.push(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
      opened.push(openSync(path, constants.O_WRONLY));
    }
    const [readOut = -1, stdout = -1, readErr = -1, stderr = -1] = opened.splice(0);
    return {
      stdout,
      stderr,
      read: async (onStdout, onStderr) => {
        closeSync(stdout);
        closeSync(stderr);
        await Promise.all([readPipe(readOut, onStdout), readPipe(readErr, onStderr)]);
      },
    };
  } catch {
    for (const each of opened) closeSync(each);
    return undefined;
  } finally {
    // Who has opened a pipe needs its name no more.
    await rm(folder, { recursive: true, force: true });
  }
}

function readPipe(descriptor: number, take: Take): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const buffer = new Uint8Array(portion);
  const socket = new Socket({
    fd: descriptor,
    readable: true,
    writable: false,
    onread: {
      buffer,
      callback: (length) => {
        take?.(buffer.slice(0, length));
        if (length > portion / 2) return true;
        setTimeout(() => socket.resume(), restMs);
        return false;
      },
    },
  });
  socket.on("error", () => undefined);
  socket.on("close", () => resolve());
  socket.resume();
  return promise;
}
