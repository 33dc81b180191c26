/** Applications that Slipway has never seen: each a Dockerfile and its sources, nothing else. */
import { busyboxBase, nodeBase } from "../../../scripts/baseImages";

/** What the application does when it is asked to stop. */
export type OnTerm = "handle" | "ignore" | "exit";

const onTerm: Readonly<Record<OnTerm, string>> = {
  handle: "process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });",
  ignore: "process.on('SIGTERM', () => {});",
  exit: "process.on('SIGTERM', () => process.exit(0));",
};

export interface WebOptions {
  readonly version?: string;
  readonly term?: OnTerm;
  /** JavaScript that runs before anything else. */
  readonly first?: string;
  /** The health check's path; with one stated, the other versions' paths answer 404. */
  readonly health?: string;
}

/** A web application on port 3000 with a health path and an environment of its own; `/slow?ms=N` takes its time. */
export function webApplication({
  version = "one",
  term = "handle",
  first = "",
  health,
}: WebOptions = {}): Record<string, string> {
  return {
    Dockerfile: `FROM ${nodeBase}
WORKDIR /srv
COPY lib ./lib
ENV GREETING="good day" LISTEN_PORT=3000
EXPOSE $LISTEN_PORT
HEALTHCHECK --interval=5s --timeout=2s --start-period=2s CMD node -e "fetch('http://127.0.0.1:3000${health ?? "/status/up"}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"
ENTRYPOINT ["node", "lib/main.js"]
`,
    "lib/main.js": `${first}
const http = require("node:http");
const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://x");
  if (url.pathname === ${JSON.stringify(health ?? "/status/up")}) return response.end("up");
  if (${health !== undefined} && url.pathname.startsWith("/health/")) return response.writeHead(404).end("not here");
  request.resume().on("end", () => {
    const answer = () => response.end(JSON.stringify({ version: ${JSON.stringify(version)}, greeting: process.env.GREETING, foreign: process.env.FOREIGN ?? null, method: request.method }));
    setTimeout(answer, Number(url.searchParams.get("ms") ?? 0));
  });
});
server.keepAliveTimeout = 65_000;
server.listen(Number(process.env.LISTEN_PORT), () => console.log("listening, version ${version}"));
${onTerm[term]}
`,
  };
}

/**
 * An image of a few kilobytes, for simulated tasks: only that it builds and can be pushed counts. Each process has its
 * own: they share an engine, and a removal takes the local images of its application.
 */
export function tinyApplication(marker = "one"): Record<string, string> {
  return {
    Dockerfile: `FROM ${busyboxBase}\nLABEL marker=${marker} process=${process.pid}\nEXPOSE 8080\nCMD ["httpd", "-f", "-p", "8080"]\n`,
  };
}

/** The file of a small task definition, its container on port 8080; `more` adds to the container and to the definition. */
export function definitionFile(
  family: string,
  more: { container?: object; definition?: object } = {},
): Record<"task-definition.json", string> {
  return {
    "task-definition.json": JSON.stringify({
      family,
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        { name: family, essential: true, portMappings: [{ containerPort: 8080, protocol: "tcp" }], ...more.container },
      ],
      ...more.definition,
    }),
  };
}

/** Which paths a simulated task answers. */
export const answeringPaths = (paths: string): object => ({ environment: [{ name: "SANDBOX_PATHS", value: paths }] });

/** Prints and waits: listens on nothing. */
export function worker(): Record<string, string> {
  return {
    Dockerfile: `FROM ${busyboxBase}\nCMD ["sh", "-c", "trap 'exit 0' TERM; while true; do echo tick; sleep 1 & wait; done"]\n`,
  };
}
