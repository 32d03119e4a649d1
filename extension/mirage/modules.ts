/** The opam package that provides a module, and the sublibrary for `~sublibs`. */
export interface ModuleProvider {
  readonly package: string;
  readonly sublib: string | undefined;
}

/** The package and sublibrary of a library by its findlib name, such as `tcpip.ipv4`. */
export function libraryProvider(library: string): ModuleProvider {
  const dot = library.indexOf(".");
  return dot < 0
    ? { package: library, sublib: undefined }
    : { package: library.slice(0, dot), sublib: library.slice(dot + 1) };
}

/**
 * Modules that unikernels commonly use, with the opam package and sublibrary that provides them, as
 * `Module: package` or `Module: package.sublib`.
 */
const table = `
Logs_syslog_mirage: logs-syslog.mirage; Logs_syslog_mirage_tls: logs-syslog.mirage.tls; Mirage_runtime_network: mirage-runtime.network;
Ipv4_packet: tcpip.ipv4; Ipv4_common: tcpip.ipv4; Ipv4_wire: tcpip.ipv4; Static_ipv4: tcpip.ipv4; Fragments: tcpip.ipv4;
Ipv6: tcpip.ipv6; Ndpv6: tcpip.ipv6; Icmpv4: tcpip.icmpv4; Icmpv4_packet: tcpip.icmpv4; Icmpv4_wire: tcpip.icmpv4;
Udp: tcpip.udp; Udp_packet: tcpip.udp; Udp_wire: tcpip.udp; Tcp: tcpip.tcp; Tcpip_checksum: tcpip.checksum;
Ethernet_packet: ethernet; Ethernet_wire: ethernet; Arp_packet: arp; Arp_handler: arp;
Dns_trie: dns-server; Dns_zone: dns-server.zone; Dns_cache: dns.cache; Dns_resolver: dns-resolver;
Alpn: paf.alpn; Base64_rfc2045: base64.rfc2045; Lwt_condition: lwt; Lwt_list: lwt; Lwt_mutex: lwt; Lwt_mvar: lwt;
Lwt_pool: lwt; Lwt_result: lwt; Lwt_stream: lwt; Lwt_switch: lwt; Angstrom: angstrom; Arp: arp.mirage; Asn: asn1-combinators; Astring: astring; Base64: base64; Bigstringaf: bigstringaf;
Block_ccm: mirage-block-ccm; Bos: bos;  Ca_certs_nss: ca-certs-nss; Checkseum: checkseum; Cmdliner: cmdliner;
Cohttp: cohttp; Cohttp_lwt: cohttp-lwt; Cohttp_mirage: cohttp-mirage; Conduit_mirage: conduit-mirage; Cstruct: cstruct;
Decompress: decompress; De: decompress.de; Gz: decompress.gz; Zl: decompress.zl; Lzo: decompress.lzo;
Dhcp_client: charrua-client; Dhcp_client_mirage: charrua-client.mirage; Dhcp_server: charrua-server; Dhcp_wire: charrua;
Digestif: digestif; Dns: dns; Dns_certify: dns-certify; Dns_certify_mirage: dns-certify.mirage; Dns_client: dns-client;
Dns_client_mirage: dns-client-mirage; Dns_resolver_mirage: dns-resolver.mirage; Dns_server: dns-server;
Dns_server_mirage: dns-server.mirage; Dns_stub: dns-stub; Dns_tsig: dns-tsig; Domain_name: domain-name; Duration: duration;
Emile: emile; Eqaf: eqaf; Ethernet: ethernet; Ezjsonm: ezjsonm; Faraday: faraday; Fat: fat-filesystem; Fmt: fmt; Fpath: fpath;
Git: git; Git_net: git-net; Gmap: gmap; H1: h1; H2: h2; Happy_eyeballs: happy-eyeballs;
Happy_eyeballs_mirage: happy-eyeballs-mirage; Http_mirage_client: http-mirage-client; Httpaf: httpaf; Hxd: hxd.core;
Hxd_string: hxd.string; Index: index; Ipaddr: ipaddr; Ipaddr_cstruct: ipaddr-cstruct; Irmin: irmin; Irmin_git: irmin-git;
Irmin_mirage: irmin-mirage; Irmin_mirage_git: irmin-mirage-git; Jsonm: jsonm; Ke: ke; Letsencrypt: letsencrypt;
Letsencrypt_mirage: letsencrypt-mirage; Logs: logs; Logs_syslog: logs-syslog; Lru: lru; Lwt: lwt; Macaddr: macaddr;
Magic_mime: magic-mime; Metrics: metrics; Metrics_lwt: metrics-lwt; Mimic: mimic; Mimic_happy_eyeballs: mimic-happy-eyeballs;
Mirage_block: mirage-block; Mirage_block_partition: mirage-block-partition; Mirage_bootvar: mirage-bootvar;
Mirage_crypto: mirage-crypto; Mirage_crypto_ec: mirage-crypto-ec; Mirage_crypto_pk: mirage-crypto-pk;
Mirage_crypto_rng: mirage-crypto-rng; Mirage_crypto_rng_mirage: mirage-crypto-rng-mirage; Mirage_flow: mirage-flow;
Mirage_flow_combinators: mirage-flow-combinators; Mirage_kv: mirage-kv; Mirage_kv_mem: mirage-kv-mem; Mirage_logs: mirage-logs;
Mirage_monitoring: mirage-monitoring; Mirage_mtime: mirage-mtime; Mirage_nat: mirage-nat; Mirage_net: mirage-net;
Mirage_ptime: mirage-ptime; Mirage_sleep: mirage-sleep; Mirage_vnetif: mirage-vnetif; Mrmime: mrmime; Mtime: mtime; Multipart_form: multipart_form;
Ohex: ohex; Optint: optint; Otoml: otoml; Paf: paf; Paf_mirage: paf.mirage;
Pecu: pecu; Pgx: pgx; Pgx_lwt_mirage: pgx_lwt_mirage; Psq: psq; Ptime: ptime; Randomconv: randomconv; Re: re; Rresult: rresult;
Sexplib0: sexplib0; Tar: tar; Tar_mirage: tar-mirage; Tcpip: tcpip; Tcpip_stack_direct: tcpip.stack-direct;
Tls: tls; Tls_lwt: tls-lwt; Tls_mirage: tls-mirage; Tyxml: tyxml; Uri: uri; Utcp: utcp; X509: x509;
Yaml: yaml; Yojson: yojson; Zarith: zarith; Z: zarith; Build_info: dune-build-info; Awa: awa; Awa_mirage: awa-mirage;
Tuntap: tuntap; Xmlm: xmlm; Cbor: cbor; Cborl: cborl;
Prometheus: prometheus; Mirage_runtime: mirage-runtime; Unstrctrd: unstrctrd; Colombe: colombe; Sendmail: sendmail; Spf: spf; Dkim: dkim; Dkim_mirage: dkim-mirage`;

