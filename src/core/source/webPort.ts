/** Which of a Dockerfile's ports is the one that a load balancer should send to. */
import type { DockerfileFacts } from "./dockerfile";
import type { OtherPort } from "./otherPorts";

export interface WebPort {
  port: number;
  source: "expose" | "environment" | "healthCheck";
  /** Where it was found, for people. */
  from: string;
  /** False where another port of the file may as well be the one: a person is asked. */
  clear: boolean;
  /** What else the image exposes. */
  others: OtherPort[];
}

/** Ports that web applications listen on. An application behind a load balancer mostly speaks plain HTTP. */
const plainWeb = new Set([
  80, 3000, 3001, 4000, 4200, 4567, 5000, 5173, 8000, 8001, 8008, 8080, 8081, 8088, 8888, 9000,
]);
const encryptedWeb = new Set([443, 8443]);
/** Ports of something else: remote shells, mail, databases, queues, metrics, debuggers. */
const otherUses = new Set([
  ...[20, 21, 22, 23, 25, 53, 110, 111, 123, 143, 161, 389, 465, 514, 587, 636, 853, 993, 995, 1099, 1433, 1521],
  ...[1883, 2019, 2022, 2049, 2181, 2222, 2375, 2376, 2379, 2380, 3306, 3389, 4222, 4317, 4318, 5005, 5432, 5433, 5671],
  ...[5672, 5858, 5900, 6000, 6006, 6379, 6380, 6831, 6832, 7946, 8125, 8126, 8883, 9001, 9010, 9042, 9090, 9091],
  ...[9092, 9093, 9094, 9100, 9102, 9113, 9121, 9187, 9229, 9249, 9404, 9464, 9779, 11211, 14268, 15692, 26257, 9901],
  ...[27017, 33060, 50051, 61616],
]);

interface Evidence {
  port: number;
  from: string;
  /** The higher, the more it says. */
  weight: number;
  source: "environment" | "healthCheck";
}

const otherVariables = /(METRICS?|PROM|STATSD|DEBUG|JMX|SSH|SMTP|MAIL|REDIS|DB|DATABASE|SQL|PG|POSTGRES|MONGO|KAFKA)/;
const webVariables =
  /^(HTTP|WEB|APP|SERVER|SERVICE|LISTEN|API|NODE|NGINX|UVICORN|GUNICORN|FLASK_RUN|VIRTUAL|BIND|CONTAINER)_/;

/** What the image's environment and its health check say of the port. */
function evidenceOf({ environment, healthCheck }: DockerfileFacts): Evidence[] {
  const found: Evidence[] = [];
  const add = (value: string | undefined, name: string, weight: number) => {
    const port = /^\d{1,5}$/.test(value ?? "") ? Number(value) : 0;
    if (port >= 1 && port <= 65_535) found.push({ port, from: `ENV ${name}`, weight, source: "environment" });
  };
  for (const name of ["ASPNETCORE_HTTP_PORTS", "DOTNET_HTTP_PORTS", "HTTP_PORTS"])
    for (const value of (environment[name] ?? "").split(";")) add(value.trim(), name, 5);
  for (const name of ["ASPNETCORE_URLS", "DOTNET_URLS", "URLS"])
    for (const value of (environment[name] ?? "").split(";")) {
      const [, scheme = "", port] = /^\s*(https?):\/\/[^/]*?(?::(\d+))?\/?\s*$/i.exec(value) ?? [];
      if (scheme !== "")
        add(port ?? (scheme.toLowerCase() === "https" ? "443" : "80"), name, scheme.length === 4 ? 5 : 2);
    }
  add(environment["PORT"], "PORT", 4);
  if (healthCheck?.port !== undefined)
    found.push({ port: healthCheck.port, from: "HEALTHCHECK", weight: 3, source: "healthCheck" });
  for (const [name, value] of Object.entries(environment))
    if (/_PORT$/.test(name) && !otherVariables.test(name)) add(value, name, webVariables.test(name) ? 2 : 1);
  return found.sort((one, other) => other.weight - one.weight);
}

/** Whether a port is another's: known as such, and neither PORT nor a server's address names it. */
const isOtherUse = (port: number, weight: number) => otherUses.has(port) && weight < 4;

/**
 * The likely one, with where it was found; undefined when the file does not say. UDP and SCTP are no candidates: an
 * Application Load Balancer speaks HTTP.
 */
export function webPort(facts: DockerfileFacts): WebPort | undefined {
  const evidence = evidenceOf(facts);
  const weightOf = (port: number) => evidence.find((each) => each.port === port)?.weight ?? 0;
  const exposed = facts.ports.filter(({ port, protocol }) => protocol === "tcp" && port > 0);
  const rank = (port: number): number => {
    const weight = weightOf(port);
    if (isOtherUse(port, weight)) return 0;
    return 1 + 10 * weight + (plainWeb.has(port) ? 2 : encryptedWeb.has(port) ? 1 : 0);
  };
  const [best, ...rest] = exposed
    .map((each, index) => ({ ...each, index, rank: rank(each.port) }))
    .sort((one, other) => other.rank - one.rank || one.index - other.index);
  const others = facts.ports.map(({ port, protocol }) => ({ port, protocol }));
  // Where nothing that is exposed looks like a web server, the environment knows better.
  const [said] = evidence;
  if (said && said.weight > 1 && (!best || best.rank === 0))
    return { port: said.port, source: said.source, from: said.from, clear: !best && said.weight > 2, others };
  if (!best) {
    const [weak] = evidence;
    return weak && { port: weak.port, source: weak.source, from: weak.from, clear: false, others };
  }
  const proven = weightOf(best.port) >= 3 && rest.every(({ port }) => weightOf(port) < weightOf(best.port));
  const rivals = rest.filter(
    ({ port, rank: other }) => other > 0 && !(plainWeb.has(best.port) && encryptedWeb.has(port)),
  );
  return {
    port: best.port,
    source: "expose",
    from: `EXPOSE, line ${best.line + 1}`,
    clear: proven || (rivals.length === 0 && best.rank > 0),
    others: others.filter(({ port, protocol }) => port !== best.port || protocol !== "tcp"),
  };
}
