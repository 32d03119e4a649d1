import { createPublicKey, generateKeyPairSync, webcrypto, type KeyObject } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  Extension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "./x509.ts";
import { t } from "../../protocol/l10n.ts";
import type { Command } from "../wire/commands.ts";
import { encodeExtension, extensionOid } from "../wire/message.ts";
import type { Credentials } from "./credentials.ts";
import { HostError } from "./hostError.ts";

const clientAuth = "1.3.6.1.5.5.7.3.2";
/** How long a certificate is valid, as that of albatross's own client: in milliseconds before and after now. */
const validity = { beforeMs: 10_000, afterMs: 300_000 };

/** A certificate for one command, and its key, as PEM. */
export interface Leaf {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes a certificate that holds the command, for the label, or for the path of the chain without one. Rejects with a
 * HostError if the key of the chain is of a kind that cannot sign it. `now` is in milliseconds.
 */
export async function createLeaf(
  { chain, key, keyFile }: Credentials,
  label: string | undefined,
  command: Command,
  now: number,
): Promise<Leaf> {
  const algorithm = signingAlgorithm(key);
  if (!algorithm) {
    const { asymmetricKeyType = "?", asymmetricKeyDetails } = key;
    const curve = asymmetricKeyDetails?.namedCurve;
    const type = curve === undefined ? asymmetricKeyType : `${asymmetricKeyType} (${curve})`;
    const reason = t("a key of the type {0} cannot sign commands", type);
    throw new HostError({ kind: "unusableFile", file: keyFile, reason });
  }
  const { subtle } = webcrypto;
  const own = generateKeyPairSync("ed25519");
  const [signingKey, issuerKey, publicKey] = await Promise.all([
    subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), algorithm, false, ["sign"]),
    importPublicKey(createPublicKey(key), algorithm),
    importPublicKey(own.publicKey, { name: "Ed25519" }),
  ]);
  const certificate = await X509CertificateGenerator.create({
    subject: new Name([{ CN: [{ utf8String: label ?? "." }] }]),
    issuer: new X509Certificate(chain[0].raw).subjectName,
    notBefore: new Date(now - validity.beforeMs),
    notAfter: new Date(now + validity.afterMs),
    publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([clientAuth], true),
      new Extension(extensionOid, false, encodeExtension(command)),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(issuerKey),
    ],
  });
  return {
    certificate: certificate.toString("pem"),
    key: own.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

interface Algorithm {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
}

const importPublicKey = (key: KeyObject, algorithm: Algorithm) =>
  webcrypto.subtle.importKey("spki", key.export({ type: "spki", format: "der" }), algorithm, true, [
    "verify",
  ]);

const curves: Readonly<Record<string, Omit<Algorithm, "name">>> = {
  prime256v1: { namedCurve: "P-256", hash: "SHA-256" },
  secp384r1: { namedCurve: "P-384", hash: "SHA-384" },
  secp521r1: { namedCurve: "P-521", hash: "SHA-512" },
};

/** The algorithm for the kinds of keys that albatross's client makes; undefined for others. */
function signingAlgorithm({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Algorithm | undefined {
  if (asymmetricKeyType === "ed25519") return { name: "Ed25519" };
  if (asymmetricKeyType === "rsa") return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const curve = curves[asymmetricKeyDetails?.namedCurve ?? ""];
  return asymmetricKeyType === "ec" && curve ? { name: "ECDSA", ...curve } : undefined;
}
