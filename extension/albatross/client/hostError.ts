import { t } from "../../protocol/l10n.ts";
import { singleLine } from "../../protocol/visibleText.ts";
import { wireVersion } from "../wire/message.ts";

/** Why a host did not do what was requested. Texts of others, such as the daemon's, are not translated. */
export type HostProblem =
  /** Nothing listens there, or the network does not reach it. */
  | { readonly kind: "gone"; readonly reason: string }
  /** The user may not open this socket. */
  | { readonly kind: "noPermission"; readonly path: string }
  /** The daemon closed the connection without a reply, which is how it refuses all that it cannot decode. */
  | { readonly kind: "closed" }
  | { readonly kind: "otherVersion"; readonly version: number }
  /** The daemon replied with something that this version of the protocol does not have. */
  | { readonly kind: "newer"; readonly reason: string }
  /** The connection ended in the middle of a message, or of a stream that has an end. */
  | { readonly kind: "truncated" }
  | { readonly kind: "malformed"; readonly reason: string }
  /** The daemon's own words. */
  | { readonly kind: "refused"; readonly text: string }
  | { readonly kind: "timeout"; readonly seconds: number }
  /** The certificate of the server cannot be trusted. `reason` is a sentence. */
  | { readonly kind: "untrustedServer"; readonly certificate: string; readonly reason: string }
  /** The server refused the certificates of this client, with this alert of TLS. */
  | { readonly kind: "certificateRefused"; readonly certificate: string; readonly alert: string }
  /** The server reset the connection after the handshake, before it answered. */
  | { readonly kind: "resetEarly"; readonly certificate: string }
  /** A certificate of this client is not valid now. `reason` is a sentence. */
  | { readonly kind: "outdatedCertificate"; readonly certificate: string; readonly reason: string }
  /** A file of the host's description cannot be used. `reason` is a clause. */
  | { readonly kind: "unusableFile"; readonly file: string; readonly reason: string }
  | { readonly kind: "passphraseNeeded"; readonly file: string; readonly isWrong?: true }
  /** The certificate of the host cannot name this unikernel: it is in another path. */
  | { readonly kind: "otherPath"; readonly name: string; readonly path: string };

/** Characters that are shown of the words of a host. */
const maxRefusal = 400;

/** An error with the reason as data. */
export class HostError extends Error {
  readonly problem: HostProblem;
  constructor(problem: HostProblem) {
    super(describeHostProblem(problem));
    this.problem = problem;
  }
}

/** Describes a problem in one or two sentences: what happened, and what to do. */
export function describeHostProblem(problem: HostProblem): string {
  switch (problem.kind) {
    case "gone":
      return t(
        "The host does not answer ({0}). Check that albatross runs there.",
        goneReason(problem.reason),
      );
    case "noPermission":
      return t(
        "You don't have permission to open {0}. Add your user to the group albatross and sign in again.",
        problem.path,
      );
    case "closed":
      return t(
        "albatross closed the connection without an answer. It may have ended, speak another version of the protocol than {0}, or not accept the command.",
        wireVersion,
      );
    case "otherVersion":
      return t(
        "albatross speaks version {0} of its protocol, and this extension version {1}.",
        problem.version,
        wireVersion,
      );
    case "newer":
      return t("albatross is newer than this extension: {0}.", problem.reason);
    case "truncated":
      return t("The connection ended in the middle of an answer. Try again.");
    case "malformed":
      return t("The answer is not a message of albatross: {0}.", problem.reason);
    case "refused":
      return t("albatross refused: {0}", singleLine(problem.text.trim()).slice(0, maxRefusal));
    case "timeout":
      return t("No answer in {0} seconds. Check the network and the load of the host.", problem.seconds);
    case "untrustedServer":
      return t(
        "The certificate of the server ({0}) is not trusted. {1}",
        problem.certificate,
        problem.reason,
      );
    case "certificateRefused":
      return t(
        "The server refused the certificate {0}: {1}. Check that its CA is the one that the server knows, and that the clocks agree.",
        problem.certificate,
        problem.alert,
      );
    case "resetEarly":
      return t(
        "The server closed the connection before it answered. It may have ended, or not accept the certificate {0}: check that albatross runs there, that the server knows the CA of the certificate, and that the clocks agree.",
        problem.certificate,
      );
    case "outdatedCertificate":
      return t("Your certificate {0} can't be used. {1}", problem.certificate, problem.reason);
    case "unusableFile":
      return t("{0} can't be used: {1}.", problem.file, problem.reason);
    case "passphraseNeeded":
      return problem.isWrong === true
        ? t("The passphrase for the key {0} is wrong. Enter it again to connect.", problem.file)
        : t("The key {0} has a passphrase. Enter it to connect.", problem.file);
    case "otherPath":
      return t(
        "The certificate is for the path {1}, so it cannot be used for {0}. Add a host with the certificate of that path.",
        problem.name,
        problem.path,
      );
  }
}

/** Words for the error codes of connections; others are shown as they are. */
function goneReason(code: string): string {
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: t("connection refused"),
    ECONNRESET: t("the connection was closed"),
    EPIPE: t("the connection was closed"),
    EHOSTUNREACH: t("no route to it"),
    ENETUNREACH: t("no network"),
    ENOENT: t("its socket does not exist"),
    ENOTFOUND: t("unknown host name"),
    EAI_AGAIN: t("its name could not be resolved"),
    ETIMEDOUT: t("no answer to the connection"),
  };
  return reasons[code] ?? code;
}

/** The problem of anything that was thrown while a host was used. */
export function problemOf(error: unknown): HostProblem {
  if (error instanceof HostError) return error.problem;
  const { code, message } = error as NodeJS.ErrnoException;
  return { kind: "gone", reason: code ?? message };
}
