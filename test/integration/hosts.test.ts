import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { formatName, parseName } from "../../extension/albatross/wire/names.ts";
import type { Success, UnikernelInfo } from "../../extension/albatross/wire/replies.ts";
import type { LogStore } from "../../extension/logs/store/logStore.ts";
import {
  dataMessage,
  startLocalAlbatross,
  startTlsAlbatross,
  successReply,
  type Answer,
  type Received,
} from "../harness/albatross.ts";
import { makeCertificates, type CertificateFiles } from "../harness/certificates.ts";
import { temporaryFolder } from "../harness/temporaryFolder.ts";
import { activate, addProject, command, eventually, invokeTool, path, removeAdded } from "./workspace.ts";

/** Sets the hosts of the user; undefined removes them. */
const setHosts = (hosts: Readonly<Record<string, object>> | undefined) =>
  vscode.workspace.getConfiguration("mirageos").update("hosts", hosts, vscode.ConfigurationTarget.Global);

/** What a user answers to the prompts of VS Code, in this order. */
interface Answers {
  readonly inputs?: readonly string[];
  readonly files?: readonly string[];
  /** The button of a question. */
  readonly button?: string;
}

const original = { ...vscode.window };

/** Answers prompts until `restorePrompts`; of a list, the first item. Returns the texts of the questions. */
function answerPrompts({ inputs = [], files = [], button }: Answers): readonly string[] {
  const [typed, paths, questions] = [[...inputs], [...files], new Array<string>()];
  Object.assign(vscode.window, {
    showInputBox: async () => typed.shift(),
    showQuickPick: async (items: readonly unknown[]) => items[0],
    showOpenDialog: async () => paths.splice(0, 1).map((file) => vscode.Uri.file(file)),
    showWarningMessage: async (text: string) => {
      questions.push(text);
      return button;
    },
  });
  return questions;
}

function restorePrompts(): void {
  const { showInputBox, showQuickPick, showOpenDialog, showWarningMessage } = original;
  Object.assign(vscode.window, { showInputBox, showQuickPick, showOpenDialog, showWarningMessage });
}

const policies: Success = {
  kind: "policies",
  value: [
    {
      name: ":",
      policy: { cpuids: [0, 1], unikernels: 2n ** 62n - 1n, memory: 4096n, bridges: ["service"] },
    },
  ],
};

/** A daemon that runs what it is sent, as albatross does. `lines` are what each boot prints. */
function daemon(lines: readonly string[]) {
  const running = new Map<string, UnikernelInfo>();
  const text = (name: string, value: string): Answer => ({
    bytes: [successReply(name, { kind: "text", value })],
  });
  return ({ name: header, command: sent, body }: Received): Answer => {
    const parsed = parseName(header);
    const name = parsed ? formatName(parsed) : header;
    if (sent.kind === "console")
      return {
        bytes: [
          successReply(name, { kind: "text", value: "subscribed" }),
          ...lines.map((line) =>
            dataMessage(name, { kind: "console", value: { at: Date.now(), line: Buffer.from(line) } }),
          ),
        ],
        open: true,
      };
    if (sent.kind === "policy") return { bytes: [successReply(name, policies)] };
    if (sent.kind === "block") return { bytes: [successReply(name, { kind: "blockDevices", value: [] })] };
    if (sent.kind !== "unikernel") return {};
    if (sent.value.kind === "info") {
      const found = [...running].filter(([each]) => !parsed || each === name);
      const value = found.map(([each, info]) => ({ name: each, info }));
      return { bytes: [successReply(name, { kind: "unikernels", value })] };
    }
    if (sent.value.kind === "destroy")
      return text(name, running.delete(name) ? "destroyed unikernel" : "destroy: not found");
    if (sent.value.kind !== "create" && sent.value.kind !== "forceCreate") return {};
    const { engine, failBehaviour, cpuids, memory, image, arguments: args } = sent.value.value;
    const digest = createHash("sha256")
      .update(image.length > 0 ? image : body)
      .digest();
    running.set(name, {
      engine,
      failBehaviour,
      cpuids,
      memory,
      digest,
      ...(args && { arguments: args }),
      started: Date.now(),
    });
    return text(name, "created unikernel");
  };
}

