import assert from "node:assert/strict";
import { readConfigSource } from "../mirage/config/parseConfig.ts";
import { mismatches } from "../../language-bridge/features/mainMismatch.ts";
import type { Edit } from "../mirage/config/mismatchFixes.ts";
import { readSource } from "../ocaml/functors.ts";
import { deviceEdits } from "./addDevice.ts";
import { deviceTemplates, type DeviceTemplate } from "../mirage/deviceTemplates.ts";

const named = (type: string): DeviceTemplate => {
  const found = deviceTemplates.find((each) => each.type === type);
  assert.ok(found, type);
  return found;
};

function applied(text: string, edits: readonly Edit[], file: Edit["file"]): string {
  const own = edits.filter((edit) => edit.file === file).toSorted((a, b) => b.span.start - a.span.start);
  return own.reduce((now, { span, text: put }) => now.slice(0, span.start) + put + now.slice(span.end), text);
}

/** Both texts after the device has been added; checks that they agree. */
function after(config: string, source: string, device: DeviceTemplate) {
  const added = deviceEdits(
    {
      config: { text: config, read: readConfigSource(config) },
      source: (name) => (name === "Unikernel" ? { text: source, read: readSource(source) } : undefined),
    },
    device,
  );
  if (added.kind !== "edits") assert.fail(added.reason);
  const result = {
    config: applied(config, added.edits, "config"),
    source: applied(source, added.edits, "source"),
  };
  const read = readSource(result.source);
  const found = mismatches({ config: readConfigSource(result.config), source: () => read });
  assert.deepEqual(found, []);
  return result;
}

const plainConfig = 'open Mirage\n\nlet main = main "Unikernel" job\nlet () = register "hello" [ main ]\n';
const plainSource = 'let start () =\n  Logs.info (fun f -> f "two\nlines");\n  Lwt.return_unit\n';
const stackConfig =
  'open Mirage\n\nlet main = main "Unikernel.Main" (stackv4v6 @-> job)\nlet net_stack = generic_stackv4v6 default_network\nlet () = register "n" [ main $ net_stack ]\n';
const stackSource = "module Main (S : Tcpip.Stack.V4V6) = struct\n  let start stack = S.listen stack\nend\n";

describe("addDevice", () => {
  it("wraps a file in a functor without changing its string literals", () => {
    assert.deepEqual(after(plainConfig, plainSource, named("block")), {
      config:
        'open Mirage\n\nlet main = main ~packages:[ package "mirage-block" ] "Unikernel.Main" (block @-> job)\nlet disk = block_of_file "disk"\nlet () = register "hello" [ main $ disk ]\n',
      source:
        'module Main (B : Mirage_block.S) = struct\n  let start _b =\n    Logs.info (fun f -> f "two\nlines");\n    Lwt.return_unit\nend\n',
    });
  });

  it("writes the type of mirage where config.ml has a type of its own with that name", () => {
    const own = stackConfig.replace("open Mirage\n", "open Mirage\n\nlet dns_client = typ Own\n");
    const { config } = after(own, stackSource, named("dns_client"));
    assert.match(config, /\(stackv4v6 @-> Mirage\.dns_client @-> job\)/);
  });

  it("adds a parameter after the existing ones, and reuses the stack of config.ml", () => {
    const { config, source } = after(stackConfig, stackSource, named("dns_client"));
    assert.match(config, /\(stackv4v6 @-> dns_client @-> job\)/);
    assert.match(config, /^let dns = generic_dns_client net_stack \(generic_happy_eyeballs net_stack\)$/m);
    assert.match(config, /main \$ net_stack \$ dns \]/);
    assert.match(source, /^module Main \(S : Tcpip\.Stack\.V4V6\) \(Dns : Dns_client_mirage\.S\) = struct/);
    assert.match(source, /let start stack _dns =/);
  });

  it("creates the stack that a device needs once", () => {
    const { config } = after(plainConfig, plainSource, named("http"));
    assert.match(
      config,
      /let stack = generic_stackv4v6 default_network\nlet http = cohttp_server \(conduit_direct stack\)\n/,
    );
    assert.match(config, /package "cohttp-mirage"/);
  });

  it("qualifies names of the DSL that config.ml binds to something else", () => {
    const config =
      'open Mirage\n\nlet main = main "Unikernel.Main" (ethernet @-> job)\nlet ethif = ethif default_network\nlet () = register "n" [ main $ ethif ]\n';
    const source = "module Main (E : Ethernet.S) = struct\n  let start eth = Lwt.return_unit\nend\n";
    const { config: changed } = after(config, source, named("ipv6"));
    assert.match(changed, /^let ip = create_ipv6 default_network \(Mirage\.ethif default_network\)$/m);
    assert.match(after(config, source, named("block")).config, /^let disk = block_of_file "disk"$/m);
  });

  it("chooses an unused name for a second device of the same kind", () => {
    const once = after(plainConfig, plainSource, named("block"));
    const twice = after(once.config, once.source, named("block"));
    assert.match(twice.config, /let disk2 = block_of_file "disk"/);
    assert.match(twice.source, /\(B : Mirage_block\.S\) \(B2 : Mirage_block\.S\)/);
    assert.match(twice.source, /let start _b _b2 =/);
  });

  for (const device of deviceTemplates)
    it(`${device.title}: config.ml and unikernel.ml match afterwards, with and without a functor`, () => {
      after(plainConfig, plainSource, device);
      after(stackConfig, stackSource, device);
    });

  it("explains why a device cannot be added", () => {
    const reason = (config: string, source: string | undefined) => {
      const added = deviceEdits(
        {
          config: { text: config, read: readConfigSource(config) },
          source: () => (source === undefined ? undefined : { text: source, read: readSource(source) }),
        },
        named("block"),
      );
      return added.kind === "impossible" ? added.reason : "";
    };
    assert.match(reason('open Mirage\nlet () = register "x" []\n', plainSource), /no call of main/);
    assert.match(reason(plainConfig, undefined), /no unikernel\.ml next to/);
    assert.match(reason(plainConfig, "let begin_ () = ()\n"), /start function/);
    assert.match(
      reason(
        plainConfig.replace(" job", " (block @-> job)").replace("[ main ]", "[ main $ d ]"),
        stackSource,
      ),
      /don't match/,
    );
  });
});
