/** What is killed in the kill matrix: a first deployment, a second one, one that moves to another target group, a removal. */
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { answeringPaths, definitionFile, tinyApplication } from "./apps";
import { readIn, writeIn, type World } from "./world";

export interface Scenario {
  readonly name: string;
  readonly command: "deploy" | "destroy";
  /** The application's folder. */
  readonly sources: Readonly<Record<string, string>>;
  /** What is in the account besides, made once. */
  readonly arrange?: (world: World) => Promise<unknown>;
  /** What changes in the folder once the first version runs; absent where nothing runs before. */
  readonly change?: (folder: string) => void;
}

/** The health check path is the only one that the simulated task answers. */
const answering = (path: string): Readonly<Record<string, string>> => ({
  "slipway.json": JSON.stringify({
    applications: {
      quay: {
        dockerfile: "Dockerfile",
        port: 8080,
        healthCheck: { path, intervalSeconds: 5 },
        deregistrationDelaySeconds: 1,
      },
    },
  }),
  ...definitionFile("quay", { container: answeringPaths(path) }),
});

const write = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [file, text] of Object.entries(files)) writeIn(folder, file, text);
};

/** A short drain; what is killed here serves nobody. */
const quickDrain = (folder: string): void => {
  const config = JSON.parse(readIn(folder, "slipway.json")) as {
    applications: Record<string, { deregistrationDelaySeconds?: number }>;
  };
  for (const entry of Object.values(config.applications)) entry.deregistrationDelaySeconds = 1;
  writeIn(folder, "slipway.json", JSON.stringify(config));
};

/** slipway.json with these members in each application. */
const stateIn = (folder: string, members: object): void => {
  const config = JSON.parse(readIn(folder, "slipway.json")) as { applications: Record<string, object> };
  for (const entry of Object.values(config.applications)) Object.assign(entry, members);
  writeIn(folder, "slipway.json", JSON.stringify(config));
};

/** Traffic is moved, and nothing waits. */
const blueGreen = { strategy: "blueGreen", bakeMinutes: 0 };

export const scenarios = {
  first: { name: "a first deployment", command: "deploy", sources: tinyApplication() },
  update: {
    name: "a second deployment",
    command: "deploy",
    sources: tinyApplication(),
    change: (folder) => {
      quickDrain(folder);
      write(folder, tinyApplication("two"));
    },
  },
  turnOver: {
    name: "a deployment that moves to another target group",
    command: "deploy",
    sources: { ...tinyApplication(), ...answering("/one") },
    change: (folder) => write(folder, { ...tinyApplication("two"), ...answering("/two") }),
  },
  secure: {
    name: "a switch to HTTPS",
    command: "deploy",
    sources: tinyApplication(),
    arrange: ({ clients }) =>
      clients.route53.send(new CreateHostedZoneCommand({ Name: "harbour.localhost", CallerReference: "once" })),
    change: (folder) => {
      quickDrain(folder);
      stateIn(folder, { loadBalancer: { certificate: "request", domain: "shop.harbour.localhost" } });
    },
  },
  shifting: {
    name: "a switch to blue/green",
    command: "deploy",
    sources: tinyApplication(),
    change: (folder) => {
      quickDrain(folder);
      stateIn(folder, { releases: blueGreen });
      write(folder, tinyApplication("two"));
    },
  },
  rollingAgain: {
    name: "a switch from blue/green back to rolling",
    command: "deploy",
    sources: {
      ...tinyApplication(),
      "slipway.json": JSON.stringify({
        applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1, releases: blueGreen } },
      }),
    },
    change: (folder) => stateIn(folder, { releases: { strategy: "rolling" } }),
  },
  destroy: { name: "a removal", command: "destroy", sources: tinyApplication(), change: quickDrain },
} satisfies Record<string, Scenario>;