describe("Hosts with albatross", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    await activate();
    folder = await temporaryFolder("alba");
  });
  afterEach(async () => {
    restorePrompts();
    await setHosts(undefined);
    await removeAdded();
  });
  after(() => folder.remove());

  const store = async (files: CertificateFiles): Promise<readonly string[]> => {
    const contents = [files.trusted, files.client.certificate, files.client.key];
    const paths = ["ca.pem", "dev.pem", "dev.key"].map((name) => join(folder.path, name));
    for (const [at, file] of paths.entries()) await writeFile(file, contents[at] ?? "");
    return paths;
  };

  it("are added by their address and files, and list what runs on them", async () => {
    const files = await makeCertificates();
    await using endpoint = await startTlsAlbatross(files, daemon([]));
    answerPrompts({ inputs: [`127.0.0.1:${endpoint.port}`, "far"], files: await store(files) });
    await vscode.commands.executeCommand("mirageos.hostAdd");
    const text = await invokeTool("mirageos_hosts", {});
    assert.match(text, /^## far \(127\.0\.0\.1:/m);
    assert.match(text, /- Policy of /);
    const settings = JSON.stringify(vscode.workspace.getConfiguration("mirageos").get("hosts"));
    assert.ok(settings.includes("dev.key") && !settings.includes("PRIVATE"), settings);
  });

  it("whose certificate is of another CA are not trusted, and say so", async () => {
    const files = await makeCertificates({ server: "unknownCa" });
    await using endpoint = await startTlsAlbatross(files, daemon([]));
    const [ca = "", certificate = "", key = ""] = await store(files);
    await setHosts({ far: { address: "127.0.0.1", port: endpoint.port, ca, certificate, key } });
    const text = await invokeTool("mirageos_hosts", {});
    assert.match(text, /The certificate of the server \(server\) is not trusted\. Its issuer other CA/);
    assert.deepEqual(endpoint.received, []);
  });

  it("of the settings of a workspace are not contacted before the user connects", async () => {
    await using local = await startLocalAlbatross(folder.path, daemon([]));
    const settings = vscode.workspace.getConfiguration("mirageos");
    try {
      // "Local" is also the name of a daemon that is found by its sockets.
      for (const name of ["Local", "shared"]) {
        const value = { [name]: { folder: folder.path } };
        await settings.update("hosts", value, vscode.ConfigurationTarget.Workspace);
        const before = local.received.length;
        assert.match(await invokeTool("mirageos_hosts", {}), /Not connected/);
        assert.equal(local.received.length, before);
        await vscode.commands.executeCommand("mirageos.hostConnect", { host: name });
        assert.match(await invokeTool("mirageos_hosts", {}), new RegExp(`## ${name}[^#]*- Policy of :`));
      }
    } finally {
      await settings.update("hosts", undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it("show the consoles of all selected unikernels, and stop following them", async () => {
    await using local = await startLocalAlbatross(folder.path, daemon(["a line"]));
    await setHosts({ near: { folder: folder.path } });
    const rows = ["one", "two", "three"].map((label) => ({
      host: "near",
      name: { path: ["dev"], label },
      context: "unikernel",
    }));
    const followed = () =>
      local.received.flatMap(({ name, command: sent }) => (sent.kind === "console" ? [name] : [])).toSorted();
    await vscode.commands.executeCommand("mirageos.hostConsole", rows[0], rows);
    await eventually(followed, (names) => names.length >= 3);
    assert.deepEqual(followed(), ["dev:one", "dev:three", "dev:two"]);
    await vscode.commands.executeCommand("mirageos.hostStopConsole", rows[0], rows);
  });

  it("run a deployed unikernel, whose console is a session, until it is destroyed", async () => {
    const extension = vscode.extensions.getExtension<{ logStore: () => Promise<LogStore> }>(
      "mirageos.mirageos",
    );
    const logs = await extension?.exports.logStore();
    assert.ok(logs);
    await using local = await startLocalAlbatross(
      folder.path,
      daemon(["2026-11-29T18:42:58-00:00: [INFO] [application] sent from a host"]),
    );
    await setHosts({ near: { folder: folder.path } });
    const configFile = await addProject("deployed");
    await promisify(execFile)("mirage", ["configure", "-t", "spt"], { cwd: path("deployed") });
    await vscode.commands.executeCommand("mirageos.refresh");
    const fetched = await command("fetch", configFile);
    assert.equal(fetched.kind, "done", JSON.stringify(fetched));
    const created = () =>
      local.received.flatMap(({ name, command: sent }) =>
        sent.kind === "unikernel" && (sent.value.kind === "create" || sent.value.kind === "forceCreate")
          ? [{ name, kind: sent.value.kind, config: sent.value.value }]
          : [],
      );

    answerPrompts({});
    await vscode.commands.executeCommand("mirageos.hostDeploy", configFile);
    const [first] = created();
    assert.ok(first, JSON.stringify(local.received.map((each) => each.command.kind)));
    assert.equal(first.kind, "create");
    const [image] = await vscode.workspace.findFiles("deployed/dist/*.spt");
    assert.ok(image);
    assert.deepEqual(Buffer.from(first.config.image), await readFile(image.fsPath));
    const session = await eventually(
      () => logs.sessions().find(({ unikernel }) => unikernel === configFile),
      (found) => found !== undefined && logs.records(found.id, 0, 10).length > 0,
    );
    assert.ok(session);
    assert.match(session.name, /\(near\)$/);
    const [record] = logs.records(session.id, 0, 10);
    assert.deepEqual([record?.message, record?.level], ["sent from a host", "info"]);
    assert.match(await invokeTool("mirageos_hosts", {}), /deployed[^\n]*\(current\)/);

    const name = parseName(first.name);
    await vscode.commands.executeCommand("mirageos.hostDeployAgain", { host: "near", name });
    const [, again] = created();
    assert.equal(again?.kind, "forceCreate");
    assert.deepEqual([again.config.memory, again.config.cpuids], [first.config.memory, first.config.cpuids]);

    const questions = answerPrompts({ button: "Destroy" });
    await vscode.commands.executeCommand("mirageos.hostDestroy", { host: "near", name });
    assert.match(questions[0] ?? "", /^Destroy .* on near\?$/);
    assert.ok(!/current/.test(await invokeTool("mirageos_hosts", {})));
  });
});
