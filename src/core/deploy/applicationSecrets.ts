/**
 * The secrets of an application: those that its task definition file names, made, rotated and put into the file. A value
 * comes in, goes to AWS, and is in nothing that is returned, thrown or written.
 */
import { SlipwayError } from "../base/errors";
import { exactText } from "../base/exactJson";
import { looksSecret } from "../base/looksSecret";
import { isSecretArn, parseSecretReference } from "../base/secretReference";
import type { JsonKeyState } from "../ports/secrets";
import { read } from "../service/snapshot/serviceSnapshot";
import { secretIsThere } from "../service/snapshot/secrets";
import { withEnvironment, withSecret, type VariablePlace } from "../taskDefinition/document/variables";
import { generateDefinition, parseDefinition } from "../taskDefinition/model/generate";
import { normalise } from "../taskDefinition/model/normalise";
import { ownershipTags, type RunInput } from "./observedState";
import { statedArchitecture } from "./preflight/dockerfile";
import { findRevision } from "./revisions";
import { secretName } from "./secretName";

/** A secret that the task definition file names. */
export interface SecretEntry {
  readonly name: string;
  readonly container: string;
  readonly valueFrom: string;
  readonly service: "secretsmanager" | "ssm";
  /** Undefined where it may not be seen. */
  readonly exists: boolean | undefined;
  /** In milliseconds since 1970; of secrets of Secrets Manager. */
  readonly changedAt?: number;
  /** Of a reference with a JSON key, where that was asked for. */
  readonly jsonKey?: JsonKeyState | "unread";
}

/** What is to become a secret. */
export interface SecretWish extends VariablePlace {
  readonly value: string;
  /** Its name in Secrets Manager; by application, environment and variable unless stated. */
  readonly secret?: string | undefined;
  /** A customer's key, for one that is made. */
  readonly key?: string | undefined;
}

/** What became of it. Never its value. */
export interface SecretResult {
  readonly name: string;
  readonly secret: string;
  readonly valueFrom: string;
  readonly action: "created" | "rotated" | "restored" | "named";
  readonly file: string;
  readonly isFileChanged: boolean;
  /** True where the file had the variable in the open before. */
  readonly isMoved: boolean;
}

type Input = Pick<RunInput, "app" | "cloud" | "workspace" | "dockerfile" | "engine" | "signal">;

/** What every tool takes as a variable's name. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

function checkName(name: string): void {
  if (variableName.test(name)) return;
  throw new SlipwayError({
    code: "InvalidVariableName",
    // It is not repeated: somebody may have put the value there.
    summary: "That is no name of an environment variable.",
    remedy: "A name has letters, digits and _, and begins with no digit. The value is never an argument.",
    actions: [],
  });
}

/** The file's text; where there is no file yet, what a deployment would write. */
async function definitionText(input: Input): Promise<{ text: string; isThere: boolean }> {
  const { app, cloud, workspace, engine, dockerfile } = input;
  const text = await workspace.read(app.taskDefinitionFile);
  if (text !== undefined) return { text, isThere: true };
  const cluster = await cloud.ecs.findCluster(app.cluster);
  const service = cluster?.status === "ACTIVE" ? await cloud.ecs.findService(app.cluster, app.service) : undefined;
  const live = service?.status === "ACTIVE" ? await findRevision(cloud, service.taskDefinition) : undefined;
  const architecture =
    statedArchitecture(dockerfile) ??
    (await engine.info(input.signal ?? new AbortController().signal).then(
      (info) => info.architecture,
      () => "X86_64" as const,
    ));
  const { executionRoleArn: _role, ...definition } = normalise(
    live?.definition ?? generateDefinition(app, architecture),
  );
  return { text: `${exactText(definition, 2)}\n`, isThere: false };
}

/** The container that is meant: the one that is named, or the application's own where the file has it. */
function placeOf(text: string, input: Input, { container, name }: VariablePlace): VariablePlace {
  const { app } = input;
  const containers = parseDefinition(text, app.taskDefinitionFile).containerDefinitions ?? [];
  const own = containers.some((each) => each.name === app.container) ? app.container : undefined;
  return { name, container: container ?? own };
}