const providers: ReadonlyMap<string, ModuleProvider> = new Map(
  table.split(";").flatMap((entry): [string, ModuleProvider][] => {
    const [module, library] = entry.split(":").map((part) => part.trim());
    if (!module || !library) return [];
    return [[module, libraryProvider(library)]];
  }),
);

/**
 * The packages that provide a module, from the table or by convention from the names in the lock file: a
 * package `foo-bar` usually has the module `Foo_bar`.
 */
export function providersOf(module: string, locked: ReadonlyMap<string, string>): ModuleProvider[] {
  const known = providers.get(module);
  if (known) return [known];
  const packageName = module.toLowerCase();
  const matches = [...locked.keys()].filter(
    (name) => name.toLowerCase().replaceAll(/[-.]/g, "_") === packageName,
  );
  return matches.map((name) => ({ package: name, sublib: undefined }));
}

/** The module in an error message `Unbound module Foo` or `Unbound module Foo.Bar`; undefined for other messages. */
export function unboundModule(message: string): string | undefined {
  return /Unbound module "?([A-Z][\w']*)/.exec(message)?.[1];
}

/**
 * The module in an error message `Unbound module Foo`, whose library is missing. Undefined for `Foo.Bar`, which
 * OCaml prints only if it has found `Foo`.
 */
export function missingModule(message: string): string | undefined {
  return /Unbound module "?([A-Z][\w']*)(?![\w'.])/.exec(message)?.[1];
}

/** The versions in the `depends` field of a lock file of opam-monorepo or opam, by package. */
export function lockedVersions(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/^ *"([\w+.-]+)" \{= "([^"]+)"/gm);
  return new Map(
    [...found].flatMap(([, name, version]) => (name && version ? [[name, version] as const] : [])),
  );
}
