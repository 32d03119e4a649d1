import assert from "node:assert/strict";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDescription } from "../graph/dot/parseDescription.ts";
import { DuneConfigEvaluator } from "../graph/evaluate/configEvaluator.ts";
import { findProgram } from "../platform/env.ts";
import { run } from "../platform/process.ts";
import { realEnv, realTools } from "../../test/harness/ocamllsp.ts";
import { skip } from "../../test/harness/reporter.ts";
import { combinators } from "./combinators.ts";
import { implementationsOf } from "../../language-bridge/features/implementations.ts";

const net = "default_network";
const stack = `(generic_stackv4v6 ${net})`;
const eyeballs = `(generic_happy_eyeballs ${stack})`;
const tcp = `(tcpv4v6_of_stackv4v6 ${stack})`;
const mimic = `(mimic_happy_eyeballs ${stack} ${eyeballs} (generic_dns_client ${stack} ${eyeballs}))`;
const conduit = `(conduit_direct ${stack})`;
const ethernet = `(ethif ${net})`;
const arp = `(arp ${ethernet})`;
const ipv4 = `(create_ipv4 ${ethernet} ${arp})`;
const ipv6 = `(create_ipv6 ${net} ${ethernet})`;
const ip = `(create_ipv4v6 ${ipv4} ${ipv6})`;
const dhcp = `(ipv4_of_dhcp ${net} ${ethernet} ${arp})`;
const disk = '(block_of_file "d")';
const argument = '(Runtime_arg.create ~pos:__POS__ "U.argument")';

/** A device of each combinator that has one, with its type. */
const devices: Readonly<Record<string, readonly [device: string, type: string]>> = {
  default_network: [net, "network"],
  netif: ['netif "service"', "network"],
  ethif: [ethernet, "ethernet"],
  arp: [arp, "arpv4"],
  create_ipv4: [ipv4, "ipv4"],
  create_ipv6: [ipv6, "ipv6"],
  create_ipv4v6: [ip, "ipv4v6"],
  dhcp_proj_net: [`dhcp_proj_net $ ${dhcp}`, "network"],
  dhcp_proj_ipv4: [`dhcp_proj_ipv4 $ ${dhcp}`, "ipv4"],
  dhcp_proj_lease: [`dhcp_proj_lease $ ${dhcp}`, "lease"],
  direct_udp: [`direct_udp ${ip}`, "udpv4v6"],
  direct_tcp: [`direct_tcp ${ip}`, "tcpv4v6"],
  direct_stackv4v6: [`direct_stackv4v6 ${net} ${ethernet} ${arp} ${ipv4} ${ipv6}`, "stackv4v6"],
  generic_stackv4v6: [stack, "stackv4v6"],
  generic_stackv4v6_with_lease: [`fst (generic_stackv4v6_with_lease ${net})`, "stackv4v6"],
  tcpv4v6_of_stackv4v6: [tcp, "tcpv4v6"],
  resolver_dns: [`resolver_dns ${stack}`, "resolver"],
  resolver_unix_system: ["resolver_unix_system", "resolver"],
  generic_happy_eyeballs: [eyeballs, "happy_eyeballs"],
  generic_dns_client: [`generic_dns_client ${stack} ${eyeballs}`, "dns_client"],
  conduit_direct: [conduit, "conduit"],
  cohttp_server: [`cohttp_server ${conduit}`, "http"],
  cohttp_client: [`cohttp_client (resolver_dns ${stack}) ${conduit}`, "http_client"],
  httpaf_server: [`httpaf_server ${conduit}`, "http"],
  paf_server: [`paf_server ~port:${argument} ${tcp}`, "http_server"],
  paf_client: [`paf_client ${tcp} ${mimic}`, "alpn_client"],
  mimic_happy_eyeballs: [mimic, "mimic"],
  git_tcp: [`git_tcp ${tcp} ${mimic}`, "git_client"],
  git_ssh: [`git_ssh ${tcp} ${mimic}`, "git_client"],
  git_http: [`git_http ${tcp} ${mimic}`, "git_client"],
  merge_git_clients: [`merge_git_clients (git_tcp ${tcp} ${mimic}) (git_http ${tcp} ${mimic})`, "git_client"],
  block_of_file: [disk, "block"],
  block_of_xenstore_id: ['block_of_xenstore_id "51712"', "block"],
  ramdisk: ['ramdisk "d"', "block"],
  generic_block: ['generic_block "d"', "block"],
  ccm_block: [`ccm_block ${argument} ${disk}`, "block"],
  crunch: ['crunch "d"', "kv_ro"],
  direct_kv_ro: ['direct_kv_ro "d"', "kv_ro"],
  generic_kv_ro: ['generic_kv_ro "d"', "kv_ro"],
  tar_kv_ro: [`tar_kv_ro ${disk}`, "kv_ro"],
  fat_ro: [`fat_ro ${disk}`, "kv_ro"],
  docteur: ['docteur "https://example.org/x.git"', "kv_ro"],
  direct_kv_rw: ['direct_kv_rw "d"', "kv_rw"],
  kv_rw_mem: ["kv_rw_mem ()", "kv_rw"],
  chamelon: [`chamelon ~program_block_size:${argument} ${disk}`, "kv_rw"],
  tar_kv_rw: [`tar_kv_rw ${disk}`, "kv_rw"],
  syslog_udp: [`syslog_udp ${stack}`, "syslog"],
  syslog_tcp: [`syslog_tcp ${stack}`, "syslog"],
  syslog_tls: [`syslog_tls ${stack} (crunch "d")`, "syslog"],
  default_random: ["default_random", "random"],
  default_qubesdb: ["default_qubesdb", "qubesdb"],
  ipv4_qubes: [`ipv4_qubes default_qubesdb ${ethernet} ${arp}`, "ipv4"],
};