/** Puts the reference into the file. */
async function nameInFile(
  input: Input,
  place: VariablePlace,
  valueFrom: string,
): Promise<Pick<SecretResult, "file" | "isFileChanged" | "isMoved" | "valueFrom" | "name">> {
  const { text, isThere } = await definitionText(input);
  const file = input.app.taskDefinitionFile;
  const edited = withSecret(text, file, placeOf(text, input, place), valueFrom);
  const isFileChanged = !isThere || edited.text !== text;
  if (isFileChanged) await input.workspace.write(file, edited.text);
  return { name: place.name, valueFrom, file, isFileChanged, isMoved: edited.isMoved };
}

/** Secrets that the file names, with whether they are there. */
export async function listSecrets(input: Input & { place: Place }, asksKeys: boolean): Promise<SecretEntry[]> {
  const { app, cloud, workspace, place } = input;
  const text = await workspace.read(app.taskDefinitionFile);
  if (text === undefined) return [];
  const { containerDefinitions = [] } = parseDefinition(text, app.taskDefinitionFile);
  const named = containerDefinitions.flatMap((container) =>
    ((container["secrets"] ?? []) as { name?: string; valueFrom?: string }[]).map((secret) => ({
      name: secret.name ?? "",
      container: container.name ?? "",
      valueFrom: secret.valueFrom ?? "",
    })),
  );
  return Promise.all(
    named.map(async (entry): Promise<SecretEntry> => {
      const { service, id, region } = parseSecretReference(entry.valueFrom, place);
      const exists = await read(() => secretIsThere(cloud.secrets, entry.valueFrom, place));
      const found = service === "secretsmanager" ? await read(() => cloud.secrets.findSecret(id, region)) : undefined;
      const changedAt = found?.known ? found.value?.changedAt : undefined;
      return {
        ...entry,
        service,
        exists: exists.known ? exists.value : undefined,
        ...(changedAt === undefined ? {} : { changedAt }),
        ...(asksKeys ? await keyState(input, entry.valueFrom, region) : {}),
      };
    }),
  );
}

type Place = Parameters<typeof parseSecretReference>[1];

async function keyState({ cloud }: Input, valueFrom: string, region: string): Promise<Pick<SecretEntry, "jsonKey">> {
  const parts = valueFrom.split(":");
  const [key = "", stage = "", version = ""] = parts.slice(7);
  if (!isSecretArn(valueFrom) || key === "") return {};
  const reference = {
    id: parts.slice(0, 7).join(":"),
    key,
    ...(stage ? { stage } : {}),
    ...(version ? { version } : {}),
  };
  const state = await read(() => cloud.secrets.jsonKey(reference, region));
  return { jsonKey: state.known ? state.value : "unread" };
}

/**
 * Makes the secret, or gives the one that is there a new value, and names it in the task definition file. Tasks that run
 * keep the value that they started with.
 * @throws SlipwayError InvalidVariableName, EmptySecret, SecretNotOurs
 */
