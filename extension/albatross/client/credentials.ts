import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { t } from "../../protocol/l10n.ts";
import { parseName } from "../wire/names.ts";
import { HostError } from "./hostError.ts";

/** The files of a host, as absolute paths. */
export interface CredentialFiles {
  /** The certificate of the CA that signed the server's certificate. */
  readonly ca: string;
  /** The intermediate CA of this client, with those above it if it is nested. */
  readonly certificate: string;
  /** The key of that CA. */
  readonly key: string;
}

/** What a client proves itself with. */
export interface Credentials {
  readonly ca: X509Certificate;
  /** From the one that belongs to the key up to the one that the CA signed. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
  readonly key: KeyObject;
  /** The path of the key, for messages. */
  readonly keyFile: string;
  /** The common names of the chain from the CA down: the path below which commands work. */
  readonly path: readonly string[];
}

/** Reads the files. Rejects with a HostError that names the file. */
export async function readCredentials(files: CredentialFiles, passphrase?: string): Promise<Credentials> {
  const [ca] = certificatesIn(files.ca, await readPem(files.ca));
  const certificates = certificatesIn(files.certificate, await readPem(files.certificate));
  const key = privateKeyIn(files.key, await readPem(files.key), passphrase);
  const own = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (!own) throw unusable(files.key, t("it is not the key of a certificate in {0}", files.certificate));
  if (!own.ca)
    throw unusable(files.certificate, t("{0} may not sign commands, since it is not a CA", nameOf(own)));
  const chain: [X509Certificate, ...X509Certificate[]] = [own];
  for (let at: X509Certificate | undefined = own; at;) {
    const issuer: X509Certificate | undefined = certificates.find(
      (each) => !chain.includes(each) && at !== undefined && at.checkIssued(each),
    );
    if (issuer && !isRoot(issuer)) chain.push(issuer);
    at = issuer;
  }
  const path = chain.map(commonName).toReversed();
  if (!path.every((label) => label !== undefined && parseName(label)?.path.length === 0))
    throw unusable(files.certificate, t("the common name of {0} is not a label of a path", nameOf(own)));
  return { ca, chain, key, keyFile: files.key, path: path.flatMap((label) => label?.toLowerCase() ?? []) };
}

/** A root is not sent: the server knows it. */
const isRoot = (certificate: X509Certificate): boolean => certificate.subject === certificate.issuer;

const unusable = (file: string, reason: string) => new HostError({ kind: "unusableFile", file, reason });

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, "latin1");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Partial<Record<string, string>> = {
      ENOENT: t("it does not exist"),
      EACCES: t("you may not read it"),
    };
    throw unusable(file, reasons[code ?? ""] ?? message);
  }
}

const certificatePattern = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

function certificatesIn(file: string, pem: string): [X509Certificate, ...X509Certificate[]] {
  try {
    const [first, ...others] = [...pem.matchAll(certificatePattern)].map(
      ([text]) => new X509Certificate(text),
    );
    if (first) return [first, ...others];
  } catch (error) {
    throw unusable(file, (error as Error).message);
  }
  throw unusable(file, t("it has no certificate"));
}

function privateKeyIn(file: string, pem: string, passphrase: string | undefined): KeyObject {
  const isEncrypted = pem.includes("ENCRYPTED");
  if (isEncrypted && passphrase === undefined) throw new HostError({ kind: "passphraseNeeded", file });
  try {
    return createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
  } catch {
    // The message of OpenSSL names routines, and is the same for a wrong passphrase and a broken file.
    if (isEncrypted) throw new HostError({ kind: "passphraseNeeded", file, isWrong: true });
    throw unusable(file, t("it has no private key"));
  }
}

const commonName = ({ subject }: X509Certificate): string | undefined => /^CN=(.*)$/m.exec(subject)?.[1];

/** The name of a certificate for messages: its common name, or the whole subject. */
export const nameOf = (certificate: X509Certificate): string =>
  commonName(certificate) ?? certificate.subject.replaceAll("\n", ", ");
