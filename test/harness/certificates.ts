/** Makes a CA, a certificate of a server, and an intermediate CA of a client, as albatross's own client does. */
import { generateKeyPairSync, webcrypto, type KeyObject } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  X509CertificateGenerator,
} from "../../extension/albatross/client/x509.ts";
import { encodeExtension, extensionOid } from "../../extension/albatross/wire/message.ts";

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A certificate and its key, as PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** All certificates, as PEM. `trusted` is the CA that the server and the client know. */
export interface CertificateFiles {
  readonly trusted: string;
  readonly server: Certified;
  readonly client: Certified;
}

const day = 86_400_000;
const algorithm = { name: "Ed25519" };
const serverAuth = "1.3.6.1.5.5.7.3.1";

/**
 * Makes certificates. If requested, the server's has expired or is signed by another CA of the same name, or those of the client
 * have expired.
 */
export async function makeCertificates(
  options: {
    readonly server?: "expired" | "unknownCa";
    readonly client?: "expired";
    readonly path?: readonly string[];
  } = {},
): Promise<CertificateFiles> {
  const { server, client, path = ["dev"] } = options;
  const ca = generateKeyPairSync("ed25519");
  const trusted = await sign("test CA", ca, "test CA", ca, authority());
  const signer = server === "unknownCa" ? generateKeyPairSync("ed25519") : ca;
  const serverKeys = generateKeyPairSync("ed25519");
  const serverCertificate = await sign(
    "server",
    serverKeys,
    server === "unknownCa" ? "other CA" : "test CA",
    signer,
    [
      new BasicConstraintsExtension(false, undefined, true),
      new ExtendedKeyUsageExtension([serverAuth], true),
    ],
    server === "expired" ? -day : day,
  );
  let [issuer, issuerName] = [ca, "test CA"];
  const chain: string[] = [];
  for (const label of path) {
    const keys = generateKeyPairSync("ed25519");
    const validFor = client === "expired" ? -day : day;
    chain.unshift(await sign(label, keys, issuerName, issuer, [...authority(), policyExtension()], validFor));
    [issuer, issuerName] = [keys, label];
  }
  return {
    trusted,
    server: { certificate: serverCertificate, key: pem(serverKeys.privateKey) },
    client: { certificate: chain.join("\n"), key: pem(issuer.privateKey) },
  };
}

/** The PEM of a key; with a passphrase, encrypted. */
export const pem = (key: KeyObject, passphrase?: string): string =>
  key
    .export({
      type: "pkcs8",
      format: "pem",
      ...(passphrase !== undefined && { cipher: "aes-256-cbc", passphrase }),
    })
    .toString();

const authority = (): Extension[] => [
  new BasicConstraintsExtension(true, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
];

/** An intermediate CA must hold the policy of its path. */
const policyExtension = (): Extension => {
  const value = { cpuids: [0], unikernels: 4n, memory: 256n, bridges: ["service"] };
  const command = { kind: "policy", value: { kind: "add", value } } as const;
  return new Extension(extensionOid, false, encodeExtension(command));
};

async function sign(
  name: string,
  keys: KeyPair,
  issuer: string,
  signer: KeyPair,
  extensions: Extension[],
  validFor = day,
): Promise<string> {
  const { subtle } = webcrypto;
  const certificate = await X509CertificateGenerator.create({
    subject: new Name([{ CN: [{ utf8String: name }] }]),
    issuer: new Name([{ CN: [{ utf8String: issuer }] }]),
    notBefore: new Date(Date.now() - 2 * day),
    notAfter: new Date(Date.now() + validFor),
    publicKey: await subtle.importKey(
      "spki",
      keys.publicKey.export({ type: "spki", format: "der" }),
      algorithm,
      true,
      ["verify"],
    ),
    signingKey: await subtle.importKey(
      "pkcs8",
      signer.privateKey.export({ type: "pkcs8", format: "der" }),
      algorithm,
      false,
      ["sign"],
    ),
    signingAlgorithm: algorithm,
    extensions,
  });
  return certificate.toString("pem");
}
