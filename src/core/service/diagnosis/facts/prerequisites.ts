/** Facts about what a task needs before it starts: its roles, its images, its secrets, its log groups. */
import { parseImageReference, shortDigest } from "../../../base/imageReference";
import { valueOf, type Read, type SeenImage } from "../../snapshot/serviceSnapshot";
import { architectureOf } from "../../../taskDefinition/model/generate";
import type { RoleFacts } from "../../../ports/inspection";
import { trustsTasks } from "../../access/policy";
import { logNeeds, pullNeeds, repositoryArn, secretNeed, tokenNeed, type Need } from "../../access/needs";
import { permission } from "../../access/permission";
import { proved, refuted, supported, unknown, type Fact, type Verdict, type DiagnosisContext } from "../types";

/** Whether the execution role may do all of these; the first that it may not is the verdict. */
function mayAll(context: DiagnosisContext, wanted: readonly Need[]): Verdict {
  const { executionRole } = context.snapshot;
  if (!executionRole.known) return unknown(`The execution role could not be read: ${executionRole.why}`);
  const role = executionRole.value;
  if (!role)
    return context.definition && !context.definition.executionRoleArn
      ? unknown("The task definition names no execution role.")
      : unknown("The execution role is not there.");
  let open: Verdict | undefined;
  for (const need of wanted) {
    const { may, why } = permission(role, need);
    if (may === "no") return proved(why, { action: need.action, resource: need.resources[0], role: role.name });
    if (may === "unknown") open ??= unknown(why);
  }
  return open ?? refuted(`The role ${role.name} may ${wanted.map((item) => item.action).join(", ")}.`);
}

const ownImages = ({ snapshot }: DiagnosisContext): SeenImage[] =>
  snapshot.images.filter((image) => image.repository !== undefined);
const foreignEcr = /^\d{12}\.dkr[.-]ecr[.-]/;

const pullsFromEcr = ({ snapshot }: DiagnosisContext): boolean =>
  snapshot.images.length === 0 ||
  snapshot.images.some((image) => image.repository !== undefined || foreignEcr.test(image.reference));

/** The execution role may not fetch the token with which ECR is logged in to. */
const mayNotLogIn: Fact = (context) =>
  pullsFromEcr(context)
    ? mayAll(context, [tokenNeed(context.snapshot.identity)])
    : refuted("No image of the task is in ECR.");

/** The execution role may not fetch the image. */
const mayNotPull: Fact = (context) => {
  if (!pullsFromEcr(context)) return refuted("No image of the task is in ECR.");
  return mayAll(
    context,
    ownImages(context).flatMap((image) => pullNeeds(repositoryArn(context.snapshot.identity, image.repository ?? ""))),
  );
};

/** The image belongs to another account, whose repository policy decides. */
const otherAccount: Fact = ({ snapshot }) => {
  const other = snapshot.images.find(
    (image) => foreignEcr.test(image.reference) && !image.reference.startsWith(snapshot.identity.account),
  );
  if (other)
    return supported(`${other.reference} is of another account, whose repository policy cannot be read from here.`);
  return unknown(
    snapshot.images.length
      ? "The policy of the image's repository was not read."
      : "Which image the task runs is not known.",
  );
};

function missing(context: DiagnosisContext, wants: "tag" | "digest"): Verdict {
  const images = ownImages(context);
  if (images.length === 0)
    // Another registry's image may be gone, too: that it cannot be looked at is no proof that it is there.
    return context.snapshot.images.length
      ? unknown("No image of the task is in this account's ECR, where it could be looked for.")
      : unknown("Which image the task runs is not known.");
  let open: Verdict | undefined;
  for (const image of images) {
    const { digest, tag = "latest" } = parseImageReference(image.reference);
    if ((wants === "digest") !== (digest !== undefined)) continue;
    if (image.repositoryExists.known && !image.repositoryExists.value) continue;
    if (!image.facts.known) {
      open ??= unknown(`Whether ${image.repository ?? ""} has the image could not be read: ${image.facts.why}`);
      continue;
    }
    if (image.facts.value) continue;
    const tags = valueOf(image.tags) ?? [];
    const what = digest ? shortDigest(digest) : tag;
    const there = tags.length ? `It has ${tags.slice(0, 8).join(", ")}.` : "It has no tags.";
    return proved(`The repository ${image.repository ?? ""} does not have ${what}. ${there}`, {
      repository: image.repository ?? "",
      tag: what,
      tags: tags.slice(0, 5).join(", ") || "none",
    });
  }
  return (
    open ??
    refuted(
      images.some((image) => valueOf(image.facts))
        ? "The repository has the image."
        : "The image is not named in that way.",
    )
  );
}

