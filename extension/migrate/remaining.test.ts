import assert from "node:assert/strict";
import { lines, migrated } from "./testMigration.ts";

describe("A migration lists", () => {
  it("addresses of stacks that are not literals", () => {
    const { remaining } = migrated(
      lines(
        "open Mirage",
        "",
        "let address =",
        "  { network = Ipaddr.V4.Prefix.of_address_string_exn text; gateway = None }",
        "",
        "let net = static_ipv4_stack ~config:address default_network",
        "let other = generic_stackv4v6 ~ipv4_config:address default_network",
        'let main = main "Unikernel.Main" (stackv4v6 @-> stackv4v6 @-> job)',
        'let () = register "x" [ main $ net $ other ]',
      ),
    );
    assert.deepEqual(remaining, [
      "Ipaddr.V4.Prefix.of_address_string_exn",
      "static_ipv4_stack",
      "ipv4_config",
    ]);
  });
});
