import assert from "node:assert/strict";
import { mismatches } from "../../language-bridge/features/mainMismatch.ts";
import { readConfigSource } from "../mirage/config/parseConfig.ts";
import type { Edit } from "../mirage/config/mismatchFixes.ts";
import { readSource } from "../ocaml/functors.ts";
import { addSender, type Sender } from "./addSender.ts";

function applied(text: string, edits: readonly Edit[], file: Edit["file"]): string {
  const own = edits.filter((edit) => edit.file === file).toSorted((a, b) => b.span.start - a.span.start);
  return own.reduce((now, { span, text: put }) => now.slice(0, span.start) + put + now.slice(span.end), text);
}

const additionTo = (config: string, source: string, sender: Sender) =>
  addSender(
    {
      config: { text: config, read: readConfigSource(config) },
      source: (name) => (name === "Unikernel" ? { text: source, read: readSource(source) } : undefined),
    },
    sender,
  );

/** Both texts after the sender has been added; checks that they agree. */
function after(config: string, source: string, sender: Sender) {
  const added = additionTo(config, source, sender);
  if (added.kind !== "edits") assert.fail(added.reason);
  const result = {
    config: applied(config, added.edits, "config"),
    source: applied(source, added.edits, "source"),
  };
  const read = readSource(result.source);
  assert.deepEqual(mismatches({ config: readConfigSource(result.config), source: () => read }), []);
  return result;
}

const reason = (config: string, source: string, sender: Sender) => {
  const added = additionTo(config, source, sender);
  return added.kind === "impossible" ? added.reason : undefined;
};

const plainConfig = 'open Mirage\n\nlet main = main "Unikernel" job\nlet () = register "hello" [ main ]\n';
const plainSource = "let start () = Lwt.return_unit\n";
const stackConfig =
  'open Mirage\n\nlet main = main "Unikernel.Main" (stackv4v6 @-> job)\nlet net = generic_stackv4v6 default_network\nlet () = register "n" [ main $ net ]\n';
const stackSource = "module Main (S : Tcpip.Stack.V4V6) = struct\n  let start stack = S.listen stack\nend\n";

describe("addSender", () => {
  it("adds syslog to a unikernel without a network, whose start gets () as before", () => {
    assert.deepEqual(after(plainConfig, plainSource, "syslog_udp"), {
      config:
        'open Mirage\n\nlet stack = generic_stackv4v6 default_network\nlet syslog = syslog_udp stack\nlet main = main ~deps:[ dep syslog ] "Unikernel" job\nlet () = register "hello" [ main ]\n',
      source: plainSource,
    });
  });

  it("moves main below the stack that syslog uses, and adds a parameter to start", () => {
    assert.deepEqual(after(stackConfig, stackSource, "syslog_tcp"), {
      config:
        'open Mirage\n\nlet net = generic_stackv4v6 default_network\nlet syslog = syslog_tcp net\nlet main = main ~deps:[ dep syslog ] "Unikernel.Main" (stackv4v6 @-> job)\nlet () = register "n" [ main $ net ]\n',
      source: stackSource.replace("start stack", "start stack _syslog"),
    });
  });

  it("adds the dependency after existing ones and before boot arguments", () => {
    const config =
      'open Mirage\n\nlet net = generic_stackv4v6 default_network\nlet a = Runtime_arg.v (Runtime_arg.create ~pos:__POS__ "Unikernel.a")\nlet main = main ~runtime_args:[ a ] ~deps:[ dep net ] "Unikernel.Main" (stackv4v6 @-> job)\nlet () = register "n" [ main $ net ]\n';
    const source = stackSource.replace("start stack", "start stack _net a");
    const { config: changed, source: start } = after(config, source, "syslog_udp");
    assert.match(changed, /~deps:\[ dep net; dep syslog \]/);
    assert.match(start, /start stack _net _syslog a =/);
  });

  it("adds monitoring as a job before the others, with the stack of main", () => {
    assert.deepEqual(after(stackConfig, stackSource, "monitoring"), {
      config: stackConfig
        .replace("let () =", "let monitor = monitoring net\nlet () =")
        .replace("[ main $ net", "[ monitor; main $ net"),
      source: stackSource,
    });
    assert.match(
      after(plainConfig, plainSource, "monitoring").config,
      /let stack = generic_stackv4v6 default_network\nlet monitor = monitoring stack\nlet \(\) = register "hello" \[ monitor; main \]/,
    );
  });

  it("adds both one after the other", () => {
    const first = after(stackConfig, stackSource, "monitoring");
    const { config } = after(first.config, first.source, "syslog_udp");
    assert.match(config, /let syslog = syslog_udp net\nlet main = main ~deps:\[ dep syslog \]/);
    assert.match(reason(config, first.source, "syslog_tcp") ?? "", /already has syslog/);
    assert.match(reason(config, first.source, "monitoring") ?? "", /already has monitoring/);
  });

  it("says why it can't change a config.ml", () => {
    const inline = stackConfig
      .replace("let net = generic_stackv4v6 default_network\n", "")
      .replace("$ net", "$ generic_stackv4v6 default_network");
    assert.match(reason(inline, stackSource, "monitoring") ?? "", /Bind the network stack to a name/);
    const used = stackConfig.replace("let () =", "let again = main\nlet () =");
    assert.match(reason(used, stackSource, "syslog_udp") ?? "", /bound below main/);
    const unclear = stackSource.replace("start stack =", "start = fun stack ->");
    assert.match(reason(stackConfig, unclear, "syslog_udp") ?? "", /Can't add a parameter/);
  });
});
