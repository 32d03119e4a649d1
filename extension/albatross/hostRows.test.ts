import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "../../test/harness/temporaryFolder.ts";
import type { HostOverview } from "./client/hostClient.ts";
import { describeHostProblem, type HostProblem } from "./client/hostError.ts";
import { readHosts } from "./hostDescriptions.ts";
import type { HostRow, HostState, RecognizedBuild } from "./hostModel.ts";
import { duration, hostRow, meterText, type RowContext } from "./hostRows.ts";
import { hostsText } from "./hostsText.ts";
import { createKnownBuilds } from "./knownBuilds.ts";
import { decodeReply } from "./wire/message.ts";
import { absoluteName, parseHostPath } from "./wire/names.ts";
import { recordedBytes } from "./wire/testRecordings.ts";

/** What a host with the recorded lists runs. */
function recordedOverview(): HostOverview {
  const read = (file: string) => {
    const reply = decodeReply(recordedBytes(file).subarray(4));
    assert.ok(reply.kind === "success");
    return reply.value;
  };
  const [unikernels, policies, blocks] = [
    read("wire/060-info-several.reply"),
    read("wire/009-policy-all.reply"),
    read("wire/054-block-list-in-use.reply"),
  ];
  assert.ok(
    unikernels.kind === "unikernels" && policies.kind === "policies" && blocks.kind === "blockDevices",
  );
  const named = <T extends { readonly name: string }>(list: readonly T[]) =>
    list.flatMap((each) => {
      const name = absoluteName([], each.name);
      return name ? [{ ...each, name }] : [];
    });
  return {
    unikernels: named(unikernels.value),
    blocks: named(blocks.value),
    policies: policies.value.map(({ name, policy }) => ({ path: parseHostPath(name), policy })),
  };
}

const overview = recordedOverview();
const description = { kind: "local", name: "Local", folder: "/run/albatross" } as const;
const context: RowContext = {
  now: Date.parse("2026-11-29T18:45:00Z"),
  recognize: () => undefined,
  restarts: (_, name) => (name === "dev:loop" ? 3 : 0),
  isFollowed: () => false,
  deploysAfterBuild: () => false,
  usage: () => undefined,
};
const rowOf = (state: HostState) => hostRow({ description, state }, context);

/** The rows as indented lines. */
const lines = (row: HostRow, indent = ""): string[] => [
  `${indent}${row.label}: ${row.description ?? ""}`,
  ...row.children.flatMap((child) => lines(child, `${indent}  `)),
];

describe("The rows of a host", () => {
  it("show what runs below each path, and what the policies leave", () => {
    const text = lines(rowOf({ overview }));
    assert.equal(text[0], "Local: this computer · 7 running");
    for (const expected of [
      "  Root: 2 running",
      "  dev: 5 running",
      "    ticker: 32 MB · up 2 min",
      "    loop: 16 MB · up 1 min · restarted 3×",
      "      When it ends: it is restarted on exit code 3, 4",
      "      Arguments: count=400 delay=500",
      "      service: br0 · 02:00:00:00:00:01",
      "      storage: storage · 1 MB",
      "    filled: 1 MB · free",
      "      Memory: ▰▰▰▱▱▱▱▱ 96 of 256 MB",
      "      Bridges: br0, service",
    ])
      assert.ok(text.includes(expected), `${expected}\n${text.join("\n")}`);
  });

  it("offer to deploy again what was built here, and say so if that happens after each build", () => {
    const rowsWith = (more: Partial<RowContext>) => {
      const all = (row: HostRow): readonly HostRow[] => [row, ...row.children.flatMap(all)];
      const row = hostRow({ description, state: { overview } }, { ...context, ...more });
      return all(row).find(({ label, name }) => label === "ticker" && name !== undefined);
    };
    const built = (freshness: RecognizedBuild["freshness"]) => ({
      recognize: () => ({ unikernel: "/ticker/config.ml", builtAt: context.now, freshness }),
    });
    assert.equal(rowsWith({})?.context, "unikernel");
    assert.equal(rowsWith(built("current"))?.context, "unikernel.built");
    assert.equal(rowsWith(built("newerBuild"))?.context, "unikernel.built.outdated");
    const after = rowsWith({ ...built("current"), isFollowed: () => true, deploysAfterBuild: () => true });
    assert.equal(after?.context, "unikernel.followed.built.afterBuild");
    assert.match(after.description ?? "", /deployed after each build/);
  });

  it("are sorted by name, in whatever order the daemon lists them", () => {
    const order = (state: HostState) =>
      rowOf(state)
        .children.flatMap(({ children }) => children)
        .flatMap(({ label, context: kind }) => (kind.startsWith("unikernel") ? [label] : []));
    const shown = order({ overview });
    assert.deepEqual(
      order({ overview: { ...overview, unikernels: overview.unikernels.toReversed() } }),
      shown,
    );
    assert.deepEqual(shown.slice(2), shown.slice(2).toSorted());
  });

  it("say whether the setting has a host of this computer, which can then be removed", () => {
    const contextOf = (more: object) =>
      hostRow({ description: { ...description, ...more }, state: {} }, context).context;
    assert.equal(contextOf({ isAutomatic: true }), "host.local");
    assert.equal(contextOf({}), "host.local.listed");
  });

  it("show the words of a host as one line that is not too long", () => {
    const text = `no [click](command:x)\n\u001b[31mred ${"long ".repeat(1000)}`;
    const row = rowOf({ problem: { kind: "refused", text } }).children[0];
    assert.ok(row && row.label.length < 500);
    assert.doesNotMatch(row.label, /[\n\u001b]/);
  });

  it("have ids that stay and differ", () => {
    const ids = (row: HostRow): string[] => [row.id, ...row.children.flatMap(ids)];
    const all = ids(rowOf({ overview }));
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(ids(rowOf({ overview })), all);
  });

  it("say why a host is not available, and what a click does", () => {
    const row = rowOf({ problem: { kind: "gone", reason: "ECONNREFUSED" } });
    assert.match(row.description ?? "", /not available/);
    assert.match(row.children[0]?.label ?? "", /does not answer \(connection refused\)/);
    assert.equal(row.children[0]?.command, "mirageos.hostsRefresh");
    const locked = rowOf({ problem: { kind: "passphraseNeeded", file: "dev.key" } });
    assert.equal(locked.children[0]?.command, "mirageos.hostPassphrase");
    assert.match(locked.description ?? "", /· needs a passphrase$/);
    const refused = rowOf({ problem: { kind: "passphraseNeeded", file: "dev.key", isWrong: true } });
    assert.match(refused.description ?? "", /· wrong passphrase$/);
    assert.equal(rowOf({ unconfirmed: true }).children[0]?.command, "mirageos.hostConnect");
  });

  it("format meters and durations", () => {
    assert.equal(meterText({ used: 0n, limit: 100n }, "MB"), "▱▱▱▱▱▱▱▱ 0 of 100 MB");
    assert.equal(meterText({ used: 100n, limit: 100n }, ""), "▰▰▰▰▰▰▰▰ 100 of 100");
    assert.equal(meterText({ used: 5n, limit: 0n }, "MB"), "▰▰▰▰▰▰▰▰ 5 of 0 MB");
    assert.equal(meterText({ used: 2n, limit: undefined }, ""), "2, no limit");
    assert.deepEqual([-5, 59_000, 3_599_000, 90_000_000].map(duration), ["0 s", "59 s", "59 min", "1 d"]);
  });

  it("are described for language models", () => {
    const text = hostsText([{ description, state: { overview } }], () => undefined);
    assert.match(text, /- dev:ticker: 32 MB, CPUs 0, started 2026-11-29T18:42:58/);
    assert.match(text, /- Policy of dev:: unikernels 5 of 6, memory 96 of 256 MB/);
    assert.match(
      hostsText([], () => undefined),
      /Add Host/,
    );
  });
});

