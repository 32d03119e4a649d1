import { removedStackLabels } from "../mirage/migrations.ts";
import { readConfigSource } from "../mirage/config/parseConfig.ts";
import { outerSpan, type Binding, type Expression } from "../ocaml/ast.ts";
import type { Span } from "../ocaml/brackets.ts";
import { readCalls, resultsOf, type NamedCall } from "./configCalls.ts";
import type { TextEdit } from "./editedText.ts";
import { removeBootArguments, removeKeys } from "./keys/keyUses.ts";
import { usesOf, withBlanksBefore, type Rule } from "./project.ts";

/**
 * Labels of devices that are gone: boot arguments that the devices define themselves since mirage 4.8, clocks
 * and random (4.9), and keys of network stacks (4.11).
 */
const removedLabels: Readonly<Record<string, readonly string[]>> = {
  generic_dns_client: ["timeout", "nameservers", "cache_size", "random", "time", "mclock", "pclock"],
  generic_happy_eyeballs: [
    "aaaa_timeout",
    "connect_delay",
    "connect_timeout",
    "resolve_timeout",
    "resolve_retries",
    "timer_interval",
    "time",
    "mclock",
  ],
  git_ssh: ["authenticator", "key", "password"],
  git_http: ["authenticator", "headers"],
  chamelon: ["pclock"],
  paf_client: ["pclock"],
  paf_server: ["time"],
  conduit_direct: ["random"],
  resolver_dns: ["random", "time", "mclock", "ns", "ns_port"],
  syslog_udp: ["clock", "config"],
  syslog_tcp: ["clock", "config"],
  syslog_tls: ["clock", "config"],
  direct_stackv4v6: ["random", "time", "clock", ...removedStackLabels],
  create_ipv6: ["random", "time", "clock"],
  create_ipv4: ["random", "clock"],
  direct_udp: ["random"],
  direct_tcp: ["random", "time", "clock", ...removedStackLabels],
  arp: ["time"],
  generic_stackv4v6: removedStackLabels,
  generic_stackv4v6_with_lease: removedStackLabels,
};

/** Removes these labels, and the keys that nothing else uses. */
export const deviceLabels: Rule = {
  since: "4.9.0",
  apply: (project) => {
    const { config } = project;
    const { text } = config;
    const keys: string[] = [];
    const edits = readCalls(text).calls.flatMap(({ name, call }) => {
      const labels = Object.hasOwn(removedLabels, name) ? (removedLabels[name] ?? []) : [];
      return call.arguments.flatMap(({ label, term, span }): TextEdit[] => {
        if (label === undefined || !labels.includes(label)) return [];
        if (term.kind === "name") keys.push(term.name);
        return [{ span: withBlanksBefore(text, span), text: "" }];
      });
    });
    if (!config.apply(edits)) return;
    removeKeys(project, keys);
    removeBootArguments(project, keys);
  },
};

/**
 * Since mirage 4.6, a DNS client uses happy eyeballs and not the other way round: the arguments change, and
 * the two definitions change places.
 */
export const dnsOrder: Rule = {
  since: "4.6.0",
  apply: ({ config }) => {
    const { bound } = readConfigSource(config.text);
    if (bound.has("generic_dns_client") || bound.has("generic_happy_eyeballs")) return;
    swapDefinitions(config.text, (edits) => config.apply(edits));
    // A client that remains inside happy eyeballs, such as an unnamed call, is unused.
    config.apply(
      readCalls(config.text).calls.flatMap(({ name, positional }): TextEdit[] => {
        const [stack, client] = positional;
        return name === "generic_happy_eyeballs" && stack && client
          ? [{ span: withBlanksBefore(config.text, outerSpan(client)), text: "" }]
          : [];
      }),
    );
    // A client without happy eyeballs gets its own: equal devices become one.
    const edits = readCalls(config.text).calls.flatMap(({ name, call, positional }): TextEdit[] => {
      const [stack, ...others] = positional;
      if (name !== "generic_dns_client" || !stack || others.length > 0) return [];
      const { start, end } = outerSpan(stack);
      const at = call.span.end;
      return [
        { span: { start: at, end: at }, text: ` (generic_happy_eyeballs ${config.text.slice(start, end)})` },
      ];
    });
    config.apply(edits);
  },
};