describe("the table of combinators and the mirage of an opam switch", function () {
  this.timeout(120_000);
  let folder: string | undefined;
  before(function () {
    if (realTools === undefined)
      skip(this, "MIRAGEOS_REAL_TOOLS names no folder with the programs of an opam switch");
  });
  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it("agree about the modules of each combinator, for every target without options", async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "mirageos-becomes-")));
    const root = join(folder, "project");
    await mkdir(join(root, "d"), { recursive: true });
    const names = Object.keys(devices);
    const jobs = Object.entries(devices).map(
      ([name, [device, type]]) => `main "U.M_${name}" (${type} @-> job) $ (${device})`,
    );
    const configFile = join(root, "config.ml");
    await writeFile(configFile, `open Mirage\nlet () = register "x" [ ${jobs.join(";\n")} ]\n`);
    const project = { id: configFile, name: "x", configFile, root, buildDir: root, workspaceFolder: root };
    const evaluator = new DuneConfigEvaluator({
      run,
      folder: join(folder, "config-builds"),
      trusted: () => true,
      tools: {
        environment: () => Promise.resolve({ env: realEnv, label: "PATH" }),
        path: (tool) => findProgram(tool, realEnv, process.platform),
      },
    });
    const different: string[] = [];
    for (const target of ["unix", "hvt", "muen", "xen", "qubes"]) {
      const printed = await evaluator.printGraph(project, { target, options: [], evaluate: true });
      assert.equal(printed.kind, "printed", JSON.stringify(printed));
      const { graph } = parseDescription(printed.text + printed.dot);
      assert.ok(graph);
      for (const name of names) {
        const [module = "nothing"] = implementationsOf(graph, `U.M_${name}`) ?? [];
        const documented = combinators[name]?.becomes.map(([, each]) => each) ?? [];
        if (!documented.includes(module.replace(/^Static_d$/, "Static_FOLDER")))
          different.push(`${name} for ${target}: ${module}, not ${documented.join(" or ")}`);
      }
    }
    assert.deepEqual(different, []);
  });
});
