import { engine, failBehaviour, policy } from "./commands.ts";
import {
  bool,
  int,
  int64,
  nothing,
  octets,
  utf8String,
  stringBytes,
  time,
  type Der,
  type ValueOf,
} from "./der.ts";
import {
  choice,
  explicit,
  implicitSequence,
  optional,
  required,
  sequence,
  sequenceOf,
  setOf,
} from "./derStructures.ts";

/**
 * A running unikernel. `memory` and the sizes of blocks are in MB, `sectorSize` in bytes, `started` in milliseconds since
 * the epoch. `digest` is the SHA-256 of the uncompressed image.
 */
const info = sequence({
  engine: required(engine),
  startup: optional(int),
  failBehaviour: required(failBehaviour),
  cpuids: required(setOf(int)),
  memory: required(int),
  digest: required(octets),
  blocks: optional(
    explicit(
      0,
      setOf(
        sequence({
          device: required(utf8String),
          hostDevice: required(utf8String),
          sectorSize: required(int),
          size: required(int),
        }),
      ),
    ),
  ),
  bridges: optional(
    explicit(
      1,
      setOf(
        sequence({ device: required(utf8String), hostDevice: required(utf8String), mac: required(octets) }),
      ),
    ),
  ),
  arguments: optional(explicit(2, sequenceOf(utf8String))),
  started: optional(explicit(3, time)),
  cpus: optional(explicit(4, int)),
  linuxBoot: optional(explicit(5, utf8String)),
});
export type UnikernelInfo = ValueOf<typeof info>;

const image = sequence({ compressed: required(bool), image: required(octets) });
export type StoredImage = ValueOf<typeof image>;

const namedPolicy = sequence({ name: required(utf8String), policy: required(policy) });
const blockDevice = sequence({ name: required(utf8String), size: required(int), active: required(bool) });
const namedInfo = sequence({ name: required(utf8String), info: required(info) });

/** A successful reply. Names in lists are relative to the path of the request. */
export const success = choice("success", {
  0: ["empty", nothing],
  1: ["text", utf8String],
  2: ["policies", sequenceOf(namedPolicy)],
  4: ["blockDevices", sequenceOf(blockDevice)],
  6: ["image", image],
  10: ["blockImage", bool],
  12: ["consoles", sequenceOf(utf8String)],
  13: ["unikernels", sequenceOf(namedInfo)],
});
export type Success = ValueOf<typeof success>;

const timeval = sequence({ seconds: required(int64), microseconds: required(int) });

const sameFields = <const Names extends readonly string[], T>(names: Names, type: Der<T>) =>
  Object.fromEntries(names.map((name) => [name, required(type)])) as {
    readonly [Name in Names[number]]: { readonly type: Der<T>; readonly optional: false };
  };

/** As of getrusage(2); `maxrss` is in pages on Linux. */
const usage = sequence({
  utime: required(timeval),
  stime: required(timeval),
  ...sameFields(
    [
      "maxrss",
      "ixrss",
      "idrss",
      "isrss",
      "minflt",
      "majflt",
      "nswap",
      "inblock",
      "outblock",
      "msgsnd",
      "msgrcv",
      "nsignals",
      "nvcsw",
      "nivcsw",
    ],
    int64,
  ),
});

/** The counters of the host's tap: what it puts out, the unikernel receives. `device` is the unikernel's name for it. */
const networkUsage = sequence({
  device: required(utf8String),
  ...sameFields(["flags", "sendLength", "maxSendLength", "sendDrops", "mtu"], int),
  ...sameFields(
    [
      "baudrate",
      "inputPackets",
      "inputErrors",
      "outputPackets",
      "outputErrors",
      "collisions",
      "inputBytes",
      "outputBytes",
      "inputMulticast",
      "outputMulticast",
      "inputDropped",
      "outputDropped",
    ],
    int64,
  ),
});

/** On Linux, `vsize` is in bytes, the others but `runtime` in pages. */
const memoryUsage = implicitSequence(1, {
  ...sameFields(["vsize", "rss", "tsize", "dsize", "ssize", "runtime"], int64),
  cow: required(int),
  start: required(timeval),
});

const stats = sequence({
  usage: required(usage),
  interfaces: required(sequenceOf(networkUsage)),
  engine: optional(explicit(0, sequenceOf(sequence({ key: required(utf8String), value: required(int64) })))),
  memory: optional(memoryUsage),
});
export type Statistics = ValueOf<typeof stats>;

/** A line of a console: when the daemon read it, and its bytes without the newline. */
const consoleLine = sequence({ at: required(time), line: required(stringBytes) });
export type ConsoleLine = ValueOf<typeof consoleLine>;

/** What arrives after the reply of a command that streams. */
export const data = choice("data", {
  1: ["stats", stats],
  3: ["console", consoleLine],
  4: ["block", choice("blockData", { 0: ["chunk", octets], 1: ["end", nothing] })],
});
export type Data = ValueOf<typeof data>;