function swapDefinitions(text: string, apply: (edits: TextEdit[]) => void): void {
  const { bindings } = readCalls(text);
  const dns = bindings.find((each) => named(each, "generic_dns_client", 1));
  const eyeballs = bindings.find((each) => named(each, "generic_happy_eyeballs", 2));
  const client = eyeballs && named(eyeballs, "generic_happy_eyeballs", 2)?.positional[1];
  if (dns?.name === undefined || eyeballs?.name === undefined || client?.kind !== "name") return;
  // The client that is defined above must be the one that happy eyeballs got, and nothing between uses it.
  if (client.name !== dns.name || dns.span.start > eyeballs.span.start) return;
  const between = { start: dns.span.end, end: eyeballs.span.start };
  if (usesOf(text, dns.name).some(({ start }) => start >= between.start && start < between.end)) return;
  const end = dns.value.span.end;
  apply([
    {
      span: dns.span,
      text: editedPart(text, eyeballs.span, { span: withBlanksBefore(text, outerSpan(client)), text: "" }),
    },
    {
      span: eyeballs.span,
      text: editedPart(text, dns.span, { span: { start: end, end }, text: ` ${eyeballs.name}` }),
    },
  ]);
}

/** The call that a binding names, if it has this name and number of arguments without a label. */
function named({ value }: Binding, name: string, count: number): NamedCall | undefined {
  if (value.kind !== "call" || value.function.kind !== "name" || value.function.name !== name)
    return undefined;
  const positional = value.arguments.filter(({ label }) => label === undefined).map(({ term }) => term);
  return positional.length === count ? { name, call: value, positional } : undefined;
}

function editedPart(text: string, { start, end }: Span, edit: TextEdit): string {
  return text.slice(start, edit.span.start) + edit.text + text.slice(edit.span.end, end);
}

/** `mimic_happy_eyeballs stack dns eyeballs` takes happy eyeballs before the client since mirage 4.6. */
export const mimicOrder: Rule = {
  since: "4.6.0",
  apply: ({ config }) => {
    config.apply(
      readCalls(config.text).calls.flatMap(({ name, positional }): TextEdit[] => {
        const [, client, eyeballs] = positional;
        if (name !== "mimic_happy_eyeballs" || !client || !eyeballs) return [];
        // Uses the names, because nothing else distinguishes the two.
        if (!/dns/i.test(nameOf(client)) || !/eyeballs|^he$/i.test(nameOf(eyeballs))) return [];
        const [first, second] = [outerSpan(client), outerSpan(eyeballs)];
        return [
          { span: first, text: config.text.slice(second.start, second.end) },
          { span: second, text: config.text.slice(first.start, first.end) },
        ];
      }),
    );
  },
};

/** The name of a value, or of the function that returns it. */
function nameOf(term: Expression): string {
  const word = term.kind === "call" ? term.function : term;
  return word.kind === "name" ? word.name : "";
}

/**
 * Since mirage 4.10.5, `ipv4_of_dhcp` returns a DHCP client, and `dhcp_proj_ipv4` its address. Silent where the file
 * already takes something from the client.
 */
export const dhcpAddress: Rule = {
  since: "4.10.5",
  apply: ({ config }) => {
    const { bound, words } = readConfigSource(config.text);
    if (bound.has("ipv4_of_dhcp") || words.some(({ name }) => name.startsWith("dhcp_proj_"))) return;
    const { calls, bindings } = readCalls(config.text);
    const results = new Set(bindings.flatMap(({ value }) => resultsOf(value)));
    config.apply(
      calls.flatMap(({ name, call, positional }): TextEdit[] => {
        if (name !== "ipv4_of_dhcp" || positional.length !== 3) return [];
        const { start, end } = call.span;
        const isAlone = results.has(call) || outerSpan(call).start < start;
        return [
          { span: { start, end: start }, text: `${isAlone ? "" : "("}dhcp_proj_ipv4 $ ` },
          ...(isAlone ? [] : [{ span: { start: end, end }, text: ")" }]),
        ];
      }),
    );
  },
};
