import { costBasis, costLeavesOut, money } from "../base/costText";
import { exactText } from "../base/exactJson";
import type { Difference } from "../taskDefinition/model/normalise";
import { stepTitles } from "../deploy/phases";
import { changesNothing, isWrite, cautions, type Plan, type PlanItem } from "../deploy/plan";
import type { PlanWarning } from "../deploy/decision";
import type { PlannedBuildInputs } from "../deploy/buildInputs";
import type { ContextChoice } from "../project/context";
import { isRemoved, type Removal } from "../deploy/removals";
import {
  changeText,
  consentReasonText,
  goesBackText,
  promotesText,
  openingText,
  reasonText,
  restartText,
  warningText,
} from "./decisions";
import { kindNames } from "./kindNames";
import { list, paragraph, section, type Block, type Doc, type Tone } from "./document";

function costLine(plan: Plan): string {
  return plan.local ? "It costs nothing: all of it stays on this machine" : priceLine(plan);
}

function priceLine({ cost, region }: Plan): string {
  const { monthly, currency, parts } = cost;
  if (monthly === undefined) return `What it costs a month cannot be told: ${costBasis(cost, region)}`;
  const each = parts.map((part) => `${part.what} ${money(part.monthly, currency)}`).join(", ");
  return (
    `About ${money(monthly, currency)} a month${each ? ` (${each})` : ""}, ${costBasis(cost, region)}; ` +
    costLeavesOut(cost)
  );
}

/** What is meant by a plan's item: a resource that stays, not a file and not an image. */
const isResource = (item: PlanItem): boolean =>
  item.kind !== undefined && item.kind !== "file" && item.kind !== "image";

