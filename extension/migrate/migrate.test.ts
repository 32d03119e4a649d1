import assert from "node:assert/strict";
import { header, lines, migrated } from "./testMigration.ts";

describe("Migrating a unikernel", () => {
  it("exchanges the DNS client and happy eyeballs", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = main "Unikernel.Main" (dns_client @-> happy_eyeballs @-> job)',
        "let stack = generic_stackv4v6 default_network",
        "let dns = generic_dns_client stack",
        "let eyeballs = generic_happy_eyeballs stack dns",
        'let () = register "x" [ main $ dns $ eyeballs ]',
      ),
    );
    assert.match(
      config,
      /\nlet eyeballs = generic_happy_eyeballs stack\nlet dns = generic_dns_client stack eyeballs\nlet \(\)/,
    );
  });

  it("adds happy eyeballs to a DNS client that has none", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = main "Unikernel.Main" (dns_client @-> job)',
        "let stack = generic_stackv4v6 default_network",
        'let () = register "x" [ main $ generic_dns_client stack ]',
      ),
    );
    assert.match(config, /main \$ generic_dns_client stack \(generic_happy_eyeballs stack\) \]/);
  });

  it("updates the stack of mirage 3 in the config and the code", () => {
    const { config, unikernel } = migrated(
      lines(
        "open Mirage",
        'let main = foreign "Unikernel.Main" (stackv4 @-> job)',
        'let () = register "x" [ main $ generic_stackv4 default_network ]',
      ),
      lines(
        "module Main (S : Mirage_stack.V4) = struct",
        "  let start s =",
        "    S.listen_tcpv4 s ~port:80 (fun flow ->",
        "        let ip, port = S.TCPV4.dst flow in",
        '        Logs.info (fun f -> f "%s:%d" (Ipaddr.V4.to_string ip) port);',
        "        S.TCPV4.close flow);",
        "    S.listen s",
        "end",
      ),
    );
    assert.match(config, /\(stackv4v6 @-> job\)\n.*main \$ generic_stackv4v6 default_network/s);
    assert.equal(
      unikernel,
      lines(
        "module Main (S : Tcpip.Stack.V4V6) = struct",
        "  let start s =",
        "    S.TCP.listen (S.tcp s) ~port:80 (fun flow ->",
        "        let ip, port = S.TCP.dst flow in",
        '        Logs.info (fun f -> f "%s:%d" (Ipaddr.to_string ip) port);',
        "        S.TCP.close flow);",
        "    S.listen s",
        "end",
      ),
    );
  });

  it("returns code from ~connect of a device", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        "type t = T",
        "let t = typ T",
        'let plain = impl ~connect:(fun _ _ _ -> "Lwt.return (100 % 7)") "Plain" t',
        'let named = impl ~connect:(fun _ modname _ -> Fmt.str "%s.connect ()" modname) "Named" t',
        'let main = main "Unikernel.Main" (t @-> t @-> job)',
        'let () = register "x" [ main $ plain $ named ]',
      ),
    );
    assert.match(config, /-> code ~pos:__POS__ "Lwt.return \(100 %% 7\)"\) "Plain"/);
    assert.match(config, /-> code ~pos:__POS__ "%s.connect \(\)" modname\)/);
  });

  it("renames Mirage_runtime.register", () => {
    const { unikernel } = migrated("", "let port = Mirage_runtime.register Arg.(value & opt int 1 doc)\n");
    assert.equal(unikernel, "let port = Mirage_runtime.register_arg Arg.(value & opt int 1 doc)\n");
  });

  it("changes only what the installed version changed", () => {
    const config = lines(
      "(* mirage >= 4.4.0 & < 4.9.0 *)",
      "open Mirage",
      'let main = main "Unikernel.Main" (time @-> job)',
      'let () = register "x" [ main $ default_time ]',
    );
    assert.equal(migrated(config, "", "4.8.2").config, config);
  });

  it("does not change what is current, without a header too", () => {
    const config = lines("open Mirage", 'let main = main "Unikernel" job', 'let () = register "x" [ main ]');
    assert.equal(migrated(config, "let start () = Lwt.return_unit\n").config, config);
  });

  it("lists what has no certain replacement", () => {
    const { remaining } = migrated(
      lines(
        "open Mirage",
        "let fs = kv_ro_of_fs (fat_of_files ())",
        'let main = foreign "Unikernel.Main" (kv_ro @-> job)',
        'let () = register "x" [ main $ fs ]',
      ),
      lines(
        "module Main (K : Mirage_kv.RO) = struct",
        "  let start _ = ignore (Key_gen.target ()); Lwt.return_unit",
        "end",
      ),
    );
    assert.deepEqual(remaining, ["kv_ro_of_fs", "fat_of_files", "Key_gen.target"]);
  });

  it("renames the type of a mimic, unless config.ml has a client of git", () => {
    const text = (device: string): string =>
      lines(
        "open Mirage",
        "let stack = generic_stackv4v6 default_network",
        "let dns = generic_dns_client stack (generic_happy_eyeballs stack)",
        "let mimic = git_happy_eyeballs stack dns (generic_happy_eyeballs stack)",
        `let () = register "x" [ main "Unikernel.Main" (git_client @-> job) $ ${device} ]`,
      );
    assert.match(migrated(text("mimic")).config, /\(mimic @-> job\)/);
    assert.match(migrated(text("git_tcp tcp mimic")).config, /\(git_client @-> job\)/);
  });

  it("removes tracing", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = foreign "Unikernel.Main" job',
        "let tracing = mprof_trace ~size:1000000 ()",
        "",
        'let () = register "x" ~tracing [ main ]',
      ),
    );
    assert.equal(
      config,
      lines(header, "open Mirage", 'let main = main "Unikernel.Main" job', 'let () = register "x" [ main ]'),
    );
  });

  it("calls the server of HTTP by its name in mirage 4", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        "let server = http_server @@ conduit_direct (generic_stackv4 default_network)",
        'let main = foreign "Unikernel.Main" (http @-> job)',
        'let () = register "x" [ main $ server ]',
      ),
    );
    assert.match(config, /let server = cohttp_server @@ conduit_direct/);
  });

  it("does not rename the type of a server", () => {
    const config = lines(
      "open Mirage",
      'let main = main "Unikernel.Main" (http_server @-> job)',
      'let () = register "x" [ main $ paf_server ~port tcp ]',
    );
    assert.equal(migrated(config).config, config);
  });

  it("keeps Windows line ends and characters outside ASCII", () => {
    const windows = (text: string): string => text.replaceAll("\n", "\r\n");
    const config = lines(
      "(* mirage >= 4.4.0 & < 4.5.0 — Ünïcode 🐫 *)",
      "open Mirage",
      '(* größe *) let port = Key.(create "port" Arg.(opt int 80 (info ~doc:"Порт" [ "port" ])))',
      "let deps = [ abstract nocrypto ]",
      'let main = foreign ~deps ~keys:[ Key.v port ] "Unikernel.Main" (time @-> job)',
      'let () = register "x" [ main $ default_time ]',
    );
    const source = lines(
      "module Main (Time : Mirage_time.S) = struct",
      "  let start _time _ = Time.sleep_ns 1L (* 終 *) ; print_int (Key_gen.port ())",
      "end",
    );
    const [unix, dos] = [migrated(config, source), migrated(windows(config), windows(source))];
    assert.deepEqual([dos.config, dos.unikernel], [windows(unix.config), windows(unix.unikernel)]);
    assert.match(unix.config, /größe/);
    assert.match(unix.unikernel, /~doc:"Порт"[^]*let start \(\) = Mirage_sleep\.ns 1L \(\* 終 \*\)/);
  });

  it("takes the address from the DHCP client of mirage 4.10.5", () => {
    const config = (address: string, use: string) =>
      lines(
        "open Mirage",
        "let eth = ethif default_network",
        `let ip = ${address} (* asks once *)`,
        "let address net = ipv4_of_dhcp net eth (arp eth)",
        'let main = main "Unikernel.Main" (ipv4 @-> ipv4 @-> job)',
        `let () = register "x" [ main $ ip $ ${use} ]`,
      );
    const call = "ipv4_of_dhcp default_network eth (arp eth)";
    const { config: text, remaining } = migrated(config(call, call));
    assert.match(
      text,
      /let ip = dhcp_proj_ipv4 \$ ipv4_of_dhcp default_network eth \(arp eth\) \(\* asks once \*\)/,
    );
    assert.match(text, /let address net = dhcp_proj_ipv4 \$ ipv4_of_dhcp net eth \(arp eth\)/);
    assert.match(text, /\$ ip \$ \(dhcp_proj_ipv4 \$ ipv4_of_dhcp default_network eth \(arp eth\)\) \]/);
    assert.equal(remaining.length, 3, "nothing says that the network device is shared");
    const current = config(`dhcp_proj_ipv4 $ (${call})`, `(dhcp_proj_net $ (${call}))`);
    assert.deepEqual(migrated(current), { config: current, unikernel: "", remaining: [] });
    assert.equal(migrated(config(call, call), "", "4.10.4").config, config(call, call));
  });

  it("passes to mimic the happy eyeballs written in its call, without the client", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = main "Unikernel.Main" (mimic @-> job)',
        "let stack = generic_stackv4v6 default_network",
        "let dns = generic_dns_client stack",
        "let mimic = mimic_happy_eyeballs stack dns",
        "  (generic_happy_eyeballs stack dns)",
        'let () = register "x" [ main $ mimic ]',
      ),
    );
    assert.match(config, /let dns = generic_dns_client stack \(generic_happy_eyeballs stack\)/);
    assert.match(config, /mimic_happy_eyeballs stack \(generic_happy_eyeballs stack\)\n {2}dns/);
  });
});
