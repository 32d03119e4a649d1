import assert from "node:assert/strict";
import { header, lines, migrated } from "./testMigration.ts";

describe("Migrating addresses in config.ml", () => {
  it("passes the address of a static stack to the generic stack, which chooses sockets itself", () => {
    const { config, remaining } = migrated(
      lines(
        "open Mirage",
        "",
        "let address =",
        '  let network = Ipaddr.V4.Prefix.of_address_string_exn "10.0.42.2/24"',
        '  and gateway = Ipaddr.V4.of_string "10.0.42.1"',
        "  in",
        "  { network ; gateway }",
        "",
        "let net =",
        "  if_impl Key.is_unix",
        "    (socket_stackv4 [Ipaddr.V4.any])",
        "    (static_ipv4_stack ~config:address ~arp:farp default_network)",
        "",
        'let dns = main "Unikernel.Main" (stackv4v6 @-> job)',
        'let () = register "primary" [dns $ net]',
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "",
        "let net =",
        "  (* Without DHCP: mirage configure --no-dhcp *) generic_stackv4v6" +
          ' ~ipv4_network:(Ipaddr.V4.Prefix.of_string_exn "10.0.42.2/24")' +
          ' ~ipv4_gateway:(Ipaddr.V4.of_string_exn "10.0.42.1") default_network',
        "",
        'let dns = main "Unikernel.Main" (stackv4v6 @-> job)',
        'let () = register "primary" [dns $ net]',
      ),
    );
    assert.deepEqual(remaining, []);
  });

  it("passes an address whose parts have names", () => {
    const { config, remaining } = migrated(
      lines(
        "open Mirage",
        "let server : ipv4_config =",
        '  let nw = Ipaddr.V4.Prefix.of_string_exn "192.168.112.150/24" in',
        '  let gw = Some (Ipaddr.V4.of_string_exn "192.168.112.1") in',
        "  { network = nw; gateway = gw }",
        "let stack = generic_stackv4v6 ~config:server default_network",
        'let main = main "Unikernel.Main" (stackv4v6 @-> job)',
        'let () = register "x" [ main $ stack ]',
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "let stack = (* Without DHCP: mirage configure --no-dhcp *) generic_stackv4v6" +
          ' ~ipv4_network:(Ipaddr.V4.Prefix.of_string_exn "192.168.112.150/24")' +
          ' ~ipv4_gateway:(Ipaddr.V4.of_string_exn "192.168.112.1") default_network',
        'let main = main "Unikernel.Main" (stackv4v6 @-> job)',
        'let () = register "x" [ main $ stack ]',
      ),
    );
    assert.deepEqual(remaining, []);
  });

  it("passes an address with a type, inside a branch", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        "let stack =",
        '  if Sys.getenv "MODE" = "xen" then',
        "    let ipv4_config : ipv4_config =",
        "      {",
        '        network = Ipaddr.V4.Prefix.of_string_exn "192.168.122.2/24";',
        "        gateway = None;",
        "      } in",
        "    generic_stackv4v6 ~ipv4_config default_network",
        "  else generic_stackv4v6 default_network",
        'let main = main "Unikernel.Main" (stackv4v6 @-> job)',
        'let () = register "x" [ main $ stack ]',
      ),
    );
    assert.equal(
      config,
      lines(
        header,
        "open Mirage",
        "let stack =",
        '  if Sys.getenv "MODE" = "xen" then',
        "    (* Without DHCP: mirage configure --no-dhcp *) generic_stackv4v6" +
          ' ~ipv4_network:(Ipaddr.V4.Prefix.of_string_exn "192.168.122.2/24") default_network',
        "  else generic_stackv4v6 default_network",
        'let main = main "Unikernel.Main" (stackv4v6 @-> job)',
        'let () = register "x" [ main $ stack ]',
      ),
    );
  });

  it("removes an address that nothing uses, and keeps one that something else uses", () => {
    const address = '{ network = Ipaddr.V4.Prefix.of_string_exn "10.0.0.2/24"; gateway = None }';
    const unused = migrated(lines("open Mirage", `let address = ${address}`, 'let () = register "x" []'));
    assert.doesNotMatch(unused.config, /address/);
    const used = migrated(
      lines("open Mirage", `let address = ${address}`, "let () = print address", 'let () = register "x" []'),
    );
    assert.match(used.config, /let address = \{ network/);
  });

  it("does not change a stack whose address is computed", () => {
    const text = lines(
      header,
      "open Mirage",
      "let net = static_ipv4_stack ~config:(read ()) ~arp:farp default_network",
      'let () = register "x" [ main "Unikernel.Main" (stackv4v6 @-> job) $ net ]',
    );
    const { config, remaining } = migrated(text);
    assert.equal(config, text);
    assert.deepEqual(remaining, ["static_ipv4_stack"]);
  });

  it("replaces the stack of Qubes by the generic one", () => {
    const { config } = migrated(
      lines(
        "open Mirage",
        'let () = register "x" [ main "U.Main" (stackv4 @-> job) $ qubes_ipv4_stack ~arp:farp net ]',
      ),
    );
    assert.match(config, /\(stackv4v6 @-> job\) \$ generic_stackv4v6 net \]/);
  });

  it("joins an address and its network", () => {
    const pair = 'Ipaddr.V4.Prefix.of_string_exn "127.0.0.0/24", Ipaddr.V4.of_string_exn "127.0.0.1"';
    const { config } = migrated(
      lines(
        "open Mirage",
        `let address = { network = ${pair}; gateway = None }`,
        "let net = static_ipv4_stack ~config:address default_network",
        'let () = register "x" [ main "U.Main" (stackv4 @-> job) $ net ]',
      ),
    );
    assert.match(config, /~ipv4_network:\(Ipaddr.V4.Prefix.of_string_exn "127.0.0.1\/24"\) default_network/);
  });
});
