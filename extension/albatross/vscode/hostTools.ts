import { describeHostProblem, problemOf } from "../client/hostError.ts";
import { choiceProblems, deploymentOf, isRunning } from "../deployment.ts";
import { hostsText } from "../hostsText.ts";
import type { HostTools } from "../hostTools.ts";
import { formatName, parseName, type HostName } from "../wire/names.ts";
import type { Consoles } from "./consoles.ts";
import { buildDeployable, defaultChoices, sendDeployment } from "./deploy.ts";
import type { Hosts, HostsContext } from "./hosts.ts";

/** How long a tool collects lines: a console has no end. */
const consoleMs = 1500;

/** Creates the tools. They use hosts that the user has added, and no others. */
export function createHostTools(context: HostsContext, hosts: Hosts, consoles: Consoles): HostTools {
  const hostNamed = (host: string | undefined): string => {
    const names = hosts.all().flatMap((each) => ("kind" in each ? [] : [each.description.name]));
    const found = host === undefined && names.length === 1 ? names[0] : names.find((each) => each === host);
    if (found !== undefined) return found;
    if (names.length === 0)
      throw new Error("There is no host. The user can add one with MirageOS: Add Host….");
    throw new Error(`Set "host" to one of: ${names.join(", ")}.`);
  };
  const nameOn = async (host: string, name: string | undefined): Promise<HostName> => {
    await hosts.refresh(host);
    const { overview, problem } = hosts.get(host)?.state ?? {};
    if (problem) throw new Error(describeHostProblem(problem));
    const running = overview?.unikernels.map((each) => each.name) ?? [];
    const found =
      running.find((each) => formatName(each) === name || each.label === name) ??
      (name === undefined && running.length === 1 ? running[0] : parseName(name ?? ""));
    if (found) return found;
    throw new Error(`Set "name" to one of: ${running.map(formatName).join(", ") || "(none is running)"}.`);
  };
  const described = async <T>(action: Promise<T>): Promise<T> =>
    action.catch((error: unknown) => {
      throw new Error(describeHostProblem(problemOf(error)), { cause: error });
    });

  return {
    list: async () => {
      await hosts.refresh();
      return hostsText(hosts.all(), hosts.builds.recognize);
    },
    console: async (host, name, count) => {
      const on = hostNamed(host);
      const unikernel = await nameOn(on, name);
      const client = await described(hosts.client(on));
      const lines: string[] = [];
      const signal = AbortSignal.timeout(consoleMs);
      try {
        for await (const some of client.console(unikernel, { kind: "count", value: count }, signal))
          lines.push(
            ...some.map(({ line }) =>
              Buffer.from(line)
                .toString()
                .replaceAll(/[\u0000-\u001f\u007f]/g, ""),
            ),
          );
      } catch (error) {
        if (!signal.aborted) throw new Error(describeHostProblem(problemOf(error)), { cause: error });
      }
      return lines.length > 0
        ? lines.slice(-count).join("\n")
        : `${formatName(unikernel)} on ${on} has printed nothing.`;
    },
    deploy: async (id, host, signal) => {
      const project = context.projects.get(id);
      if (!project) throw new Error("The unikernel no longer exists.");
      const on = hostNamed(host);
      const built = await buildDeployable(context, project, signal);
      if (typeof built === "string") throw new Error(built);
      const client = await described(hosts.client(on));
      const overview = await described(client.overview(signal));
      const choices = defaultChoices({ context, hosts }, on, built, overview);
      const problems = choiceProblems(choices, built.devices, overview);
      if (problems.length > 0)
        throw new Error(`${problems.join(" ")} The user can choose with MirageOS: Deploy to Host….`);
      const deployment = deploymentOf(choices, built.devices);
      const sent = { host: on, name: choices.name, built, deployment, replace: isRunning(choices, overview) };
      await described(sendDeployment(hosts, sent, signal));
      consoles.follow(on, choices.name, project.id);
      await hosts.refresh(on);
      return `Deployed ${project.name} to ${on} as ${formatName(choices.name)} with ${choices.memory} MB of memory. Read its console to see how it boots.`;
    },
    restart: async (host, name, signal) => {
      const on = hostNamed(host);
      const unikernel = await nameOn(on, name);
      await described((await described(hosts.client(on))).restart(unikernel, undefined, signal));
      await hosts.refresh(on);
      return `Restarted ${formatName(unikernel)} on ${on}.`;
    },
  };
}
