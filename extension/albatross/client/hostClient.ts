import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import { t } from "../../protocol/l10n.ts";
import type { Command, Policy, UnikernelArguments, UnikernelConfig } from "../wire/commands.ts";
import { absoluteName, formatName, type HostName } from "../wire/names.ts";
import type { ConsoleLine, Statistics, StoredImage, Success, UnikernelInfo } from "../wire/replies.ts";
import { HostError } from "./hostError.ts";
import { sendCommand, stream, type RequestOptions } from "./request.ts";
import type { CommandSubject, Transport } from "./transport.ts";

/** A running unikernel and its absolute name. */
export interface HostUnikernel {
  readonly name: HostName;
  readonly info: UnikernelInfo;
}

/** A block device of a host. `size` is in MB; it is active while a unikernel uses it. */
export interface HostBlock {
  readonly name: HostName;
  readonly size: number;
  readonly active: boolean;
}

/** The policy of a path. */
export interface HostPolicy {
  readonly path: readonly string[];
  readonly policy: Policy;
}

/** What a host runs and allows, at one moment. */
export interface HostOverview {
  readonly unikernels: readonly HostUnikernel[];
  readonly blocks: readonly HostBlock[];
  readonly policies: readonly HostPolicy[];
}

/** A unikernel to create, without its image. */
export type Deployment = Omit<UnikernelConfig, "image" | "compressed" | "engine">;

type Progress = Pick<RequestOptions, "onSent">;

