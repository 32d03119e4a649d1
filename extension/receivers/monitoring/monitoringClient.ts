import { connect } from "node:net";
import { t } from "../../protocol/l10n.ts";
import { parseMonitoringAnswer, type MonitoringAnswer } from "./logLevels.ts";

/** The port of mirage-monitoring's text protocol. */
export const monitoringPort = 2323;
const timeoutMs = 5000;
const maxAnswer = 256 * 1024;

/**
 * Sends a command to the monitoring port of a unikernel, which answers and closes. The command is sent at once, because
 * the unikernel reads only the first segment. Rejects with Node's error if there is no answer in five seconds.
 */
export async function sendMonitoringCommand(
  { address, port = monitoringPort }: { readonly address: string; readonly port?: number },
  command: string,
): Promise<MonitoringAnswer> {
  const ended = Promise.withResolvers<void>();
  let answer = "";
  const socket = connect({ host: address, port }, () => socket.write(command));
  socket.setEncoding("utf8");
  socket.setTimeout(timeoutMs, () =>
    socket.destroy(new Error(t("no answer in {0} seconds", timeoutMs / 1000))),
  );
  socket.on("data", (text: string) => {
    answer += text;
    if (answer.length > maxAnswer) socket.destroy(new Error(t("the answer is too long")));
  });
  socket.on("error", ended.reject);
  socket.on("close", () => ended.resolve());
  try {
    await ended.promise;
  } finally {
    socket.destroy();
  }
  return parseMonitoringAnswer(answer);
}
