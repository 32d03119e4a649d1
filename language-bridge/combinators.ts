import { entry, everywhere, type Combinator } from "./combinator.ts";
import { networkCombinators } from "./networkCombinators.ts";
import { t } from "../extension/platform/l10n.ts";

/**
 * The closed table of what `lib/mirage.mli` of mirage 4.9 to 4.11 offers for a config.ml, with the
 * modules, keys and packages of its devices (`lib/devices`).
 */
export const combinators: Readonly<Record<string, Combinator>> = {
  main: entry(
    "?packages:package list -> ?packages_v:package list value -> ?local_libs:string list -> ?runtime_args:Runtime_arg.t list -> ?deps:abstract_impl list -> string -> 'a typ -> 'a impl",
    t(
      "Your own code: the module or functor of that name, whose `start` function is run. The type lists what the functor is applied to and ends in `job`.",
    ),
    { snippet: 'main "Unikernel.${1:Main}" ${2:job}' },
  ),
  register: entry(
    "?argv:argv impl -> ?reporter:reporter impl -> ?sleep:sleep impl -> ?ptime:ptime impl -> ?mtime:mtime impl -> ?random:random impl -> ?src:[ `Auto | `None | `Some of string ] -> string -> job impl list -> unit",
    t("Registers the unikernel under this name, with the jobs that it runs. The name is that of the image."),
    { snippet: 'register "${1:name}" [ ${2:main} ]' },
  ),
  package: entry(
    "?scope:scope -> ?build:bool -> ?sublibs:string list -> ?libs:string list -> ?min:string -> ?max:string -> ?pin:string -> ?pin_version:string -> string -> package",
    t(
      "An opam package the unikernel is built with. `~min` is inclusive, `~max` exclusive; `~sublibs` adds further libraries of it, as `core` adds `x.core`.",
    ),
    { snippet: 'package "$1"' },
  ),
  if_impl: entry(
    "bool value -> 'a impl -> 'a impl -> 'a impl",
    t("The first device where the value is true, else the second; decided when the unikernel is configured."),
    { snippet: "if_impl ${1:Key.is_solo5} ${2:device} ${3:other}" },
  ),
  match_impl: entry(
    "'b value -> default:'a impl -> ('b * 'a impl) list -> 'a impl",
    t("Chooses a device by the value of a key when the unikernel is configured."),
  ),
  runtime_arg: entry(
    "pos:string * int * int * int -> ?packages:package list -> string -> Runtime_arg.t",
    t("A boot argument that a value of your code defines, such as `Unikernel.port`."),
    { snippet: 'runtime_arg ~pos:__POS__ "Unikernel.${1:arg}"' },
  ),
  impl: entry(
    "?packages:package list -> ?packages_v:package list value -> ?local_libs:string list -> ?install:(info -> Functoria.Install.t) -> ?install_v:(info -> Functoria.Install.t value) -> ?keys:abstract_key list -> ?runtime_args:Runtime_arg.t list -> ?extra_deps:abstract_impl list -> ?connect:(info -> string -> string list -> 'a code) -> ?dune:(info -> Functoria.Dune.stanza list) -> ?configure:(info -> unit Functoria.Action.t) -> ?files:(info -> Fpath.t list) -> string -> 'a typ -> 'a impl",
    t(
      "A device of your own: the module or functor of that name. `~connect` gives the code that starts it, from the module's name and the values of its arguments, dependencies and boot arguments.",
    ),
    {
      snippet:
        'impl ~connect:(fun _ modname _ -> code ~pos:__POS__ "%s.connect ()" modname) "${1:Module}" ${2:job}',
    },
  ),
  code: entry(
    "pos:string * int * int * int -> ('a, Format.formatter, unit, 'b code) format4 -> 'a",
    t(
      "OCaml code that starts a device, for `~connect`; `%s` takes the names. With `~pos:__POS__` the compiler's errors in it name this place.",
    ),
    { snippet: 'code ~pos:__POS__ "%s.connect ()" ${1:modname}' },
  ),
  typ: entry("'a -> 'a typ", t("A type of devices of your own, by a constructor that only it has."), {
    snippet: "typ ${1:Constructor}",
  }),
  dep: entry(
    "'a impl -> abstract_impl",
    t("A device that is started before, without being an argument of the functor."),
  ),
  ...networkCombinators,
  block_of_file: entry(
    "string -> block impl",
    t("A disk: the file on unix, the block device of that name with Solo5."),
    {
      becomes: everywhere("Block"),
      packages: ["mirage-block-unix", "mirage-block-solo5", "mirage-block-xen", "mirage-block-unikraft"],
      snippet: 'block_of_file "${1:disk}"',
    },
  ),
  block_of_xenstore_id: entry("string -> block impl", t("A disk of a Xen guest by its XenStore id."), {
    becomes: [["xen, qubes", "Block"]],
    packages: ["mirage-block-xen"],
  }),
  ramdisk: entry("string -> block impl", t("A disk in memory."), {
    becomes: everywhere("Ramdisk"),
    packages: ["mirage-block-ramdisk"],
    snippet: 'ramdisk "${1:disk}"',
  }),
  generic_block: entry(
    "?group:string -> ?key:[ `BlockFile | `Ramdisk | `XenstoreId ] value -> string -> block impl",
    t("A disk whose kind an option of `mirage configure` chooses."),
    {
      becomes: [
        [t("every target"), "Ramdisk"],
        [t("with --block=file, or --block=xenstore for Xen"), "Block"],
      ],
      keys: ["--block"],
      snippet: 'generic_block "${1:disk}"',
    },
  ),
  ccm_block: entry(
    "?nonce_len:int -> string option runtime_arg -> block impl -> block impl",
    t("A disk encrypted with AES-CCM; half of its size can be used."),
    {
      becomes: everywhere("Block_ccm.Make"),
      packages: ["mirage-block-ccm"],
    },
  ),
  crunch: entry("string -> kv_ro impl", t("The files of a folder, compiled into the unikernel."), {
    becomes: [[t("every target"), "Static_FOLDER"]],
    packages: ["mirage-kv-mem", "crunch"],
    snippet: 'crunch "${1:data}"',
  }),
  direct_kv_ro: entry(
    "string -> kv_ro impl",
    t("The files of a folder: read from it on unix, compiled in with Solo5 and Xen."),
    {
      becomes: [
        ["unix, macosx", "Mirage_kv_unix"],
        ["Solo5, Xen", "Static_FOLDER"],
      ],
      packages: ["mirage-kv-unix", "crunch"],
      snippet: 'direct_kv_ro "${1:data}"',
    },
  ),
  generic_kv_ro: entry(
    "?group:string -> ?key:[ `Crunch | `Direct ] value -> string -> kv_ro impl",
    t("The files of a folder: compiled in, or with `--kv_ro=direct` as direct_kv_ro."),
    {
      becomes: [
        [t("every target"), "Static_FOLDER"],
        [t("unix, macosx with --kv_ro=direct"), "Mirage_kv_unix"],
      ],
      keys: ["--kv_ro"],
      packages: ["mirage-kv-mem", "crunch", "mirage-kv-unix"],
      snippet: 'generic_kv_ro "${1:data}"',
    },
  ),
  tar_kv_ro: entry("block impl -> kv_ro impl", t("The files of a tar archive on a disk."), {
    becomes: everywhere("Tar_mirage.Make_KV_RO"),
    packages: ["tar-mirage"],
    snippet: "tar_kv_ro ${1:block}",
  }),
  fat_ro: entry("block impl -> kv_ro impl", t("The files of a FAT disk."), {
    becomes: everywhere("Fat.KV_RO"),
    packages: ["fat-filesystem"],
    snippet: "fat_ro ${1:block}",
  }),
  docteur: entry(
    "?mode:[ `Fast | `Light ] -> ?name:string key -> ?output:string key -> ?analyze:bool runtime_arg -> ?branch:string -> ?extra_deps:string list -> string -> kv_ro impl",
    t("The files of a Git repository or folder, packed into a disk image when the unikernel is built."),
    {
      becomes: [
        ["unix, macosx", "Docteur_unix.Fast"],
        ["Solo5, Xen", "Docteur_solo5.Fast"],
      ],
      keys: ["--disk-output", "--disk-name"],
      packages: ["docteur-unix", "docteur-solo5"],
      snippet: 'docteur "${1:https://}"',
    },
  ),
  direct_kv_rw: entry(
    "string -> kv_rw impl",
    t("A folder of the host, read and written; unix and macosx only."),
    {
      becomes: [["unix, macosx", "Mirage_kv_unix"]],
      packages: ["mirage-kv-unix"],
      snippet: 'direct_kv_rw "${1:data}"',
    },
  ),
  kv_rw_mem: entry("unit -> kv_rw impl", t("Values by key in memory."), {
    becomes: everywhere("Mirage_kv_mem"),
    packages: ["mirage-kv-mem"],
    snippet: "kv_rw_mem ()",
  }),
  chamelon: entry(
    "program_block_size:int runtime_arg -> block impl -> kv_rw impl",
    t("A littlefs file system on a disk, which has to be formatted."),
    {
      becomes: everywhere("Kv.Make"),
      packages: ["chamelon"],
      snippet: "chamelon ~program_block_size ${1:block}",
    },
  ),
  tar_kv_rw: entry("block impl -> kv_rw impl", t("A tar archive on a disk that files can be added to."), {
    becomes: everywhere("Tar_mirage.Make_KV_RW"),
    packages: ["tar-mirage"],
    snippet: "tar_kv_rw ${1:block}",
  }),
  syslog_udp: entry(
    "?group:string -> stackv4v6 impl -> syslog impl",
    t("Sends log messages to a syslog server over UDP."),
    {
      becomes: everywhere("Logs_syslog_mirage.Udp"),
      keys: ["--syslog", "--syslog-port"],
      packages: ["logs-syslog"],
    },
  ),
  syslog_tcp: entry(
    "?group:string -> stackv4v6 impl -> syslog impl",
    t("Sends log messages to a syslog server over TCP."),
    {
      becomes: everywhere("Logs_syslog_mirage.Tcp"),
      keys: ["--syslog", "--syslog-port"],
      packages: ["logs-syslog"],
    },
  ),
  syslog_tls: entry(
    "?group:string -> stackv4v6 impl -> kv_ro impl -> syslog impl",
    t("Sends log messages to a syslog server over TLS."),
    {
      becomes: everywhere("Logs_syslog_mirage_tls.Tls"),
      keys: ["--syslog", "--syslog-port"],
      packages: ["logs-syslog"],
    },
  ),
  monitoring: entry(
    "?group:string -> stackv4v6 impl -> job impl",
    t("Sends metrics to an Influx server; needs a network that is not public."),
    { becomes: everywhere("Mirage_monitoring.Make"), keys: ["--monitor"], packages: ["mirage-monitoring"] },
  ),
  default_reporter: entry(
    "?level:Logs.level option -> unit -> reporter impl",
    t("Log messages on the console."),
    {
      becomes: everywhere("Mirage_logs"),
      keys: ["--logs"],
      packages: ["mirage-logs"],
    },
  ),
  no_reporter: entry("reporter impl", t("No log messages.")),
  default_random: entry("random impl", t("Random numbers: the host's on unix, Fortuna elsewhere."), {
    becomes: everywhere("Mirage_crypto_rng_mirage"),
    packages: ["mirage-crypto-rng-mirage"],
  }),
  default_sleep: entry("sleep impl", t("Sleeping."), {
    becomes: everywhere("Mirage_sleep"),
    packages: ["mirage-sleep"],
  }),
  default_ptime: entry("ptime impl", t("The time of day."), {
    becomes: everywhere("Mirage_ptime"),
    packages: ["mirage-ptime"],
  }),
  default_mtime: entry("mtime impl", t("Monotonic time."), {
    becomes: everywhere("Mirage_mtime"),
    packages: ["mirage-mtime"],
  }),
  mock_ptime: entry("ptime impl", t("A time of day that tests set by hand."), {
    becomes: everywhere("Mirage_ptime"),
    packages: ["mirage-ptime"],
  }),
  mock_mtime: entry("mtime impl", t("A monotonic time that tests set by hand."), {
    becomes: everywhere("Mirage_mtime"),
    packages: ["mirage-mtime"],
  }),
  no_random: entry("random impl", t("No random numbers: for `register ~random`.")),
  no_sleep: entry("sleep impl", t("No sleeping: for `register ~sleep`.")),
  no_ptime: entry("ptime impl", t("No time of day: for `register ~ptime`.")),
  no_mtime: entry("mtime impl", t("No monotonic time: for `register ~mtime`.")),
  default_argv: entry("argv impl", t("Boot arguments from the command line of the unikernel."), {
    becomes: [["unix, Solo5, Xen", "Mirage_bootvar"]],
    packages: ["mirage-bootvar"],
  }),
  no_argv: entry("argv impl", t("No boot arguments.")),
  default_qubesdb: entry("qubesdb impl", t("The configuration database of Qubes OS."), {
    becomes: [["qubes", "Qubes.DB"]],
    packages: ["mirage-qubes"],
  }),
  ipv4_qubes: entry(
    "qubesdb impl -> ethernet impl -> arpv4 impl -> ipv4 impl",
    t("IPv4 with the address that Qubes gives."),
    { becomes: [["qubes", "Qubesdb_ipv4.Make"]], packages: ["mirage-qubes-ipv4"] },
  ),
  noop: entry("job impl", t("A job that does nothing.")),
};
