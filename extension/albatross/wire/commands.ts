import { bigInt, bool, int, nothing, octets, utf8String, time, type ValueOf } from "./der.ts";
import { choice, explicit, optional, required, sequence, sequenceOf, setOf } from "./derStructures.ts";

/** The engine that runs a unikernel: Solo5's tender, or FreeBSD's bhyve. */
export const engine = choice("engine", { 0: ["solo5", nothing], 1: ["bhyve", nothing] });

/** What happens when a unikernel ends: nothing, or a restart on these exit codes (none: on all). */
export const failBehaviour = choice("failBehaviour", {
  0: ["quit", nothing],
  1: ["restart", setOf(int)],
});
export type FailBehaviour = ValueOf<typeof failBehaviour>;

/** A block device of an image, the host's block device in the same path, and its sector size in bytes. */
const blocks = explicit(
  0,
  setOf(sequence({ name: required(utf8String), device: optional(utf8String), sectorSize: optional(int) })),
);

/** A network device of an image, the host's bridge, and a MAC address of 6 bytes. */
const bridges = explicit(
  1,
  setOf(sequence({ name: required(utf8String), bridge: optional(utf8String), mac: optional(octets) })),
);

const bootArguments = explicit(2, sequenceOf(utf8String));
const cpuCount = explicit(3, int);
const linuxBoot = explicit(4, utf8String);

/** What a unikernel is started with, without the image. `memory` is in MB. */
const startFields = {
  failBehaviour: required(failBehaviour),
  startup: optional(int),
  addName: required(bool),
  cpuids: required(setOf(int)),
  memory: required(int),
  blocks: optional(blocks),
  bridges: optional(bridges),
  arguments: optional(bootArguments),
  cpus: optional(cpuCount),
  linuxBoot: optional(linuxBoot),
};

/** Replaces all that a unikernel is started with: what is left out is gone. */
export const unikernelArguments = sequence(startFields);
export type UnikernelArguments = ValueOf<typeof unikernelArguments>;

/** A unikernel to create. Its order at the start of the daemon is between the image and `addName`. */
const unikernelConfig = sequence({
  engine: required(engine),
  compressed: required(bool),
  image: required(octets),
  startup: optional(int),
  addName: required(bool),
  failBehaviour: required(failBehaviour),
  cpuids: required(setOf(int)),
  memory: required(int),
  blocks: optional(blocks),
  bridges: optional(bridges),
  arguments: optional(bootArguments),
  cpus: optional(cpuCount),
  linuxBoot: optional(linuxBoot),
});
export type UnikernelConfig = ValueOf<typeof unikernelConfig>;

/**
 * What may run below a path. `memory` and `block` are in MB; without `block`, there are no block devices. The root's
 * number of unikernels is 2^62-1.
 */
export const policy = sequence({
  cpuids: required(sequenceOf(int)),
  unikernels: required(bigInt),
  memory: required(bigInt),
  block: optional(bigInt),
  bridges: required(sequenceOf(utf8String)),
});
export type Policy = ValueOf<typeof policy>;

const consoleCommand = choice("console", {
  2: ["subscribe", choice("from", { 0: ["since", time], 1: ["count", int] })],
  3: ["list", nothing],
});
const statsCommand = choice("stats", { 2: ["subscribe", nothing] });

/** The commands for unikernels. The information of older versions must not be requested from a daemon of this one. */
const unikernelCommand = choice("unikernel", {
  3: ["destroy", nothing],
  11: ["get", int],
  14: ["restart", choice("restart", { 0: ["same", nothing], 3: ["changed", unikernelArguments] })],
  19: ["info", nothing],
  20: ["create", unikernelConfig],
  21: ["forceCreate", unikernelConfig],
});
const policyCommand = choice("policy", {
  0: ["info", nothing],
  1: ["add", policy],
  2: ["remove", nothing],
});
const blockCommand = choice("block", {
  0: ["info", nothing],
  1: ["add", int],
  2: ["remove", nothing],
  6: ["dump", int],
  7: ["set", bool],
});

/** A command of the protocol. */
export const command = choice("command", {
  0: ["console", consoleCommand],
  1: ["stats", statsCommand],
  3: ["unikernel", unikernelCommand],
  4: ["policy", policyCommand],
  5: ["block", blockCommand],
});
export type Command = ValueOf<typeof command>;
