/** Checks of a task definition that need an account: is what it names there, and may it be used? */
import { parseImageReference, registryOf } from "../base/imageReference";
import { reportOf } from "../base/errors";
import type { Cloud } from "../ports/cloud";
import type { RoleFacts } from "../ports/inspection";
import { secretIsThere } from "../service/snapshot/secrets";
import { read } from "../service/snapshot/serviceSnapshot";
import { executionNeeds, roleMeets, withSimulation } from "../service/access/needs";
import { tasksService, trustsTasks } from "../service/access/policy";
import type { ContainerDefinition, TaskDefinition } from "../base/taskDefinition";
import { secretsOf } from "../taskDefinition/model/generate";
import type { CheckResult } from "../service/checks/result";

type Verdict = Omit<CheckResult, "id" | "title">;

const passed = (evidence: string): Verdict => ({ state: "passed", evidence });
const failed = (evidence: string): Verdict => ({ state: "failed", evidence });
const leftOut = (evidence: string): Verdict => ({ state: "leftOut", evidence });

/** One verdict out of several: what failed counts first, then what could be looked at. */
function together(verdicts: readonly Verdict[], nothing: string): Verdict {
  const of = (state: CheckResult["state"]) =>
    verdicts.filter((verdict) => verdict.state === state).map(({ evidence }) => evidence);
  if (of("failed").length) return failed(of("failed").join("; "));
  if (of("passed").length) return passed(of("passed").join("; "));
  return leftOut(of("leftOut").join("; ") || nothing);
}

async function images({ containerDefinitions = [] }: TaskDefinition, cloud: Cloud): Promise<Verdict> {
  const references = [...new Set(containerDefinitions.flatMap(({ image }) => (image ? [image] : [])))];
  const verdicts = references.map(async (text) => {
    const { registry, repository, tag, digest } = parseImageReference(text);
    if (registry === undefined || registry.startsWith("public.")) return leftOut(`${text} is of another registry`);
    const found = await cloud.ecr.findRepository(repository);
    if (!found || registryOf(found.uri) !== registry)
      return /\.dkr[.-]ecr[.-]/.test(registry) && registry.startsWith((await cloud.identity()).account)
        ? failed(`there is no repository ${repository} in this region`)
        : leftOut(`${text} is of another registry`);
    const image = await cloud.ecr.findImage(repository, digest === undefined ? { tag: tag ?? "latest" } : { digest });
    return image ? passed(text) : failed(`${repository} has no image ${digest ?? tag ?? "latest"}`);
  });
  return together(await Promise.all(verdicts), "no container has an image");
}

function awslogsOf(container: ContainerDefinition): Record<string, string> | undefined {
  const log = container["logConfiguration"] as { logDriver?: string; options?: Record<string, string> } | undefined;
  return log?.logDriver === "awslogs" ? (log.options ?? {}) : undefined;
}

const nameOf = (role: string): string => role.split("/").at(-1) ?? role;

async function role(text: string | undefined, cloud: Cloud): Promise<RoleFacts | Verdict> {
  if (!text) return leftOut("the definition names none");
  const account = /^arn:[\w-]*:iam::(\d{12}):/.exec(text)?.[1];
  const { account: own, region } = await cloud.identity();
  if (account !== undefined && account !== own)
    return failed(`${text} is of account ${account}, and this is ${own}: ECS takes roles of its own account alone`);
  const found = await cloud.inspection.role(nameOf(text));
  if (!found) return failed(`there is no role ${nameOf(text)}`);
  const trust = trustsTasks(found, region);
  if (trust === "denied") return failed(`${found.name} does not trust ${tasksService}`);
  return trust === "allowed"
    ? found
    : leftOut(`whether ${found.name} trusts ${tasksService} is not known: a condition decides`);
}

async function executionRole(definition: TaskDefinition, cloud: Cloud): Promise<Verdict> {
  const seen = await role(definition.executionRoleArn, cloud);
  if ("state" in seen) return seen;
  const needs = executionNeeds(definition, await cloud.identity());
  const found = (await withSimulation(seen, needs, cloud.inspection)) ?? seen;
  const thatAre = (verdict: "denied" | "unknown") => [
    ...new Set(needs.filter((need) => roleMeets(found, need) === verdict).map(({ action }) => action)),
  ];
  const denied = thatAre("denied");
  if (denied.length) return failed(`${found.name} is not allowed ${denied.join(", ")}`);
  const unsure = thatAre("unknown");
  if (unsure.length)
    return leftOut(
      `${found.name} is not seen to be allowed ${unsure.join(", ")}; ` +
        `${found.unread.map(nameOf).join(", ") || "a condition"} may decide`,
    );
  return passed(`${found.name}, trusted and allowed what it needs`);
}

async function taskRole(definition: TaskDefinition, cloud: Cloud): Promise<Verdict> {
  const found = await role(definition.taskRoleArn, cloud);
  return "state" in found ? found : passed(`${found.name}, trusted`);
}

async function secrets(definition: TaskDefinition, cloud: Cloud): Promise<Verdict> {
  const place = await cloud.identity();
  const verdicts = secretsOf(definition).map(async (reference) => {
    const there = await read(() => secretIsThere(cloud.secrets, reference, place));
    if (!there.known) return leftOut(`whether ${reference} is there cannot be told: ${there.why}`);
    return there.value ? passed(reference) : failed(`there is no ${reference}`);
  });
  return together(await Promise.all(verdicts), "the definition names none");
}

async function logGroups({ containerDefinitions = [] }: TaskDefinition, cloud: Cloud): Promise<Verdict> {
  const { region } = await cloud.identity();
  const options = new Map(
    containerDefinitions
      .map(awslogsOf)
      .filter((item) => item !== undefined)
      .map((item) => [item["awslogs-group"] ?? "", item]),
  );
  const verdicts = [...options].map(async ([name, item]) => {
    if (item["awslogs-region"] !== undefined && item["awslogs-region"] !== region)
      return leftOut(`${name} is in ${item["awslogs-region"]}`);
    if (await cloud.logs.findGroup(name)) return passed(name);
    return item["awslogs-create-group"] === "true"
      ? passed(`${name} is made by the first task`)
      : failed(`there is no log group ${name}`);
  });
  return together(await Promise.all(verdicts), "no container writes to CloudWatch Logs");
}

const checks: readonly {
  id: string;
  title: string;
  look(definition: TaskDefinition, cloud: Cloud): Promise<Verdict>;
}[] = [
  { id: "definitionImages", title: "The images that the task definition names are there", look: images },
  {
    id: "definitionExecutionRole",
    title: "The execution role is there, trusted, and allowed what it needs",
    look: executionRole,
  },
  { id: "definitionTaskRole", title: "The task role is there and trusted", look: taskRole },
  { id: "definitionSecrets", title: "The secrets that the task definition names are there", look: secrets },
  { id: "definitionLogGroups", title: "The log groups that the task definition names are there", look: logGroups },
];

/** Looks at each now; what may not be looked at is left out, and says why. */
export function checkInAccount(definition: TaskDefinition, cloud: Cloud): Promise<CheckResult[]> {
  return Promise.all(
    checks.map(async ({ id, title, look }) => {
      const verdict = await look(definition, cloud).catch((error: unknown) =>
        leftOut(`it could not be looked at: ${reportOf(error).summary}`),
      );
      return { id, title, ...verdict };
    }),
  );
}
