/** Facts about where the application listens, by what it printed, against where the load balancer asks. */
import { valueOf } from "../../snapshot/serviceSnapshot";
import { frameworkOf, type Framework } from "../said/frameworks";
import { listenersIn, type Listener, type SpokenProtocol } from "../said/startLines";
import { fillTemplate } from "../template";
import { proved, refuted, stages, supported, unknown, type Fact, type DiagnosisContext } from "../types";
import { targetName, targetSays, targetValues } from "./targets";

const unsaid = "Why the load balancer gives up on the target is not said.";

const linesOf = ({ task }: DiagnosisContext): readonly string[] => task?.lastLines ?? [];
const checkedPort = (context: DiagnosisContext): number | undefined =>
  context.values["port"] === undefined ? undefined : Number(context.values["port"]);

/** The listener that gets the load balancer's connections, or would if it were not wrong; of several the one on its port. */
function listenerInQuestion(context: DiagnosisContext): Listener | undefined {
  const all = listenersIn(linesOf(context));
  const port = checkedPort(context);
  return all.find((item) => item.port === port) ?? all.find((item) => item.scope !== "loopback") ?? all[0];
}

/** As a person reads an address with its port. */
function place({ address, port, protocol }: Listener): string {
  if (protocol === "unix") return `the Unix socket ${address ?? ""}`.trim();
  const host = address?.includes(":") ? `[${address}]` : (address ?? "localhost");
  return port === undefined ? host : `${host}:${port}`;
}

/** What is printed is what is listened on: a name may be no more than what a person is to type into a browser. */
const isExact = (listener: Listener, framework: Framework | undefined): boolean =>
  framework?.exact ?? (/^[\d.:a-f]+$/i.test(listener.address ?? "") || listener.protocol === "unix");

/** What the application says, or else the image exposes, is another port than the one that is asked. */
function otherPort(context: DiagnosisContext): { why: string; listens?: string } | undefined {
  const port = checkedPort(context);
  const listener = listenerInQuestion(context);
  if (listener?.port !== undefined && listener.port !== port)
    return {
      why: `The application says that it listens on port ${listener.port}: ${listener.line}`,
      listens: `the application says that it listens on port ${listener.port}`,
    };
  if (listener?.port === port && listener?.port !== undefined) return undefined;
  const exposed = context.snapshot.images.flatMap((image) =>
    image.facts.known ? (image.facts.value?.exposedPorts ?? []) : [],
  );
  return exposed[0] !== undefined && port !== undefined && !exposed.includes(port)
    ? { why: `The image exposes port ${exposed.join(", ")}, not ${port}.` }
    : undefined;
}

/** Nothing accepts the load balancer's connections. */
const refusedConnection: Fact = (context) => {
  const says = targetSays(context);
  const other = otherPort(context);
  const values = {
    ...(other?.listens ? { listens: other.listens } : other ? { hint: `${other.why} ` } : {}),
  };
  if (says.reason === "Target.FailedHealthChecks")
    return proved(targetName(says), { ...targetValues(says), ...values }, other ? [other.why] : []);
  if (says.reason !== undefined) return refuted(targetName(says));
  return other ? supported(other.why, values) : unknown(unsaid);
};

/** Connections get no answer, and nothing is in their way that could be seen. */
const noAnswer: Fact = (context) => {
  const says = targetSays(context);
  if (says.reason !== "Target.Timeout") return says.reason ? refuted(targetName(says)) : unknown(unsaid);
  const other = otherPort(context);
  return proved(
    targetName(says),
    { ...targetValues(says), ...(other ? { hint: `${other.why.replace(/\.?$/, ".")} ` } : {}) },
    other ? [other.why] : [],
  );
};

