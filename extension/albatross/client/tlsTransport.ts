import { X509Certificate } from "node:crypto";
import { connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { t } from "../../protocol/l10n.ts";
import { singleLine } from "../../protocol/visibleText.ts";
import { formatName, formatPath } from "../wire/names.ts";
import { nameOf, readCredentials, type CredentialFiles, type Credentials } from "./credentials.ts";
import { HostError, problemOf, type HostProblem } from "./hostError.ts";
import { createLeaf } from "./leafCertificate.ts";
import { checkDates, checkServer } from "./serverCheck.ts";
import type { Transport } from "./transport.ts";

/** The only version of TLS that albatross-tls-endpoint speaks. */
const version = "TLSv1.3";

/**
 * The keys that albatross can make certificates with. They are named because Electron's TLS leaves out Ed25519, which
 * albatross uses by default, and because OpenSSL's list may be restricted by the system.
 */
const signatures = [
  "ed25519",
  "ecdsa_secp256r1_sha256",
  "ecdsa_secp384r1_sha384",
  "ecdsa_secp521r1_sha512",
  "rsa_pss_rsae_sha256",
  "rsa_pss_rsae_sha384",
  "rsa_pss_rsae_sha512",
].join(":");

/** Milliseconds without a byte after which the network checks that the server is there. */
const keepAliveMs = 15_000;

/** Reads the files of a host and returns the way to it. Rejects with a HostError that names the file. */
export async function connectTls(
  host: CredentialFiles & { readonly address: string; readonly port: number },
  passphrase: string | undefined,
): Promise<Transport> {
  return tlsTransport(host.address, host.port, await readCredentials(host, passphrase));
}

/** Talks to albatross-tls-endpoint, which reads the command in the certificate of the client. */
export function tlsTransport(address: string, port: number, credentials: Credentials): Transport {
  const { ca, chain, path } = credentials;
  return {
    path,
    streamsImages: true,
    open: async (target, command, signal) => {
      if (target.path.join(":") !== path.join(":")) {
        const { label } = target;
        const name = label === undefined ? formatPath(target.path) : formatName({ path: target.path, label });
        throw new HostError({ kind: "otherPath", name, path: formatPath(path) });
      }
      // Servers report an expired certificate as an unknown one.
      for (const certificate of chain) {
        const reason = checkDates(certificate, Date.now());
        if (reason !== undefined)
          throw new HostError({ kind: "outdatedCertificate", certificate: nameOf(certificate), reason });
      }
      const leaf = await createLeaf(credentials, target.label, command, Date.now());
      signal.throwIfAborted();
      const socket = connect({
        host: address,
        port,
        cert: [leaf.certificate, ...chain.map((certificate) => certificate.toString())].join("\n"),
        key: leaf.key,
        ca: [ca.toString()],
        minVersion: version,
        sigalgs: signatures,
        // The check is below: it names the certificate, and VS Code may add the system's CAs to those of TLS.
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
      });
      // A console has no end, and a network that is gone sends nothing.
      socket.setKeepAlive(true, keepAliveMs);
      const abort = () => socket.destroy();
      signal.addEventListener("abort", abort, { once: true });
      socket.once("close", () => signal.removeEventListener("abort", abort));
      try {
        await secured(socket);
        const distrust = checkServer(sentCertificates(socket), ca, Date.now());
        if (distrust) throw new HostError({ kind: "untrustedServer", ...distrust });
      } catch (error) {
        socket.destroy();
        signal.throwIfAborted();
        throw error instanceof HostError ? error : new HostError(tlsProblem(error));
      }
      return socket;
    },
    problemOf: tlsProblem,
  };

  function tlsProblem(error: unknown, isUnanswered = false): HostProblem {
    const {
      code = "",
      message,
      reason = message,
    } = error as NodeJS.ErrnoException & { readonly reason?: string };
    // The reset of a server that refuses a certificate can be faster than its alert.
    if (isUnanswered && /^(EPIPE|ECONNRESET)$/.test(code))
      return { kind: "resetEarly", certificate: nameOf(chain[0]) };
    const alert = /ALERT_([A-Z_]+)$/.exec(code)?.[1];
    // With TLS 1.3, the client learns that its certificate is refused after its handshake has succeeded.
    if (alert !== undefined && /CERT|CA$|ACCESS/.test(alert))
      return { kind: "certificateRefused", certificate: nameOf(chain[0]), alert: alertText(alert) };
    if (code === "ERR_SSL_WRONG_VERSION_NUMBER")
      return { kind: "malformed", reason: t("the server does not speak TLS") };
    if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code))
      return { kind: "malformed", reason: t("the server does not speak TLS 1.3") };
    if (/^ERR_SSL_|^EPROTO$/.test(code)) return { kind: "malformed", reason: singleLine(reason.trim()) };
    return problemOf(error);
  }
}

function alertText(alert: string): string {
  if (alert.includes("EXPIRED")) return t("it has expired, or the clock of the host is wrong");
  if (/BAD_CERT|UNKNOWN_CA/.test(alert)) return t("it does not know the CA that signed it");
  return alert.toLowerCase().replaceAll("_", " ");
}

function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new HostError({ kind: "closed" }));
    socket.once("error", reject);
    socket.once("close", closed);
    socket.once("secureConnect", () => {
      socket.off("error", reject);
      socket.off("close", closed);
      resolve();
    });
  });
}

/** The certificates that the server sent, its own first. */
function sentCertificates(socket: TLSSocket): readonly X509Certificate[] {
  const sent: Buffer[] = [];
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // The issuer of a certificate that issued itself is that certificate.
  while (next?.raw && !sent.some((raw) => raw.equals(next?.raw ?? raw))) {
    sent.push(next.raw);
    next = next.issuerCertificate;
  }
  return sent.map((raw) => new X509Certificate(raw));
}
