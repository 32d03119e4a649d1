import { t } from "../protocol/l10n.ts";
import type { CataloguePackage } from "./catalogue.ts";

/** Packages that belong together. */
export interface PackageGroup {
  readonly label: string;
  readonly packages: readonly CataloguePackage[];
}

const network = `tcpip dns-client-mirage dns-server dns-stub dns-resolver dns-certify happy-eyeballs-mirage
  http-mirage-client cohttp-mirage conduit-mirage paf h1 h2 httpaf uri ipaddr macaddr domain-name ethernet arp
  charrua-client charrua-server mirage-nat mirage-vnetif mirage-net mirage-flow mimic utcp webmachine sendmail-mirage
  logs-syslog mirage-monitoring mirage-qubes`;
const storage = `mirage-block mirage-kv mirage-kv-mem mirage-block-partition mirage-block-ccm tar-mirage chamelon
  fat-filesystem docteur git-kv irmin-mirage-git oneffs gpt mbr-format pgx_lwt_mirage`;
const data = `cstruct ptime mtime duration lru psq gmap bheap ke art optint yojson ezjsonm jsonm yaml xmlm cbor angstrom
  faraday bigstringaf base64 ohex decompress checkseum re astring fmt fpath asn1-combinators mrmime emile
  multipart_form tyxml mustache cmarkit randomconv metrics`;
const security =
  "tls-mirage x509 ca-certs-nss letsencrypt-mirage awa-mirage dns-tsig dkim-mirage webauthn otr";
const cryptography =
  "mirage-crypto mirage-crypto-rng mirage-crypto-pk mirage-crypto-ec digestif eqaf kdf argon2";

/**
 * Sorts packages into groups: libraries that unikernels use by their field, and all others. A library that is not in
 * the list, as without opam, has neither versions nor synopsis.
 */
export function groupPackages(packages: readonly CataloguePackage[]): PackageGroup[] {
  const fields: readonly (readonly [string, string])[] = [
    [t("Network"), network],
    [t("Storage"), storage],
    [t("Data structures and formats"), data],
    [t("Security"), security],
    [t("Cryptography"), cryptography],
  ];
  const known = new Map(packages.map((each) => [each.name, each]));
  const groups = fields.map(([label, names]) => ({
    label,
    packages: names.split(/\s+/).map((name) => {
      const found = known.get(name) ?? { name, versions: [], synopsis: "" };
      known.delete(name);
      return found;
    }),
  }));
  return known.size === 0
    ? groups
    : [...groups, { label: t("Other packages"), packages: [...known.values()] }];
}

/**
 * The packages of each group that have every word of `query`, in any order, in their name, their synopsis or the label of
 * their group. Case does not matter. Groups without such a package are left out.
 */
export function searchGroups(groups: readonly PackageGroup[], query: string): PackageGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.flatMap(({ label, packages }) => {
    const matching = packages.filter(({ name, synopsis }) => {
      const text = `${name} ${synopsis} ${label}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return matching.length === 0 ? [] : [{ label, packages: matching }];
  });
}