/** "ECR repository, 2 security groups, load balancer": what there is of each kind. */
function kindsOf(items: readonly PlanItem[]): string {
  const counts = new Map<string, number>();
  for (const item of items) {
    const name = kindNames[item.kind ?? ""] ?? stepTitles[item.step];
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} ${name}s`)).join(", ");
}

const namesOf = (items: readonly PlanItem[]): string =>
  items.map((item) => `${kindNames[item.kind ?? ""] ?? stepTitles[item.step]} ${item.name ?? ""}`.trim()).join(", ");

/** What a summary says of how people come. */
const wayInCodes: ReadonlySet<string> = new Set([
  "writesRecords",
  "sendsToHttps",
  "removesListener",
  "changesStrategy",
]);

/** The plan in at most a dozen lines: what a person has to know before saying yes. */
export function planSummary(plan: Plan): string[] {
  const created = plan.items.filter((item) => item.action === "create" && isResource(item));
  const updated = plan.items.filter(
    (item) => (item.action === "update" || item.action === "replace") && isResource(item),
  );
  const adopted = plan.items.filter((item) => item.action === "adopt");
  const reused = plan.items.filter((item) => item.action === "reuse" && isResource(item));
  const opens = [
    ...new Set(
      plan.items.flatMap((item) => (item.opens && isWrite(item) ? [openingText(item.opens, plan.local)] : [])),
    ),
  ];
  const builds = plan.items.some((item) => item.step === "build" && item.action === "run");
  const copies = plan.promotes && plan.items.some((item) => item.step === "push" && item.action === "create");
  const lines = [
    `To account ${plan.account} in ${plan.region}.`,
    ...cautions(plan).map((reason) => `Careful: ${consentReasonText(reason, plan.local)}.`),
    plan.restarts ? `I${restartText(plan.restarts).slice(1)}. Nothing is built, nothing else changes.` : "",
    plan.goesBack && !changesNothing(plan) ? `I${goesBackText(plan.goesBack).slice(1)}. Nothing is built.` : "",
    plan.promotes ? `I${promotesText(plan.promotes).slice(1)}. Nothing is built.` : "",
    plan.promotes ? differencesText(plan.promotes) : "",
    changesNothing(plan)
      ? "Nothing has changed: nothing is built, nothing is written."
      : builds
        ? `Builds the image (context: ${plan.context?.folder ?? "."}) and pushes it.`
        : copies
          ? "Copies the image, and builds nothing."
          : "Uses the image that is in ECR already.",
    plan.buildInputs ? buildInputsText(plan.buildInputs) : "",
    created.length ? `Creates: ${kindsOf(created)}.` : "",
    updated.length ? `Changes: ${namesOf(updated)}.` : "",
    reused.length ? `Keeps: ${kindsOf(reused)}.` : "",
    adopted.length ? `Uses what others made: ${namesOf(adopted)}.` : "",
    opens.length ? `Opens: ${opens.join(", ")}.` : "",
    ...plan.consentReasons
      .filter(({ code }) => wayInCodes.has(code))
      .map((reason) => consentReasonText(reason, plan.local).replace(/^./, (letter) => letter.toUpperCase()) + "."),
    plan.changedElsewhere.length
      ? "The live task definition was changed outside Slipway in " +
        `${plan.changedElsewhere.length === 1 ? "one place" : `${plan.changedElsewhere.length} places`}.`
      : "",
    plan.hours ? hoursText(plan.hours) : "",
    plan.schedulesElsewhere ? schedulesText(plan.schedulesElsewhere) : "",
    plan.warnings.length
      ? `Note: ${warningText(plan.warnings[0] as PlanWarning)}${plan.warnings.length > 1 ? ` (and ${plan.warnings.length - 1} more)` : ""}`
      : "",
    `${costLine(plan)}.`,
  ];
  return lines.filter((line) => line !== "");
}

/** "Configured as in staging, but for: cpu, containerDefinitions.web.environment.MODE." */
function differencesText({ environment, differences }: NonNullable<Plan["promotes"]>): string {
  if (differences.length === 0) return `Configured as in ${environment}.`;
  const shown = differences.slice(0, 5).map(({ path }) => path);
  const more = differences.length > shown.length ? ` and ${differences.length - shown.length} more` : "";
  return `Configured as in ${environment}, but for: ${shown.join(", ")}${more}.`;
}

const rangeText = ({ minimum, maximum }: { minimum: number; maximum: number }): string =>
  maximum === 0 ? "no task" : minimum === maximum ? `${minimum} tasks` : `${minimum} to ${maximum} tasks`;

/** "Runs weekdays 8-19 Europe/Berlin: no task from Mon 2027-03-29 19:00, …". */
function hoursText({ text, zone, on, off, next }: NonNullable<Plan["hours"]>): string {
  const changes = next.map(({ isOn, local }) => `${rangeText(isOn ? on : off)} from ${local}`);
  return `Runs ${text}: ${changes.join(", ")} (${zone}).`;
}

function schedulesText(actions: NonNullable<Plan["schedulesElsewhere"]>): string {
  const each = actions.map(({ name, schedule, timezone }) => `${name} (${schedule} ${timezone ?? "UTC"})`);
  return `Leaves the schedules of others: ${each.join(", ")}.`;
}

/** The sections of the whole plan, in the order in which a person wants to know. */
const sections: readonly { title: string; actions: readonly PlanItem["action"][]; tone?: Tone; folded?: boolean }[] = [
  { title: "Creates", actions: ["create"], tone: "add" },
  { title: "Changes", actions: ["update", "replace"], tone: "change" },
  { title: "Uses what others made, unchanged", actions: ["adopt"] },
  { title: "Unchanged", actions: ["reuse"], tone: "quiet", folded: true },
  { title: "Does on the way", actions: ["run"], folded: true },
  { title: "Leaves out", actions: ["leaveOut"], tone: "quiet", folded: true },
];

function itemLine(item: PlanItem): string {
  const name = item.name ? ` ${item.name}` : "";
  return (
    `${stepTitles[item.step]}${name}: ` +
    `${[reasonText(item.reason), ...(item.changes ?? []).map(changeText)].join("; ")}`
  );
}

const show = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === "string" ? value : exactText(value);

const differenceTable = (differences: readonly Difference[]): Block[] =>
  differences.length
    ? [
        {
          kind: "differences",
          rows: differences.map(({ path, before, after }) => ({ path, before: show(before), after: show(after) })),
        },
      ]
    : [];

const contextReasons: Readonly<Record<ContextChoice["why"], string>> = {
  stated: "as slipway.json says",
  all: "the nearest folder with all that the Dockerfile copies",
  most: "the folder with the most of what the Dockerfile copies",
  none: "the Dockerfile's folder; nothing that it copies was found",
  nothing: "the Dockerfile's folder",
};

const secretPlaces: Readonly<Record<PlannedBuildInputs["secrets"][number]["from"], string>> = {
  environment: "from the environment",
  file: "from its file",
  stored: "stored by VS Code",
  missing: "not there",
};

/** What the build is given beside its context, and where each comes from. */
export function buildInputsText({ secrets, ssh, contexts }: PlannedBuildInputs): string {
  const parts = [
    ...secrets.map(
      ({ id, from, name }) => `secret ${id} (${name === undefined ? secretPlaces[from] : `from ${name}`})`,
    ),
    ...ssh.map((id) => `SSH ${id}`),
    ...contexts.map((name) => `context ${name}`),
  ];
  return `The build gets: ${parts.join(", ")}.`;
}

/** The build context and why it is this one. */
export function contextText({ folder, why, missing, lookedIn }: ContextChoice): string {
  const name = (each: string) => (each === "." || each === "" ? "the workspace folder" : each);
  const looked = missing.length
    ? ` Not there: ${missing.slice(0, 5).join(", ")} (looked in ${lookedIn.map(name).join(", ")}).`
    : "";
  return `Build context: ${name(folder)}, ${contextReasons[why]}.${looked}`;
}

const planKind = ({ restarts, goesBack, promotes }: Plan): string =>
  restarts ? "Restart" : goesBack ? "Rollback" : promotes ? "Promotion" : "Deployment";

/** The whole plan as a document. */
export function planDocument(plan: Plan): Doc {
  return {
    title: `${planKind(plan)} of ${plan.application}${plan.environment === "default" ? "" : ` (${plan.environment})`}`,
    blocks: [
      paragraph(`Account ${plan.account}, region ${plan.region}, as ${plan.arn}.`),
      paragraph(`${costLine(plan)}.`),
      ...(plan.context ? [paragraph(contextText(plan.context))] : []),
      ...(plan.buildInputs ? [paragraph(buildInputsText(plan.buildInputs))] : []),
      ...section(
        "Why it cannot work as things are",
        list(
          plan.problems
            .filter(({ severity }) => severity === "stop")
            .map(({ sentence, remedy }) => `${sentence} ${remedy}`),
          "bad",
        ),
        { tone: "bad" },
      ),
      ...section(
        "What asks for your consent",
        list(plan.consentReasons.map((reason) => consentReasonText(reason, plan.local))),
      ),
      ...section("Worth knowing", list(plan.warnings.map(warningText), "warning")),
      ...sections.flatMap(({ title, actions, tone, folded }) =>
        section(title, list(plan.items.filter((item) => actions.includes(item.action)).map(itemLine), tone), {
          ...(folded ? { folded } : {}),
        }),
      ),
      ...section(
        "Changed outside Slipway since it last registered the task definition",
        differenceTable(plan.changedElsewhere),
      ),
      ...(plan.promotes
        ? section(
            `How the configuration differs from ${plan.promotes.environment}, where it runs`,
            differenceTable(plan.promotes.differences),
          )
        : []),
      ...section("What the new revision changes against the live one", differenceTable(plan.revisionChanges)),
      ...(plan.local ? section("On AWS it would cost", [paragraph(`${priceLine(plan)}.`)], { folded: true }) : []),
    ],
  };
}

const removalName = (item: Removal): string => `${kindNames[item.kind] ?? item.kind} ${item.name}`;

/** What a removal takes and what it leaves. */
export function removalLines(removals: readonly Removal[]): string[] {
  const ours = removals.filter(isRemoved).map(removalName);
  const used = removals.filter(({ usedBy }) => usedBy?.length);
  const left = removals.filter((item) => isRemoved(item) && item.leftBy !== undefined);
  const makers = [...new Set(left.map(({ leftBy }) => leftBy))].join(", ");
  const others = removals.filter((item) => !item.ours).map(removalName);
  const staying = removals.filter(({ stays }) => stays);
  return [
    ours.length ? `Removes: ${ours.join(", ")}.` : "There is nothing of Slipway's to remove.",
    ...(left.length
      ? [
          `Of these, ${makers} made and left to whoever still used them: ${left.map(removalName).join(", ")}. Nobody else does.`,
        ]
      : []),
    ...used.map((item) => `Keeps ${removalName(item)}, used by ${item.usedBy?.join(", ") ?? ""}.`),
    ...(staying.length
      ? [
          `Keeps ${staying.map(removalName).join(", ")}: what they say cannot be made again. ` +
            "aws secretsmanager delete-secret --secret-id NAME deletes one.",
        ]
      : []),
    ...(others.length ? [`Keeps what this application did not make: ${others.join(", ")}.`] : []),
  ];
}

/** The same as a document. */
export function removalDocument(application: string, removals: readonly Removal[]): Doc {
  const used = removals.filter(({ ours, usedBy }) => ours && usedBy?.length);
  return {
    title: `Removal of ${application}`,
    blocks: [
      ...section(
        "Removes",
        list(
          removals
            .filter(isRemoved)
            .map((item) =>
              item.leftBy === undefined ? removalName(item) : `${removalName(item)}, left by ${item.leftBy}`,
            ),
          "remove",
        ),
      ),
      ...section(
        "Keeps, since others use it",
        list(used.map((item) => `${removalName(item)}, used by ${item.usedBy?.join(", ") ?? ""}`)),
      ),
      ...section(
        "Keeps, since what they say cannot be made again",
        list(removals.filter(({ stays }) => stays).map(removalName)),
      ),
      ...section(
        "Keeps what this application did not make",
        list(removals.filter((item) => !item.ours).map(removalName)),
      ),
    ],
  };
}