const repositoryMissing: Fact = (context) => {
  const images = ownImages(context);
  const gone = images.find((image) => image.repositoryExists.known && !image.repositoryExists.value);
  if (gone)
    return proved(
      `There is no repository ${gone.repository ?? ""} in ${context.snapshot.identity.account}, ` +
        `${context.snapshot.identity.region}.`,
      { repository: gone.repository ?? "" },
    );
  const unread = images.find((image) => !image.repositoryExists.known);
  if (unread) return unknown(`Whether the repository ${unread.repository ?? ""} is there could not be read.`);
  return images.length
    ? refuted(`The repository ${images[0]?.repository ?? ""} is there.`)
    : unknown("No image of the task is in this account's ECR.");
};

const name =
  /^(?:(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

const nameMalformed: Fact = ({ snapshot, definition }) => {
  const references =
    definition?.containerDefinitions?.flatMap((container) => container.image ?? []) ??
    snapshot.images.map((image) => image.reference);
  const bad = references.find((reference) => !name.test(reference));
  if (bad !== undefined) return proved(`"${bad}" is no image name.`, { image: bad });
  return references.length
    ? refuted("Every image name is well formed.")
    : unknown("Which image the task runs is not known.");
};

/** The image has no variant for the processor that the task asks for. */
const otherPlatform: Fact = (context) => {
  const { snapshot, definition } = context;
  if (!definition) return unknown("The task definition could not be read.");
  const architecture = architectureOf(definition);
  const wanted = `linux/${architecture === "ARM64" ? "arm64" : "amd64"}`;
  let open: Verdict | undefined;
  let fits = false;
  for (const image of snapshot.images) {
    const facts = valueOf(image.facts);
    if (!facts?.platforms.length) {
      open ??= unknown(`For which platform ${image.reference} was built could not be read.`);
      continue;
    }
    if (!facts.platforms.some((platform) => platform === wanted || platform.startsWith(`${wanted}/`))) {
      const has = facts.platforms.join(", ");
      return proved(
        `The image of ${image.container} is for ${has}; the task asks for ${wanted} (runtimePlatform ${architecture}).`,
        { wanted, has, other: architecture === "ARM64" ? "X86_64" : "ARM64", container: image.container },
      );
    }
    fits = true;
  }
  return fits && !open
    ? refuted(`The image is for ${wanted}, as the task asks.`)
    : (open ?? unknown("No image of the task could be read."));
};

/** Docker Hub and others limit pulls; ECR does not to any that matters. */
const foreignRegistry: Fact = ({ snapshot }) => {
  const foreign = snapshot.images.find((image) => image.repository === undefined && !foreignEcr.test(image.reference));
  if (foreign)
    return supported(
      `${foreign.reference} is in a registry that may limit its pulls; nothing of it can be read from here.`,
    );
  return snapshot.images.length
    ? refuted("Every image of the task is in ECR.")
    : unknown("Which image the task runs is not known.");
};

const gibibyte = 1024 ** 3;

/** Compressed layers grow about threefold on the disk. */
const diskTooSmall: Fact = ({ snapshot, definition }) => {
  const storage = definition?.["ephemeralStorage"] as { sizeInGiB?: number } | undefined;
  const disk = storage?.sizeInGiB ?? 20;
  const sizes = snapshot.images.map((image) => valueOf(image.facts)?.bytes);
  const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  if (bytes > disk * gibibyte)
    return proved(
      `The images are ${(bytes / gibibyte).toFixed(1)} GiB even compressed, the task's disk is ${disk} GiB.`,
      { disk: String(disk) },
    );
  if (bytes * 3 > disk * gibibyte)
    return supported(
      `The images are ${(bytes / gibibyte).toFixed(1)} GiB compressed, the task's disk is ${disk} GiB.`,
      { disk: String(disk) },
    );
  if (sizes.length && sizes.every((size) => size !== undefined))
    return unknown(`The images are ${Math.round(bytes / 1024 ** 2)} MiB; what the application writes is not known.`);
  return unknown("How large the images are is not known.");
};

const mayNotReadSecrets: Fact = (context) => {
  const { secrets } = context.snapshot;
  if (secrets.length === 0) return refuted("The task definition names no secret.");
  const verdict = mayAll(
    context,
    secrets.map(({ reference }) => secretNeed(context.snapshot.identity, reference)),
  );
  return verdict.state === "proved"
    ? { ...verdict, values: { ...verdict.values, secret: verdict.values?.["resource"] ?? "" } }
    : verdict;
};

const secretMissing: Fact = ({ snapshot: { secrets } }) => {
  if (secrets.length === 0) return refuted("The task definition names no secret.");
  const gone = secrets.find((secret) => secret.exists.known && !secret.exists.value);
  if (gone) return proved(`There is no ${gone.kind} ${gone.reference}.`, { secret: gone.reference, kind: gone.kind });
  const unread = secrets.find((secret) => !secret.exists.known);
  return unread
    ? unknown(`Whether ${unread.reference} is there could not be read.`)
    : refuted("Every secret that the task definition names is there.");
};

const logGroupMissing: Fact = ({ snapshot: { logs, identity } }) => {
  // Of another region nothing is read.
  const groups = logs.filter(
    (item) => item.driver === "awslogs" && (item.region === undefined || item.region === identity.region),
  );
  if (groups.length === 0) return refuted("No container logs to CloudWatch.");
  const gone = groups.find((item) => !item.createGroup && item.facts.known && item.facts.value === undefined);
  if (gone)
    return proved(`There is no log group ${gone.group}, and awslogs-create-group is not set.`, {
      logGroup: gone.group,
    });
  const unread = groups.find((item) => !item.facts.known);
  return unread
    ? unknown(`Whether the log group ${unread.group} is there could not be read.`)
    : refuted(`The log group ${groups[0]?.group ?? ""} is there, or the task may make it.`);
};

const mayNotLog: Fact = (context) => {
  const groups = context.snapshot.logs.filter((item) => item.driver === "awslogs");
  if (groups.length === 0) return refuted("No container logs to CloudWatch.");
  return mayAll(
    context,
    groups.flatMap((item) =>
      logNeeds(context.snapshot.identity, {
        ...item,
        makes: item.createGroup && item.facts.known && item.facts.value === undefined,
      }),
    ),
  );
};

/** A role that ECS cannot act as: it is not there, or trusts somebody else. */
const roleNotTrusting: Fact = ({ snapshot, definition }) => {
  const roles: readonly [Read<RoleFacts | undefined>, string | undefined][] = [
    [snapshot.executionRole, definition?.executionRoleArn],
    [snapshot.taskRole, definition?.taskRoleArn],
  ];
  let open: Verdict | undefined;
  let seen = 0;
  for (const [read, arn] of roles) {
    // A definition that was edited elsewhere may hold an empty one, which names no role.
    if (!arn) continue;
    const name = arn.split("/").at(-1) ?? arn;
    if (!read.known) open ??= unknown(`The role ${name} could not be read: ${read.why}`);
    else if (!read.value) return proved(`There is no role ${name}.`, { role: name, roleFault: "is not there" });
    else {
      const trust = trustsTasks(read.value, snapshot.identity.region);
      if (trust === "denied")
        return proved(`The trust policy of the role ${name} does not let ecs-tasks.amazonaws.com assume it.`, {
          role: name,
          roleFault: "does not trust ecs-tasks.amazonaws.com",
        });
      if (trust === "unknown")
        open ??= unknown(`Whether the role ${name} trusts ecs-tasks.amazonaws.com depends on a condition.`);
      else seen++;
    }
  }
  return (
    open ??
    (seen
      ? refuted("The task's roles are there and trust ecs-tasks.amazonaws.com.")
      : unknown("The task's roles are not known."))
  );
};

const usesFiles: Fact = ({ definition }) => {
  const volumes = definition?.["volumes"];
  if (!definition) return unknown("The task definition could not be read.");
  const efs =
    Array.isArray(volumes) &&
    volumes.some(
      (volume) =>
        typeof volume === "object" &&
        volume !== null &&
        !Array.isArray(volume) &&
        volume["efsVolumeConfiguration"] !== undefined,
    );
  return efs
    ? supported("The task mounts an EFS volume; whether its file system lets it in on port 2049 cannot be read.")
    : refuted("The task definition has no EFS volume.");
};

export const prerequisiteFacts = {
  mayNotLogIn,
  mayNotPull,
  otherAccount,
  imageMissing: ((context) => missing(context, "tag")) as Fact,
  digestMissing: ((context) => missing(context, "digest")) as Fact,
  repositoryMissing,
  nameMalformed,
  otherPlatform,
  foreignRegistry,
  diskTooSmall,
  mayNotReadSecrets,
  secretMissing,
  logGroupMissing,
  mayNotLog,
  roleNotTrusting,
  usesFiles,
};