/** The commands of a host. All reject with a HostError, or with the reason of the signal. */
export interface HostClient {
  /** The path of the host's certificate; empty for the daemon of this computer. */
  readonly path: readonly string[];
  readonly overview: (signal: AbortSignal) => Promise<HostOverview>;
  /** The unikernel, or undefined if it has ended or never was there: albatross does not tell these apart. */
  readonly unikernel: (name: HostName, signal: AbortSignal) => Promise<UnikernelInfo | undefined>;
  /**
   * Creates a unikernel, or replaces the one of that name. Says nothing about its boot, which only its console shows.
   * `onSent` is called with bytes of what `onSize` was called with.
   */
  readonly create: (
    name: HostName,
    deployment: Deployment,
    image: Uint8Array,
    options: { readonly replace: boolean; readonly onSize?: (bytes: number) => void } & Progress,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Restarts a unikernel, with other arguments if they are given. All arguments are replaced. */
  readonly restart: (
    name: HostName,
    changed: UnikernelArguments | undefined,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Ends a unikernel. Resolves when its process has ended. */
  readonly destroy: (name: HostName, signal: AbortSignal) => Promise<void>;
  /** The image of a running unikernel, uncompressed. */
  readonly image: (name: HostName, signal: AbortSignal) => Promise<Uint8Array>;
  /** `size` is in MB. */
  readonly addBlock: (name: HostName, size: number, signal: AbortSignal) => Promise<void>;
  readonly removeBlock: (name: HostName, signal: AbortSignal) => Promise<void>;
  /**
   * The lines of a console, from the daemon's history and then as they come, without an end: the first value is empty and
   * says that the daemon has accepted. It yields nothing when the unikernel ends, and goes on when it is started again.
   */
  readonly console: (
    name: HostName,
    from: ConsoleStart,
    signal: AbortSignal,
  ) => AsyncGenerator<readonly ConsoleLine[]>;
  /**
   * What a unikernel uses, each time that the daemon measures it (every 10 seconds by default). The daemon has one reader for
   * each name: it ends the earlier one, which may be a program that monitors the host.
   */
  readonly statistics: (name: HostName, signal: AbortSignal) => AsyncGenerator<Statistics>;
}

/** From when a console is read: a time in milliseconds, or a number of lines of the history. */
export type ConsoleStart = { readonly kind: "since" | "count"; readonly value: number };

/** Seconds without a byte: for a list, for a command that starts or ends a process, and for images. */
const seconds = { list: 10, wholeList: 60, process: 60 };
const maxImageBytes = 512_000_000;
/** Fast, and OCaml's native code shrinks to a third. */
const compression = { level: 3 };

/** The value of each kind of successful reply. */
type SuccessValues = { readonly [Reply in Success as Reply["kind"]]: Reply["value"] };

/** Creates the client of a host. */
export function createHostClient(transport: Transport): HostClient {
  const { path } = transport;
  const unikernelCommand = (value: Extract<Command, { kind: "unikernel" }>["value"]): Command => ({
    kind: "unikernel",
    value,
  });
  const ask = async <K extends Success["kind"]>(
    kind: K,
    target: CommandSubject,
    command: Command,
    options: RequestOptions,
  ): Promise<SuccessValues[K]> => {
    const reply = await sendCommand(transport, target, command, options);
    if (reply.kind !== kind)
      throw new HostError({ kind: "malformed", reason: t("a reply of the kind {0}", reply.kind) });
    return reply.value as SuccessValues[K];
  };
  const run = async (target: CommandSubject, command: Command, options: RequestOptions): Promise<void> => {
    await ask("text", target, command, { idleSeconds: seconds.process, ...options });
  };
  /** Names that this client cannot read are left out rather than failing the whole list. */
  const named = <T extends { readonly name: string }>(list: readonly T[]) =>
    list.flatMap((each) => {
      const name = absoluteName(path, each.name);
      return name ? [{ ...each, name }] : [];
    });

  return {
    path,
    overview: async (signal) => {
      const options = { signal, idleSeconds: seconds.list, maxSeconds: seconds.wholeList };
      const all = { path };
      // One after the other: the daemon's queue of connections is short.
      const unikernels = await ask(
        "unikernels",
        all,
        unikernelCommand({ kind: "info", value: null }),
        options,
      );
      const policies = await ask(
        "policies",
        all,
        { kind: "policy", value: { kind: "info", value: null } },
        options,
      );
      const blocks = await ask(
        "blockDevices",
        all,
        { kind: "block", value: { kind: "info", value: null } },
        options,
      );
      return {
        unikernels: named(unikernels),
        blocks: named(blocks),
        policies: policies.map(({ name, policy }) => ({
          path: [...path, ...name.split(":").filter((label) => label !== "")],
          policy,
        })),
      };
    },
    unikernel: async (name, signal) => {
      const command = unikernelCommand({ kind: "info", value: null });
      const list = await ask("unikernels", name, command, {
        signal,
        idleSeconds: seconds.list,
        maxSeconds: seconds.wholeList,
      });
      return list[0]?.info;
    },
    create: async (name, deployment, image, { replace, onSize, onSent }, signal) => {
      const { streamsImages } = transport;
      const compressed = streamsImages;
      const content = compressed ? await promisify(deflate)(image, compression) : image;
      signal.throwIfAborted();
      onSize?.(content.length);
      const value: UnikernelConfig = {
        engine: { kind: "solo5", value: null },
        compressed,
        image: streamsImages ? new Uint8Array() : content,
        ...deployment,
      };
      const command = unikernelCommand({ kind: replace ? "forceCreate" : "create", value });
      await run(name, command, {
        signal,
        ...(streamsImages && { body: content }),
        ...(onSent && { onSent }),
      });
    },
    restart: async (name, changed, signal) => {
      const value = changed
        ? ({ kind: "changed", value: changed } as const)
        : ({ kind: "same", value: null } as const);
      await run(name, unikernelCommand({ kind: "restart", value }), { signal });
    },
    destroy: async (name, signal) => {
      await run(name, unikernelCommand({ kind: "destroy", value: null }), { signal });
    },
    image: async (name, signal) => {
      const options = { signal, maxBytes: maxImageBytes, idleSeconds: seconds.process };
      const level = transport.streamsImages ? compression.level : 0;
      return uncompressed(await ask("image", name, unikernelCommand({ kind: "get", value: level }), options));
    },
    addBlock: async (name, size, signal) => {
      await run(name, { kind: "block", value: { kind: "add", value: size } }, { signal });
    },
    removeBlock: async (name, signal) => {
      await run(name, { kind: "block", value: { kind: "remove", value: null } }, { signal });
    },
    console: async function* (name, from, signal) {
      const command: Command = { kind: "console", value: { kind: "subscribe", value: from } };
      for await (const list of stream(transport, name, command, { signal, idleSeconds: Infinity }))
        yield list.flatMap((data) => (data.kind === "console" ? [data.value] : []));
    },
    statistics: async function* (name, signal) {
      const command: Command = { kind: "stats", value: { kind: "subscribe", value: null } };
      for await (const list of stream(transport, name, command, { signal, idleSeconds: Infinity }))
        for (const data of list) if (data.kind === "stats") yield data.value;
    },
  };
}

async function uncompressed({ compressed, image }: StoredImage): Promise<Uint8Array> {
  if (!compressed) return image;
  try {
    return await promisify(inflate)(image, { maxOutputLength: maxImageBytes });
  } catch (error) {
    throw new HostError({ kind: "malformed", reason: (error as Error).message });
  }
}

/** Compares two names. */
export const isSameName = (a: HostName, b: HostName): boolean => formatName(a) === formatName(b);
