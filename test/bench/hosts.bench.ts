/** Measures how fast lists, consoles and images go between the client of albatross and the stand-in for its daemons. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { readCredentials } from "../../extension/albatross/client/credentials.ts";
import { createHostClient, type HostClient } from "../../extension/albatross/client/hostClient.ts";
import { localTransport } from "../../extension/albatross/client/localTransport.ts";
import { tlsTransport } from "../../extension/albatross/client/tlsTransport.ts";
import { hostRow } from "../../extension/albatross/hostRows.ts";
import { createRowElements } from "../../extension/albatross/rowElements.ts";
import type { Success } from "../../extension/albatross/wire/replies.ts";
import type { Row } from "../../scripts/bench.ts";
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
import { rounds } from "./figures.ts";

export const name = "hosts";

const roundCount = 3;
const unikernelCount = 1000;
const lineCount = 100_000;
const consoleCount = 10;
const imageBytes = 10_000_000;
const signal = () => AbortSignal.timeout(120_000);

export async function run(): Promise<readonly Row[]> {
  const folder = await temporaryFolder("albatross-bench");
  try {
    return [
      ...(await listRows(folder.path)),
      ...(await consoleRows(folder.path)),
      ...(await imageRows(folder.path)),
    ];
  } finally {
    await folder.remove();
  }
}

const manyUnikernels: Success = {
  kind: "unikernels",
  value: Array.from({ length: unikernelCount }, (_, index) => ({
    name: `path${index % 20}:unikernel-${index}`,
    info: {
      engine: { kind: "solo5", value: null },
      failBehaviour: { kind: "restart", value: [] },
      cpuids: [index % 4],
      memory: 32,
      digest: Buffer.alloc(32, index),
      bridges: [{ device: "service", hostDevice: "service", mac: Buffer.alloc(6, index) }],
      arguments: ["--ipv4=10.0.0.2/24", "-l", "*:info"],
      started: 1_795_000_000_000 + index,
    },
  })),
};

/** From the bytes of the lists to the rows of the view. */
async function listRows(folder: string): Promise<Row[]> {
  const replies: Readonly<Record<string, Success>> = {
    unikernel: manyUnikernels,
    policy: { kind: "policies", value: [] },
    block: { kind: "blockDevices", value: [] },
  };
  const bytes = Object.fromEntries(
    Object.entries(replies).map(([kind, value]) => [kind, successReply(":", value)]),
  );
  await using _ = await startLocalAlbatross(folder, ({ command: { kind } }) => ({
    bytes: [bytes[kind] ?? Buffer.alloc(0)],
  }));
  const client = createHostClient(localTransport(folder));
  const elements = createRowElements();
  const times = await timed(async () => {
    const overview = await client.overview(signal());
    if (overview.unikernels.length !== unikernelCount) throw new Error("Unikernels are missing.");
    const description = { kind: "local", name: "Local", folder } as const;
    elements.update([
      hostRow(
        { description, state: { overview } },
        {
          now: Date.now(),
          recognize: () => undefined,
          restarts: () => 0,
          isFollowed: () => false,
          deploysAfterBuild: () => false,
          usage: () => undefined,
        },
      ),
    ]);
  });
  return [{ what: `list ${unikernelCount} unikernels`, ...rounds(times), unit: "ms", target: 200 }];
}

async function consoleRows(folder: string): Promise<Row[]> {
  const lines = Buffer.concat([
    successReply("dev:hello", { kind: "text", value: "subscribed" }),
    ...Array.from({ length: lineCount }, (_, index) =>
      dataMessage("dev:hello", {
        kind: "console",
        value: {
          at: 1_795_000_000_000 + index,
          line: Buffer.from(`2026-11-29T18:42:58-00:00: [INFO] [application] line ${index}`),
        },
      }),
    ),
  ]);
  await using _ = await startLocalAlbatross(folder, (): Answer => ({ bytes: [lines] }));
  const client = createHostClient(localTransport(folder));
  const one = await timed(() => readLines(client, "hello"));
  const many = await timed(async () => {
    const names = [...Array(consoleCount).keys()].map((index) => `hello-${index}`);
    await Promise.all(names.map((each) => readLines(client, each)));
  });
  return [
    { what: `read ${lineCount} console lines`, ...rounds(one), unit: "ms", target: 1000 },
    {
      what: `read ${consoleCount} consoles of ${lineCount} lines at once`,
      ...rounds(many),
      unit: "ms",
      target: 1000 * consoleCount,
    },
  ];
}

/** Reads a console to its end. Throws if a line was lost. */
async function readLines(client: HostClient, label: string): Promise<void> {
  let count = 0;
  const from = { kind: "count", value: 0 } as const;
  for await (const lines of client.console({ path: ["dev"], label }, from, signal())) count += lines.length;
  if (count !== lineCount) throw new Error(`${lineCount - count} lines were lost.`);
}

/** Sends an image over TLS, compared with the same bytes in one plain connection. */
async function imageRows(folder: string): Promise<Row[]> {
  // Node's own code compresses about as well as a unikernel's.
  const image = (await readFile(process.execPath)).subarray(0, imageBytes);
  const files = await makeCertificates();
  const [ca = "", certificate = "", key = ""] = await store(folder, files);
  let received = 0;
  await using endpoint = await startTlsAlbatross(files, ({ body }: Received): Answer => {
    received = body.length;
    return { bytes: [successReply("dev:hello", { kind: "text", value: "created unikernel" })] };
  });
  const client = createHostClient(
    tlsTransport("127.0.0.1", endpoint.port, await readCredentials({ ca, certificate, key })),
  );
  const deployment = {
    failBehaviour: { kind: "quit", value: null },
    addName: true,
    cpuids: [0],
    memory: 32,
  } as const;
  const sent = await timed(() =>
    client.create({ path: ["dev"], label: "hello" }, deployment, image, { replace: false }, signal()),
  );
  if (received === 0) throw new Error("The image did not arrive.");
  const plain = await timed(() => sendPlainly(files, image));
  return [
    {
      what: "send a 10 MB image over TLS",
      ...rounds(sent),
      unit: "ms",
      against: { what: "its bytes alone", ...rounds(plain) },
    },
  ];
}

async function store(folder: string, files: CertificateFiles): Promise<readonly string[]> {
  const contents = [files.trusted, files.client.certificate, files.client.key];
  const paths = ["ca.pem", "dev.pem", "dev.key"].map((file) => join(folder, file));
  for (const [at, path] of paths.entries()) await writeFile(path, contents[at] ?? "");
  return paths;
}

/** Sends bytes over TLS until the server has them all. */
async function sendPlainly(files: CertificateFiles, bytes: Uint8Array): Promise<void> {
  const { certificate: cert, key } = files.server;
  const server = createServer({ cert, key, minVersion: "TLSv1.3" }, (socket) => {
    let count = 0;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Uint8Array) => {
      count += chunk.length;
      if (count === bytes.length) socket.end("done");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await new Promise((resolve, reject) => {
    // The certificate is checked by the client that is measured.
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
    socket.once("error", reject);
    socket.once("data", () => socket.destroy());
    socket.once("close", resolve);
    socket.write(bytes);
  });
  server.close();
}

/** The times of some rounds in milliseconds. */
async function timed(action: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < roundCount; round++) {
    const started = performance.now();
    await action();
    times.push(performance.now() - started);
  }
  return times;
}