describe("The problems of hosts", () => {
  it("are sentences that say what to do", () => {
    const problems: readonly HostProblem[] = [
      { kind: "noPermission", path: "/run/albatross/util/vmmd.sock" },
      { kind: "closed" },
      { kind: "otherVersion", version: 6 },
      { kind: "untrustedServer", certificate: "server", reason: "It expired." },
    ];
    const texts = problems.map(describeHostProblem);
    assert.match(texts[0] ?? "", /vmmd\.sock.*group albatross/);
    assert.match(texts[1] ?? "", /another version of the protocol than 5/);
    assert.match(texts[2] ?? "", /version 6.*version 5/);
    assert.match(texts[3] ?? "", /\(server\) is not trusted\. It expired\./);
  });
});

describe("The setting with hosts", () => {
  it("is read with paths in the home folder and in the workspace", () => {
    const [host] = readHosts(
      { prod: { address: "10.0.0.1", ca: "/a/ca.pem", certificate: "certs/dev.pem", key: "~/dev.key" } },
      "/w",
    );
    assert.ok(host?.kind === "remote");
    assert.equal(host.port, 1025);
    assert.equal(host.certificate, join("/w", "certs/dev.pem"));
    assert.ok(!host.key.startsWith("~"));
  });

  it("says what is wrong with a host", () => {
    const reasons = readHosts(
      { a: 1, b: {}, c: { address: "x", port: 70_000 }, d: { address: "x", ca: "/c", certificate: "/d" } },
      undefined,
    ).map((host) => (host.kind === "invalid" ? host.reason : "valid"));
    assert.deepEqual(reasons, [
      "It must be an object.",
      '"address" is missing.',
      '"port" must be a number from 1 to 65535.',
      '"key" is missing.',
    ]);
  });
});

describe("A deployed image", () => {
  it("is known by its digest as a build, also after another build and in the next window", async () => {
    const folder = await temporaryFolder("builds");
    try {
      const stored = new Map<string, unknown>();
      const store = {
        get: <T>(key: string) => stored.get(key) as T | undefined,
        update: (key: string, value: unknown) => Promise.resolve(void stored.set(key, value)),
      };
      const path = join(folder.path, "hello.spt");
      const project = (builtAt: number, stale: readonly { step: "build"; reason: string }[] = []) => ({
        id: "/w/config.ml",
        state: {
          configured: undefined,
          lockFile: undefined,
          pulled: true,
          image: { path, bytes: 1, builtAt },
          stale,
        },
      });
      const digestOf = (text: string) => createHash("sha256").update(text).digest();
      const builds = createKnownBuilds(store);
      await writeFile(path, "first");
      await builds.update([project(1000)]);
      assert.deepEqual(builds.recognize(digestOf("first")), {
        unikernel: "/w/config.ml",
        builtAt: 1000,
        target: "spt",
        freshness: "current",
      });
      await builds.update([project(1000, [{ step: "build", reason: "unikernel.ml changed" }])]);
      assert.equal(builds.recognize(digestOf("first"))?.freshness, "sourcesChanged");
      await writeFile(path, "second!");
      await builds.update([project(2000)]);
      assert.equal(builds.recognize(digestOf("first"))?.freshness, "newerBuild");
      assert.equal(createKnownBuilds(store).recognize(digestOf("second!"))?.builtAt, 2000);
      assert.equal(builds.recognize(digestOf("unknown")), undefined);
    } finally {
      await folder.remove();
    }
  });
});
