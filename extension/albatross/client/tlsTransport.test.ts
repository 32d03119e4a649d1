import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { inflateSync } from "node:zlib";
import { startTlsAlbatross, successReply } from "../../../test/harness/albatross.ts";
import { makeCertificates, pem, type CertificateFiles } from "../../../test/harness/certificates.ts";
import { temporaryFolder } from "../../../test/harness/temporaryFolder.ts";
import { recordedBytes } from "../wire/testRecordings.ts";
import { readCredentials } from "./credentials.ts";
import { createHostClient } from "./hostClient.ts";
import { HostError } from "./hostError.ts";
import { tlsTransport } from "./tlsTransport.ts";

const signal = () => AbortSignal.timeout(30_000);
const created = () => ({ bytes: [successReply("dev:hello", { kind: "text", value: "created unikernel" })] });
const deployment = {
  failBehaviour: { kind: "restart", value: [] },
  addName: true,
  cpuids: [0],
  memory: 32,
} as const;

describe("The client of the TLS endpoint", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    folder = await temporaryFolder("albatross-tls");
  });
  after(() => folder.remove());

  const store = async (files: CertificateFiles, key = files.client.key) => {
    const paths = {
      ca: join(folder.path, "ca.pem"),
      certificate: join(folder.path, "dev.pem"),
      key: join(folder.path, "dev.key"),
    };
    await writeFile(paths.ca, files.trusted);
    await writeFile(paths.certificate, files.client.certificate);
    await writeFile(paths.key, key);
    return paths;
  };
  const clientOf = async (files: CertificateFiles, port: number) =>
    createHostClient(tlsTransport("127.0.0.1", port, await readCredentials(await store(files))));

  it("puts the command into a certificate and sends the image after it", async () => {
    const files = await makeCertificates({ path: ["dev", "alice"] });
    await using endpoint = await startTlsAlbatross(files, created);
    const client = await clientOf(files, endpoint.port);
    assert.deepEqual(client.path, ["dev", "alice"]);
    const image = Buffer.alloc(300_000, "image ");
    const name = { path: ["dev", "alice"], label: "hello" };
    let sent = 0;
    await client.create(
      name,
      deployment,
      image,
      { replace: true, onSent: (bytes) => (sent = bytes) },
      signal(),
    );
    const [received] = endpoint.received;
    assert.equal(received?.name, "hello");
    assert.ok(received.command.kind === "unikernel" && received.command.value.kind === "forceCreate");
    assert.equal(received.command.value.value.compressed, true);
    assert.deepEqual(inflateSync(received.body), image);
    assert.equal(sent, received.body.length);
  });

  it("makes the names of lists absolute", async () => {
    const files = await makeCertificates();
    await using endpoint = await startTlsAlbatross(files, ({ command: { kind } }) => ({
      bytes: [
        recordedBytes(
          { unikernel: "tls/340-info.reply", policy: "tls/345-policy.reply", block: "tls/347-block.reply" }[
            kind as "unikernel"
          ],
        ),
      ],
    }));
    const { unikernels, policies } = await (await clientOf(files, endpoint.port)).overview(signal());
    assert.ok(unikernels.length > 0 && unikernels.every(({ name }) => name.path[0] === "dev"));
    assert.ok(policies.every(({ path }) => path[0] === "dev"));
  });

  it("refuses a server of another CA, and one whose certificate has expired, and names them", async () => {
    for (const [server, reason] of [
      ["unknownCa", /Its issuer other CA is not the CA test CA/],
      ["expired", /expired on/],
    ] as const) {
      const files = await makeCertificates({ server });
      await using endpoint = await startTlsAlbatross(files, created);
      await assert.rejects((await clientOf(files, endpoint.port)).overview(signal()), (error) => {
        assert.ok(error instanceof HostError && error.problem.kind === "untrustedServer", String(error));
        assert.equal(error.problem.certificate, "server");
        assert.match(error.problem.reason, reason);
        return true;
      });
      assert.deepEqual(endpoint.received, []);
    }
  });

  it("says so if no host has the name", async () => {
    const credentials = await readCredentials(await store(await makeCertificates()));
    const client = createHostClient(tlsTransport("no-such-host.invalid", 1025, credentials));
    await assert.rejects(client.overview(signal()), (error) => {
      assert.ok(error instanceof HostError && error.problem.kind === "gone", String(error));
      assert.match(error.problem.reason, /^(ENOTFOUND|EAI_AGAIN)$/);
      assert.match(error.message, /unknown host name|could not be resolved/);
      return true;
    });
  });

  it("explains the alerts with which a server refuses its certificate", async () => {
    const files = await makeCertificates();
    const { problemOf } = tlsTransport("127.0.0.1", 1, await readCredentials(await store(files)));
    for (const [code, alert] of [
      ["ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", /does not know the CA/],
      ["ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED", /expired, or the clock/],
      ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", /does not know the CA/],
    ] as const) {
      const problem = problemOf(Object.assign(new Error("alert"), { code }), true);
      assert.ok(problem.kind === "certificateRefused" && problem.certificate === "dev");
      assert.match(problem.alert, alert);
    }
    const other = problemOf(
      Object.assign(new Error("record"), { code: "ERR_SSL_WRONG_VERSION_NUMBER" }),
      true,
    );
    assert.deepEqual(other, { kind: "malformed", reason: "the server does not speak TLS" });
  });

  it("says so if the server speaks only older versions of TLS, without the text of OpenSSL", async () => {
    const files = await makeCertificates();
    const server = createServer({
      cert: files.server.certificate,
      key: files.server.key,
      maxVersion: "TLSv1.2",
    });
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const client = await clientOf(files, (server.address() as AddressInfo).port);
      await assert.rejects(client.overview(signal()), (error) => {
        assert.ok(error instanceof HostError);
        assert.deepEqual(error.problem, { kind: "malformed", reason: "the server does not speak TLS 1.3" });
        return true;
      });
    } finally {
      server.close();
    }
    const { problemOf } = tlsTransport("127.0.0.1", 1, await readCredentials(await store(files)));
    const failed = Object.assign(new Error("40FD:error:0A00:SSL routines:ssl3_read_bytes:bad record\n"), {
      code: "ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC",
      reason: "sslv3 alert bad record mac",
    });
    assert.deepEqual(problemOf(failed, true), { kind: "malformed", reason: "sslv3 alert bad record mac" });
  });

  it("names the curve of a key that cannot sign", async () => {
    const files = await makeCertificates();
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
    const credentials = { ...(await readCredentials(await store(files))), key: privateKey };
    const client = createHostClient(tlsTransport("127.0.0.1", 1, credentials));
    await assert.rejects(
      client.overview(signal()),
      /a key of the type ec \(secp256k1\) cannot sign commands/,
    );
  });

  it("says that the certificate may be refused if the server resets the connection before it answers", async () => {
    const files = await makeCertificates();
    await using endpoint = await startTlsAlbatross(files, () => {
      endpoint.reset();
      return {};
    });
    await assert.rejects((await clientOf(files, endpoint.port)).overview(signal()), (error) => {
      assert.ok(error instanceof HostError, String(error));
      assert.deepEqual(error.problem, { kind: "resetEarly", certificate: "dev" });
      assert.match(error.message, /not accept the certificate dev/);
      return true;
    });
    const { problemOf } = tlsTransport("127.0.0.1", 1, await readCredentials(await store(files)));
    const reset = Object.assign(new Error("write"), { code: "EPIPE" });
    assert.deepEqual(problemOf(reset, false), { kind: "gone", reason: "EPIPE" });
  });

  it("does not connect with a certificate that has expired, and names it", async () => {
    const files = await makeCertificates({ client: "expired" });
    await using endpoint = await startTlsAlbatross(files, created);
    await assert.rejects((await clientOf(files, endpoint.port)).overview(signal()), (error) => {
      assert.ok(error instanceof HostError, String(error));
      assert.match(error.message, /^Your certificate dev can't be used\. It expired on /);
      return true;
    });
    assert.deepEqual(endpoint.received, []);
  });

  it("says so if the connection ends in the middle of an image", async () => {
    const files = await makeCertificates();
    // Random bytes, since the image is compressed.
    const image = randomBytes(20_000_000);
    for (const end of ["reset", "destroy", "end"] as const) {
      await using endpoint = await startTlsAlbatross(files, created, (connection) =>
        end === "reset" ? endpoint.reset() : void connection[end](),
      );
      const client = await clientOf(files, endpoint.port);
      let sent = 0;
      const sending = client.create(
        { path: ["dev"], label: "hello" },
        deployment,
        image,
        { replace: false, onSent: (bytes) => (sent = bytes) },
        signal(),
      );
      await assert.rejects(sending, (error) => {
        assert.ok(error instanceof HostError, String(error));
        assert.match(error.problem.kind, /^(closed|gone|resetEarly)$/);
        return true;
      });
      assert.ok(sent < image.length, `${sent} bytes were sent`);
    }
  });

  it("does not use a certificate for a name in another path", async () => {
    const files = await makeCertificates();
    const client = await clientOf(files, 1);
    await assert.rejects(client.destroy({ path: ["dev", "alice"], label: "x" }, signal()), /dev:alice:x/);
  });

  it("asks for the passphrase of a key, and names a file that cannot be used", async () => {
    const files = await makeCertificates();
    const encrypted = await store(files, pem(createPrivateKey(files.client.key), "secret"));
    const kindOf = async (action: Promise<unknown>) =>
      action.then(
        () => "usable",
        (error: unknown) => (error instanceof HostError ? error.problem.kind : String(error)),
      );
    assert.equal(await kindOf(readCredentials(encrypted)), "passphraseNeeded");
    await assert.rejects(
      readCredentials(encrypted, "wrong"),
      /^Error: The passphrase for the key .* is wrong/,
    );
    assert.equal(await kindOf(readCredentials(encrypted, "wrong")), "passphraseNeeded");
    assert.equal(await kindOf(readCredentials(encrypted, "secret")), "usable");
    const other = await store(files, (await makeCertificates()).client.key);
    await assert.rejects(readCredentials(other), /is not the key of a certificate/);
    await assert.rejects(readCredentials({ ...other, key: join(folder.path, "none") }), /does not exist/);
    await assert.rejects(readCredentials({ ...other, ca: other.key }), /has no certificate/);
  });
});
