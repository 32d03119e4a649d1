import { combinatorEntry, sameOnAllTargets, type Combinator } from "./combinator.ts";
import { networkCombinators } from "./networkCombinators.ts";
import { t } from "../protocol/l10n.ts";

/**
 * The table of values that `lib/mirage.mli` of mirage 4.9 to 4.11 defines for config.ml, with the modules,
 * keys and packages of the devices (`lib/devices`).
 */
export const combinators: Readonly<Record<string, Combinator>> = {
  main: combinatorEntry(
    "?packages:package list -> ?packages_v:package list value -> ?local_libs:string list -> ?runtime_args:Runtime_arg.t list -> ?deps:abstract_impl list -> string -> 'a typ -> 'a impl",
    t(
      "Your own code: the module or functor with this name, whose `start` function runs. The type lists the parameters of the functor and ends in `job`.",
    ),
    { snippet: 'main "Unikernel.${1:Main}" ${2:job}' },
  ),
  register: combinatorEntry(
    "?argv:argv impl -> ?reporter:reporter impl -> ?sleep:sleep impl -> ?ptime:ptime impl -> ?mtime:mtime impl -> ?random:random impl -> ?src:[ `Auto | `None | `Some of string ] -> string -> job impl list -> unit",
    t("Registers the unikernel with a name and the jobs that it runs. The image gets the same name."),
    { snippet: 'register "${1:name}" [ ${2:main} ]' },
  ),
  package: combinatorEntry(
    "?scope:scope -> ?build:bool -> ?sublibs:string list -> ?libs:string list -> ?min:string -> ?max:string -> ?pin:string -> ?pin_version:string -> string -> package",
    t(
      "An opam package that the unikernel uses. `~min` is inclusive, `~max` is exclusive; `~sublibs` adds libraries of the package, for example `core` for `x.core`.",
    ),
    { snippet: 'package "$1"' },
  ),
  if_impl: combinatorEntry(
    "bool value -> 'a impl -> 'a impl -> 'a impl",
    t(
      "Selects the first device if the value is true, otherwise the second. The choice is made when the unikernel is configured.",
    ),
    { snippet: "if_impl ${1:Key.is_solo5} ${2:device} ${3:other}" },
  ),
  match_impl: combinatorEntry(
    "'b value -> default:'a impl -> ('b * 'a impl) list -> 'a impl",
    t("Selects a device by the value of a key. The choice is made when the unikernel is configured."),
  ),
  runtime_arg: combinatorEntry(
    "pos:string * int * int * int -> ?packages:package list -> string -> Runtime_arg.t",
    t("A boot argument that your code defines, such as `Unikernel.port`."),
    { snippet: 'runtime_arg ~pos:__POS__ "Unikernel.${1:arg}"' },
  ),
  impl: combinatorEntry(
    "?packages:package list -> ?packages_v:package list value -> ?local_libs:string list -> ?install:(info -> Functoria.Install.t) -> ?install_v:(info -> Functoria.Install.t value) -> ?keys:abstract_key list -> ?runtime_args:Runtime_arg.t list -> ?extra_deps:abstract_impl list -> ?connect:(info -> string -> string list -> 'a code) -> ?dune:(info -> Functoria.Dune.stanza list) -> ?configure:(info -> unit Functoria.Action.t) -> ?files:(info -> Fpath.t list) -> string -> 'a typ -> 'a impl",
    t(
      "A custom device: the module or functor with this name. `~connect` returns the code that starts it; it receives the module's name and the values of its arguments, dependencies and boot arguments.",
    ),
    {
      snippet:
        'impl ~connect:(fun _ modname _ -> code ~pos:__POS__ "%s.connect ()" modname) "${1:Module}" ${2:job}',
    },
  ),
  code: combinatorEntry(
    "pos:string * int * int * int -> ('a, Format.formatter, unit, 'b code) format4 -> 'a",
    t(
      "OCaml code that starts a device, for use in `~connect`; `%s` is replaced by a name. With `~pos:__POS__`, compiler errors in the code point here.",
    ),
    { snippet: 'code ~pos:__POS__ "%s.connect ()" ${1:modname}' },
  ),
  typ: combinatorEntry("'a -> 'a typ", t("A custom device type, identified by a constructor of its own."), {
    snippet: "typ ${1:Constructor}",
  }),
  dep: combinatorEntry(
    "'a impl -> abstract_impl",
    t("A dependency: a device that is started first but is not passed to the functor."),
  ),
  ...networkCombinators,
  block_of_file: combinatorEntry(
    "string -> block impl",
    t("A disk: the file with this name on unix, the block device with this name on Solo5."),
    {
      becomes: sameOnAllTargets("Block"),
      packages: ["mirage-block-unix", "mirage-block-solo5", "mirage-block-xen", "mirage-block-unikraft"],
      snippet: 'block_of_file "${1:disk}"',
    },
  ),
  block_of_xenstore_id: combinatorEntry(
    "string -> block impl",
    t("A disk of a Xen guest, identified by its XenStore id."),
    {
      becomes: [["xen, qubes", "Block"]],
      packages: ["mirage-block-xen"],
    },
  ),
  ramdisk: combinatorEntry("string -> block impl", t("A disk in memory."), {
    becomes: sameOnAllTargets("Ramdisk"),
    packages: ["mirage-block-ramdisk"],
    snippet: 'ramdisk "${1:disk}"',
  }),
  generic_block: combinatorEntry(
    "?group:string -> ?key:[ `BlockFile | `Ramdisk | `XenstoreId ] value -> string -> block impl",
    t("A disk whose kind is selected with an option of `mirage configure`."),
    {
      becomes: [
        [t("all targets"), "Ramdisk"],
        [t("with --block=file, or --block=xenstore for Xen"), "Block"],
      ],
      keys: ["--block"],
      snippet: 'generic_block "${1:disk}"',
    },
  ),
  ccm_block: combinatorEntry(
    "?nonce_len:int -> string option runtime_arg -> block impl -> block impl",
    t("A disk encrypted with AES-CCM. Half of its size is usable."),
    {
      becomes: sameOnAllTargets("Block_ccm.Make"),
      packages: ["mirage-block-ccm"],
    },
  ),
  crunch: combinatorEntry("string -> kv_ro impl", t("The files of a folder, compiled into the unikernel."), {
    becomes: [[t("all targets"), "Static_FOLDER"]],
    packages: ["mirage-kv-mem", "crunch"],
    snippet: 'crunch "${1:data}"',
  }),
  direct_kv_ro: combinatorEntry(
    "string -> kv_ro impl",
    t("The files of a folder, read at run time on unix and compiled into the unikernel on Solo5 and Xen."),
    {
      becomes: [
        ["unix, macosx", "Mirage_kv_unix"],
        ["Solo5, Xen", "Static_FOLDER"],
      ],
      packages: ["mirage-kv-unix", "crunch"],
      snippet: 'direct_kv_ro "${1:data}"',
    },
  ),
  generic_kv_ro: combinatorEntry(
    "?group:string -> ?key:[ `Crunch | `Direct ] value -> string -> kv_ro impl",
    t(
      "The files of a folder, compiled into the unikernel or, with `--kv_ro=direct`, handled like `direct_kv_ro`.",
    ),
    {
      becomes: [
        [t("all targets"), "Static_FOLDER"],
        [t("unix, macosx with --kv_ro=direct"), "Mirage_kv_unix"],
      ],
      keys: ["--kv_ro"],
      packages: ["mirage-kv-mem", "crunch", "mirage-kv-unix"],
      snippet: 'generic_kv_ro "${1:data}"',
    },
  ),
  tar_kv_ro: combinatorEntry(
    "block impl -> kv_ro impl",
    t("The files in a tar archive on a disk, read-only."),
    {
      becomes: sameOnAllTargets("Tar_mirage.Make_KV_RO"),
      packages: ["tar-mirage"],
      snippet: "tar_kv_ro ${1:block}",
    },
  ),
  fat_ro: combinatorEntry(
    "block impl -> kv_ro impl",
    t("The files on a disk with a FAT file system, read-only."),
    {
      becomes: sameOnAllTargets("Fat.KV_RO"),
      packages: ["fat-filesystem"],
      snippet: "fat_ro ${1:block}",
    },
  ),
  docteur: combinatorEntry(
    "?mode:[ `Fast | `Light ] -> ?name:string key -> ?output:string key -> ?analyze:bool runtime_arg -> ?branch:string -> ?extra_deps:string list -> string -> kv_ro impl",
    t("The files of a Git repository or folder, packed into a disk image at build time."),
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
  direct_kv_rw: combinatorEntry(
    "string -> kv_rw impl",
    t("A folder of the host with read and write access (unix and macosx only)."),
    {
      becomes: [["unix, macosx", "Mirage_kv_unix"]],
      packages: ["mirage-kv-unix"],
      snippet: 'direct_kv_rw "${1:data}"',
    },
  ),
  kv_rw_mem: combinatorEntry("unit -> kv_rw impl", t("A key-value store in memory."), {
    becomes: sameOnAllTargets("Mirage_kv_mem"),
    packages: ["mirage-kv-mem"],
    snippet: "kv_rw_mem ()",
  }),
  chamelon: combinatorEntry(
    "program_block_size:int runtime_arg -> block impl -> kv_rw impl",
    t("A littlefs file system on a disk. The disk must be formatted first."),
    {
      becomes: sameOnAllTargets("Kv.Make"),
      packages: ["chamelon"],
      snippet: "chamelon ~program_block_size ${1:block}",
    },
  ),
  tar_kv_rw: combinatorEntry(
    "block impl -> kv_rw impl",
    t("A tar archive on a disk, to which files can be added."),
    {
      becomes: sameOnAllTargets("Tar_mirage.Make_KV_RW"),
      packages: ["tar-mirage"],
      snippet: "tar_kv_rw ${1:block}",
    },
  ),
  syslog_udp: combinatorEntry(
    "?group:string -> stackv4v6 impl -> syslog impl",
    t("Sends log messages to a syslog server over UDP."),
    {
      becomes: sameOnAllTargets("Logs_syslog_mirage.Udp"),
      keys: ["--syslog", "--syslog-port"],
      packages: ["logs-syslog"],
    },
  ),
  syslog_tcp: combinatorEntry(
    "?group:string -> stackv4v6 impl -> syslog impl",
    t("Sends log messages to a syslog server over TCP."),
    {
      becomes: sameOnAllTargets("Logs_syslog_mirage.Tcp"),
      keys: ["--syslog", "--syslog-port"],
      packages: ["logs-syslog"],
    },
  ),
  syslog_tls: combinatorEntry(
    "?group:string -> stackv4v6 impl -> kv_ro impl -> syslog impl",
    t("Sends log messages to a syslog server over TLS."),
    {
      becomes: sameOnAllTargets("Logs_syslog_mirage_tls.Tls"),
      keys: ["--syslog", "--syslog-port"],
      packages: ["logs-syslog"],
    },
  ),
  monitoring: combinatorEntry(
    "?group:string -> stackv4v6 impl -> job impl",
    t("Sends metrics to an InfluxDB server. Use it on a private network only."),
    {
      becomes: sameOnAllTargets("Mirage_monitoring.Make"),
      keys: ["--monitor"],
      packages: ["mirage-monitoring"],
    },
  ),
  default_reporter: combinatorEntry(
    "?level:Logs.level option -> unit -> reporter impl",
    t("Prints log messages on the console."),
    {
      becomes: sameOnAllTargets("Mirage_logs"),
      keys: ["--logs"],
      packages: ["mirage-logs"],
    },
  ),
  no_reporter: combinatorEntry("reporter impl", t("Discards log messages.")),
  default_random: combinatorEntry(
    "random impl",
    t("The random number generator: the host's on unix, Fortuna on other targets."),
    {
      becomes: sameOnAllTargets("Mirage_crypto_rng_mirage"),
      packages: ["mirage-crypto-rng-mirage"],
    },
  ),
  default_sleep: combinatorEntry("sleep impl", t("The default implementation of sleeping."), {
    becomes: sameOnAllTargets("Mirage_sleep"),
    packages: ["mirage-sleep"],
  }),
  default_ptime: combinatorEntry("ptime impl", t("The wall clock."), {
    becomes: sameOnAllTargets("Mirage_ptime"),
    packages: ["mirage-ptime"],
  }),
  default_mtime: combinatorEntry("mtime impl", t("The monotonic clock."), {
    becomes: sameOnAllTargets("Mirage_mtime"),
    packages: ["mirage-mtime"],
  }),
  mock_ptime: combinatorEntry("ptime impl", t("A wall clock that tests control."), {
    becomes: sameOnAllTargets("Mirage_ptime"),
    packages: ["mirage-ptime"],
  }),
  mock_mtime: combinatorEntry("mtime impl", t("A monotonic clock that tests control."), {
    becomes: sameOnAllTargets("Mirage_mtime"),
    packages: ["mirage-mtime"],
  }),
  no_random: combinatorEntry("random impl", t("No random number generator, for `register ~random`.")),
  no_sleep: combinatorEntry("sleep impl", t("No sleep implementation, for `register ~sleep`.")),
  no_ptime: combinatorEntry("ptime impl", t("No wall clock, for `register ~ptime`.")),
  no_mtime: combinatorEntry("mtime impl", t("No monotonic clock, for `register ~mtime`.")),
  default_argv: combinatorEntry("argv impl", t("Boot arguments from the command line of the unikernel."), {
    becomes: [["unix, Solo5, Xen", "Mirage_bootvar"]],
    packages: ["mirage-bootvar"],
  }),
  no_argv: combinatorEntry("argv impl", t("No boot arguments.")),
  default_qubesdb: combinatorEntry("qubesdb impl", t("The configuration database of Qubes OS."), {
    becomes: [["qubes", "Qubes.DB"]],
    packages: ["mirage-qubes"],
  }),
  ipv4_qubes: combinatorEntry(
    "qubesdb impl -> ethernet impl -> arpv4 impl -> ipv4 impl",
    t("IPv4 with the address that Qubes OS assigns."),
    { becomes: [["qubes", "Qubesdb_ipv4.Make"]], packages: ["mirage-qubes-ipv4"] },
  ),
  noop: combinatorEntry("job impl", t("A job that does nothing.")),
};
