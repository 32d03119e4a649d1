import type { X509Certificate } from "node:crypto";
import { t } from "../../protocol/l10n.ts";
import { nameOf } from "./credentials.ts";

const serverAuth = "1.3.6.1.5.5.7.3.1";
/** The DER of the OID of albatross's extension: certificates with it belong to clients. */
const clientExtension = Buffer.from("060a2b06010401838534c82a", "hex");
const maxChain = 9;

/** Why a certificate cannot be trusted. `reason` is a sentence. */
export interface Distrust {
  readonly certificate: string;
  readonly reason: string;
}

/**
 * Checks the certificates that a server sent, its own first, against the CA. The name of the server is not compared:
 * albatross's certificates do not have it. Returns what is wrong, or undefined.
 */
export function checkServer(
  sent: readonly X509Certificate[],
  ca: X509Certificate,
  now: number,
): Distrust | undefined {
  const [server] = sent;
  if (!server) return { certificate: "?", reason: t("The server sent no certificate.") };
  const usage = server.keyUsage as readonly string[] | undefined;
  if (usage && !usage.includes(serverAuth))
    return { certificate: nameOf(server), reason: t("It is not a certificate for servers.") };
  let current = server;
  for (let length = 0; length < maxChain; length++) {
    const outdated = checkDates(current, now);
    if (outdated) return { certificate: nameOf(current), reason: outdated };
    if (current.checkIssued(ca) && current.verify(ca.publicKey)) {
      const reason = checkDates(ca, now);
      return reason === undefined ? undefined : { certificate: nameOf(ca), reason };
    }
    const issued = current;
    const issuer = sent.find(
      (each) =>
        each !== issued &&
        each.ca &&
        // Clients have CAs of their own, which must not vouch for servers.
        !each.raw.includes(clientExtension) &&
        issued.checkIssued(each) &&
        issued.verify(each.publicKey),
    );
    if (!issuer) break;
    current = issuer;
  }
  return {
    certificate: nameOf(server),
    reason: t("Its issuer {0} is not the CA {1} that you chose.", issuerOf(current), nameOf(ca)),
  };
}

/** Says in a sentence why a certificate is not valid at `now`, in milliseconds; undefined if it is. */
export function checkDates(certificate: X509Certificate, now: number): string | undefined {
  if (Date.parse(certificate.validTo) < now) return t("It expired on {0}.", certificate.validTo);
  if (Date.parse(certificate.validFrom) > now) return t("It is not valid before {0}.", certificate.validFrom);
  return undefined;
}

const issuerOf = ({ issuer }: X509Certificate): string => issuer.replaceAll("\n", ", ").replace(/^CN=/, "");
