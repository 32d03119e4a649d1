import assert from "node:assert/strict";
import { header, lines, migrated } from "./testMigration.ts";

describe("Migrating a unikernel", () => {
  it("replaces foreign and a header for an older mirage, and keeps comments and layout", () => {
    const { config } = migrated(
      lines(
        "(* mirage >= 4.3.0 & < 4.5.0 *)",
        "open Mirage",
        "",
        "(* the shop *)",
        "let main   = foreign",
        '    "Unikernel.Main" (block @-> job)',
        'let () = register "shop" [ main $ block_of_file "disk" ]',
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "",
        "(* the shop *)",
        "let main   = main",
        '    "Unikernel.Main" (block @-> job)',
        'let () = register "shop" [ main $ block_of_file "disk" ]',
      ),
    );
  });

  it("qualifies main where the file has bound the name", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = foreign "Unikernel.Main" job',
        'let second = foreign "Second.Main" job',
        'let () = register "x" [ main; second ]',
      ),
    );
    assert.match(config, /let main = main "Unikernel.Main"/);
    assert.match(config, /let second = Mirage.main "Second.Main"/);
  });

  it("moves the packages of register to main", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = main ~packages:[ package "fmt" ] "Unikernel.Main" job',
        "let () =",
        '  let packages = [ package "duration"; package "lwt" ] in',
        '  register ~packages "x" [ main ]',
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        'let main = main ~packages:[ package "fmt"; package "duration"; package "lwt" ] "Unikernel.Main" job',
        "let () =",
        '  register "x" [ main ]',
      ),
    );
  });

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

  it("removes the dependency on nocrypto, with an empty list", () => {
    const config = (deps: string) =>
      migrated(
        lines(
          "open Mirage",
          `let main = foreign ${deps} "Unikernel.Main" job`,
          'let () = register "x" [ main ]',
        ),
      ).config;
    assert.match(config("~deps:[abstract nocrypto]"), /let main = main "Unikernel.Main" job/);
    assert.match(config("~deps:[abstract nocrypto; abstract x]"), /main ~deps:\[dep x\] "Unikernel.Main"/);
  });

  it("removes the dependency on nocrypto from a list that has a name, and its parameter of start", () => {
    const config = (deps: string) =>
      lines(
        "open Mirage",
        `let deps = ${deps} (* seeds *)`,
        'let main = foreign ~deps "Unikernel.Main" (console @-> pclock @-> job)',
        'let () = register "x" [ main $ default_console $ default_posix_clock ]',
      );
    const source = (parameter: string, devices = "") =>
      lines(`module Main${devices} = struct`, `  let start ${parameter} = Lwt.return_unit`, "end");
    const devices = " (C : Mirage_console.S) (P : Mirage_clock.PCLOCK)";
    const only = migrated(config("[ abstract nocrypto ]"), source("_c _p _nocrypto", devices));
    assert.doesNotMatch(only.config, /deps|nocrypto/);
    assert.equal(only.unikernel, source("()"));
    const first = migrated(config("[ abstract nocrypto; abstract x ]"), source("_c _p _ x", devices));
    assert.match(first.config, /let deps = \[ dep x \] \(\* seeds \*\)/);
    assert.equal(first.unikernel, source("x"));
    const last = migrated(config("[ abstract x; abstract nocrypto ]"), source("_c _p x seed", devices));
    assert.equal(last.unikernel, source("x seed"), "a parameter that the code names was removed");
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

  it("moves packages that a list with inner definitions names above main", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        "let packages =",
        '  let pin = "git+https://example.org/a.git" in',
        '  [ package ~pin "a" ]',
        'let server = foreign "Unikernel.Main" job',
        'let () = register "x" ~packages [ server ]',
      ),
    );
    assert.match(config, /let server = main ~packages "Unikernel.Main" job/);
    assert.match(config, /register "x" \[ server \]/);
  });

  it("removes a boot argument that only a removed label used", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let timeout = Runtime_arg.create ~pos:__POS__ "Unikernel.timeout"',
        'let main = main "Unikernel.Main" (dns_client @-> job)',
        "let stack = generic_stackv4v6 default_network",
        'let () = register "x" [ main $ generic_dns_client ~timeout stack ]',
      ),
    );
    assert.doesNotMatch(config, /timeout/);
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

  it("moves packages that are defined below main with their definition, unless that uses what is between", () => {
    const text = (between: string) =>
      lines(
        "open Mirage",
        'let job = main "Unikernel.Main" (stackv4v6 @-> job)',
        between,
        "let packages =",
        '  let pin = "git+https://example.org/paf.git" in',
        '  [ package ~pin "paf" ]',
        'let () = register "x" ~packages [ job $ stack ]',
      );
    const { config } = migrated(text("let stack = generic_stackv4v6 default_network"));
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "let packages =",
        '  let pin = "git+https://example.org/paf.git" in',
        '  [ package ~pin "paf" ]',
        "",
        'let job = main ~packages "Unikernel.Main" (stackv4v6 @-> job)',
        "let stack = generic_stackv4v6 default_network",
        'let () = register "x" [ job $ stack ]',
      ),
    );
    assert.deepEqual(migrated(text('let pin = "x"')).remaining, ["~packages"]);
  });

  it("writes the abstract of keys and the one of devices differently", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let port = Key.abstract Key.(create "port" Arg.(opt int 80 (info ["port"])))',
        "let keys = Key.[ abstract host; abstract port ]",
        'let main = main ~extra_deps:[ abstract logger ] "Unikernel.Main" job',
        'let () = register "x" [ main ]',
      ),
    );
    assert.match(config, /Key\.v Key\.\(create/);
    assert.match(config, /Key\.\[ v host; v port \]/);
    assert.match(config, /~deps:\[ dep logger \]/);
  });

  it("replaces the fields of app_info by those of dune-build-info", () => {
    const config = (deps: string) =>
      lines(
        "open Mirage",
        `let main = main ~deps:[ ${deps} ] ~packages:[ package "logs" ] "Unikernel.Main" (stackv4 @-> job)`,
        'let () = register "x" [ main $ net ]',
      );
    const code = (log: string) =>
      lines(
        "module Main (S : Mirage_stack.V4) = struct",
        "  let start s _ info =",
        `    ${log};`,
        "    s",
        "end",
      );
    const result = migrated(
      config("abstract logger; abstract app_info"),
      code('Logs.info (fun m -> m "%a" pp info.Mirage_info.libraries)'),
    );
    assert.match(
      result.config,
      /~deps:\[ dep logger \] ~packages:\[ package "logs"; package "dune-build-info" \]/,
    );
    assert.match(result.unikernel, /let start s _ =\n/);
    assert.match(
      result.unikernel,
      /pp \(List.map Build_info.V1.Statically_linked_library.name \(Build_info.V1.Statically_linked_libraries.to_list \(\)\)\)/,
    );
    assert.deepEqual(migrated(config("abstract logger; abstract app_info"), code("print info")).remaining, [
      "app_info",
    ]);
  });

  it("renames the label ~ocamlfind of packages", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let main = main ~packages:[ package ~ocamlfind:[] "rrd"; package ~libs:[] "a" ] "U" job',
      ),
    );
    assert.match(config, /\[ package ~libs:\[\] "rrd"; package ~libs:\[\] "a" \]/);
  });
});
