import { command, type Command } from "./commands.ts";
import { int, int64, readDer, utf8String, writeDer, type Der } from "./der.ts";
import { DerError } from "./derNode.ts";
import { choice, required, sequence, UnknownTagError } from "./derStructures.ts";
import { data, success, type Data, type Success } from "./replies.ts";

/** The version of the protocol that this client uses. The daemon closes the connection on every other one. */
export const wireVersion = 5;

/** The OID of the extension of a certificate that holds a command. */
export const extensionOid = "1.3.6.1.4.1.49836.42";

const header = sequence({ version: required(int), sequence: required(int64), name: required(utf8String) });
const payload = choice("payload", {
  0: ["command", command],
  1: ["success", success],
  2: ["failure", utf8String],
  3: ["data", data],
});
const message = sequence({ header: required(header), payload: required(payload) });
const extension = sequence({ version: required(int), command: required(command) });

/** A message of which only the version is read: newer versions may have any other content. */
const anything: Der<null> = {
  name: "ANY",
  matches: () => true,
  read: () => null,
  write: () => {
    throw new DerError("not written");
  },
};
const versionOnly = sequence({
  header: required(
    sequence({ version: required(int), sequence: required(anything), name: required(anything) }),
  ),
  payload: required(anything),
});

/** A message of the daemon. `name` is the name of the request in normal form, or that of the data. */
export type Reply =
  | { readonly kind: "success"; readonly name: string; readonly value: Success }
  | { readonly kind: "failure"; readonly name: string; readonly value: string }
  | { readonly kind: "data"; readonly name: string; readonly value: Data }
  /** The daemon uses another version of the protocol. */
  | { readonly kind: "otherVersion"; readonly version: number }
  /** A reply that this version of the protocol does not have: the daemon is newer than this client. */
  | { readonly kind: "unknown"; readonly reason: string }
  /** The bytes are not a message. */
  | { readonly kind: "malformed"; readonly reason: string };

/** Decodes the content of a frame. Never throws. */
export function decodeReply(bytes: Uint8Array): Reply {
  try {
    const { header: head, payload: content } = readDer(message, bytes);
    if (head.version !== wireVersion) return { kind: "otherVersion", version: head.version };
    if (content.kind === "command") return { kind: "malformed", reason: "the reply is a command" };
    return { ...content, name: head.name };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const version = versionOf(bytes);
    if (version !== undefined && version !== wireVersion) return { kind: "otherVersion", version };
    return { kind: error instanceof UnknownTagError ? "unknown" : "malformed", reason };
  }
}

function versionOf(bytes: Uint8Array): number | undefined {
  try {
    return readDer(versionOnly, bytes).header.version;
  } catch {
    return undefined;
  }
}

/** Encodes a command for a name such as `dev:hello`, or a path such as `dev:`. */
export const encodeCommand = (name: string, value: Command): Uint8Array =>
  writeDer(message, {
    header: { version: wireVersion, sequence: 0n, name },
    payload: { kind: "command", value },
  });

/** Decodes a message that this client sends. Throws a DerError. For tests and the stand-in daemon. */
export function decodeCommand(bytes: Uint8Array): { readonly name: string; readonly command: Command } {
  const { header: head, payload: content } = readDer(message, bytes);
  if (content.kind !== "command") throw new DerError("a command expected");
  return { name: head.name, command: content.value };
}

/** Encodes a reply. For the stand-in daemon of the tests. */
export const encodeReply = (
  name: string,
  reply: Extract<Reply, { kind: "success" | "failure" | "data" }>,
): Uint8Array => writeDer(message, { header: { version: wireVersion, sequence: 0n, name }, payload: reply });

/** Encodes the content of the extension of a certificate that holds a command. */
export const encodeExtension = (value: Command): Uint8Array =>
  writeDer(extension, { version: wireVersion, command: value });

/** Decodes the extension of a certificate. Throws a DerError. */
export const decodeExtension = (bytes: Uint8Array): { readonly version: number; readonly command: Command } =>
  readDer(extension, bytes);
