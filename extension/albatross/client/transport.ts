import type { Duplex } from "node:stream";
import type { Command } from "../wire/commands.ts";
import type { HostProblem } from "./hostError.ts";

/** What a command is for: a unikernel or a block device, or a path if there is no label. */
export interface CommandSubject {
  readonly path: readonly string[];
  readonly label?: string | undefined;
}

/** How a host is reached. Each command has a connection of its own. */
export interface Transport {
  /** The path below which commands work. Names in lists are relative to it. */
  readonly path: readonly string[];
  /** Whether images follow the command in frames. Otherwise they are part of the command. */
  readonly streamsImages: boolean;
  /**
   * Connects, checks the server and sends the command. Rejects with a HostError, or with the reason of the signal, which
   * also ends the returned connection.
   */
  readonly open: (target: CommandSubject, command: Command, signal: AbortSignal) => Promise<Duplex>;
  /** The problem behind an error of the returned connection. `isUnanswered`: nothing had arrived. */
  readonly problemOf: (error: NodeJS.ErrnoException, isUnanswered: boolean) => HostProblem;
}