/** The application listens on its own container's loopback address, where nothing from outside arrives. */
const listensOnLoopback: Fact = (context) => {
  const says = targetSays(context);
  if (says.reason !== undefined && !["Target.FailedHealthChecks", "Target.Timeout"].includes(says.reason))
    return refuted(targetName(says));
  const listener = listenerInQuestion(context);
  if (!listener || listener.scope === "unknown")
    return unknown("On which addresses the application listens is not in what it printed last.");
  if (listener.scope !== "loopback") return refuted(`The application says: ${listener.line}`);
  if (says.reason === undefined && context.low !== stages.health) return unknown(unsaid);
  const port = checkedPort(context);
  const framework = frameworkOf(listener.line, linesOf(context));
  const elsewhere = listener.port !== undefined && port !== undefined && listener.port !== port;
  const values = {
    ...targetValues(says),
    seen: place(listener),
    speaker: framework?.name ?? "The application",
    everywhere: fillTemplate(
      framework?.everywhere ?? "Let it listen on 0.0.0.0, port {port|of the container}.",
      context.values,
    ).replace(/\.$/, ""),
    ...(elsewhere
      ? {
          also: `, and the load balancer asks port ${port}`,
          portToo: `; it has to be port ${port}, or port in slipway.json has to be ${listener.port}`,
        }
      : {}),
  };
  const why = `It printed: ${listener.line}`;
  return says.reason !== undefined && isExact(listener, framework)
    ? proved(why, values, [targetName(says)])
    : supported(why, values);
};

const spokenNames: Readonly<Record<SpokenProtocol, string>> = {
  http: "HTTP",
  https: "HTTPS",
  h2c: "HTTP/2 without TLS (h2c)",
  grpc: "gRPC",
  fastcgi: "FastCGI (PHP-FPM)",
  uwsgi: "the uwsgi protocol",
  ajp: "AJP",
  unix: "a Unix socket",
};
const protocolRemedies: Partial<Record<SpokenProtocol, string>> = {
  https:
    "Let it serve plain HTTP in the container: the load balancer ends TLS. Else the target group's protocol has " +
    "to be HTTPS.",
  http: "Let the target group and its health check use HTTP.",
  h2c: "Let it answer HTTP/1.1 too, or use a target group of protocol version HTTP2.",
  grpc: "Use a target group of protocol version GRPC, or let it answer the health check by HTTP/1.1 on a port of its own.",
  fastcgi: "Put a web server before PHP-FPM in the task (nginx, Caddy, Apache), or use an image that has one.",
  uwsgi: "Start uWSGI with --http instead of --socket, or put a web server before it.",
  ajp: "Use the HTTP connector's port.",
};
/** Codes that servers answer who are asked in a protocol that they do not speak. */
const misunderstood: readonly number[] = [400, 415, 426, 464, 497, 505];

/** The application says that it speaks another protocol than the health check. */
const speaksOtherwise: Fact = (context) => {
  const listener = listenerInQuestion(context);
  const spoken = listener?.protocol;
  if (!listener || spoken === undefined || spoken === "unix")
    return unknown("Which protocol the application speaks is not in what it printed last.");
  const groups = valueOf(context.snapshot.targetGroups);
  const own = valueOf(context.snapshot.service)?.loadBalancers[0]?.targetGroupArn;
  const group = groups?.find((item) => item.arn === own) ?? groups?.[0];
  const asked = group ? (group.healthCheckProtocol || group.protocol || "HTTP").toUpperCase() : "HTTP";
  const fits = asked === "HTTP" ? spoken === "http" : asked === "HTTPS" ? spoken === "https" : true;
  if (fits) return refuted(`The application says: ${listener.line}`);
  return supported(`It printed: ${listener.line}`, {
    spoken: spokenNames[spoken],
    asked,
    protocolRemedy: (protocolRemedies[spoken] ?? "Let both use the same.").replace(/\.$/, ""),
  });
};

/** That, where the health check fails as it does of that. */
const checkedOtherwise: Fact = (context) => {
  const says = targetSays(context);
  if (says.reason === "Target.NotInUse") return refuted(targetName(says));
  if (says.status !== undefined && !misunderstood.includes(says.status)) return refuted(targetName(says));
  if (says.reason === undefined && context.low !== stages.health) return unknown(unsaid);
  const fact = speaksOtherwise(context);
  return fact.state === "supported" && says.reason ? { ...fact, more: [targetName(says)] } : fact;
};

export const listeningFacts = { refusedConnection, noAnswer, listensOnLoopback, checkedOtherwise, speaksOtherwise };