export async function setSecret(input: Input, wish: SecretWish): Promise<SecretResult> {
  const { app, cloud } = input;
  checkName(wish.name);
  if (wish.value === "")
    throw new SlipwayError({
      code: "EmptySecret",
      summary: `No value was given for ${wish.name}; AWS keeps no empty secret.`,
      remedy: "Give it on standard input, or type it where it is asked for.",
      actions: [],
    });
  // What cannot be written into the file is found out before anything is made.
  const { text } = await definitionText(input);
  withSecret(text, app.taskDefinitionFile, placeOf(text, input, wish), "x");
  const named = wish.secret ?? secretName(app, wish.name);
  const tags = ownershipTags(app);
  const found = await cloud.secrets.findSecret(named);
  if (found && wish.secret === undefined && found.tags["slipway:app"] !== app.name)
    throw new SlipwayError({
      code: "SecretNotOurs",
      summary: `There is a secret ${found.name} already, which this application did not make.`,
      remedy: "Say its name to give it a new value (--secret-name), or another one.",
      actions: [],
    });
  if (!found) {
    const description = `${wish.name} of ${app.name} (${app.environment})`;
    const arn = await cloud.secrets.createSecret({
      name: named,
      value: wish.value,
      description,
      tags,
      ...(wish.key === undefined ? {} : { key: wish.key }),
    });
    return { secret: named, action: "created", ...(await nameInFile(input, wish, arn)) };
  }
  if (found.isDeleted) await cloud.secrets.restoreSecret(found.arn);
  await cloud.secrets.putSecret(found.arn, wish.value);
  const reference = (await referenceInFile(input, wish, found.arn)) ?? found.arn;
  const action = found.isDeleted ? "restored" : "rotated";
  return { secret: found.name, action, ...(await nameInFile(input, wish, reference)) };
}

/** What the file says of this variable already, where that is the same secret: its JSON key and stage stay. */
async function referenceInFile(
  input: Input,
  { name, container }: VariablePlace,
  arn: string,
): Promise<string | undefined> {
  const { app, workspace } = input;
  const text = await workspace.read(app.taskDefinitionFile);
  if (text === undefined) return undefined;
  const wanted = placeOf(text, input, { name, container }).container;
  const containers = parseDefinition(text, app.taskDefinitionFile).containerDefinitions ?? [];
  const own = containers.find((each) => wanted === undefined || each.name === wanted);
  const listed = (own?.["secrets"] ?? []) as { name?: string; valueFrom?: string }[];
  const said = listed.find((each) => each.name === name)?.valueFrom;
  return said?.startsWith(arn) ? said : undefined;
}

/**
 * Names a secret or parameter that is there already.
 * @throws SlipwayError SecretMissing, SecretKeyMissing
 */
export async function useSecret(
  input: Input & { place: Place },
  wish: VariablePlace & { readonly reference: string },
): Promise<SecretResult> {
  const { cloud, place } = input;
  checkName(wish.name);
  const exists = await read(() => secretIsThere(cloud.secrets, wish.reference, place));
  if (exists.known && !exists.value)
    throw new SlipwayError({
      code: "SecretMissing",
      summary: `There is no secret or parameter ${wish.reference}.`,
      remedy: "Name it by its ARN, or a parameter by its name; slipway secret set makes one.",
      actions: [],
    });
  const { jsonKey } = await keyState(input, wish.reference, parseSecretReference(wish.reference, place).region);
  if (jsonKey === "absent" || jsonKey === "notJson")
    throw new SlipwayError({
      code: "SecretKeyMissing",
      summary:
        jsonKey === "absent"
          ? `The secret is there, and has no JSON key ${wish.reference.split(":")[7] ?? ""}.`
          : "The secret is there, and what it says is no JSON object.",
      remedy: "Correct the key behind the ARN (ARN:KEY::), or leave it out for the whole value.",
      actions: [],
    });
  const secret = parseSecretReference(wish.reference, place).id;
  return { secret, action: "named", ...(await nameInFile(input, wish, wish.reference)) };
}

/** Puts variables that are no secret into the file; the file's name. */
export async function setVariables(
  input: Input,
  container: string | undefined,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const { app, workspace } = input;
  Object.keys(variables).forEach(checkName);
  let { text } = await definitionText(input);
  for (const [name, value] of Object.entries(variables))
    ({ text } = withEnvironment(text, app.taskDefinitionFile, placeOf(text, input, { container, name }), value));
  await workspace.write(app.taskDefinitionFile, text);
  return app.taskDefinitionFile;
}

/** Variables of a file with names and values, and which of them look like a secret. */
export const judgeVariables = (variables: Readonly<Record<string, string>>): { name: string; looksSecret: boolean }[] =>
  Object.entries(variables).map(([name, value]) => ({ name, looksSecret: looksSecret(name, value) }));
