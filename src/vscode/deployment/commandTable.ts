/** The commands of deploying, and of the view that shows it. */
import * as vscode from "vscode";
import { phases, rows } from "../../core/deploy/phases";
import { command, uriArgument, type Command, type Guard } from "../commandKit/command";
import type { ErrorDetails } from "../ui/errors";
import { forgetBuildSecrets } from "./buildSecrets";
import type { DeploymentCommandContext } from "./lazy";
import { copyArn, openFile, openOwnFile, openUrl } from "./rowCommands";
import type { Node } from "./tree";

const engineDocs = "https://docs.docker.com/engine/install/";

/** A phase or a row of the view; a plain object of another shape is none. */
const nodeArgument: Guard<Extract<Node, { kind: "phase" | "row" }>> = (first) => {
  const { kind, phase, row, id } = (first ?? {}) as { kind?: unknown; phase?: unknown; row?: unknown; id?: unknown };
  if (typeof id !== "string") return undefined;
  const knownPhase = kind === "phase" ? phases.find((item) => item.id === phase) : undefined;
  if (knownPhase) return { kind: "phase", id, phase: knownPhase.id };
  const knownRow = kind === "row" ? rows.find((item) => item.id === row) : undefined;
  return knownRow && { kind: "row", id, row: knownRow.id };
};

/** What a message of a failure hands over; anything else shows nothing. */
const detailsArgument: Guard<ErrorDetails> = (first) => {
  const { report, offers } = (first ?? {}) as Partial<ErrorDetails>;
  const isReport = typeof report?.summary === "string" && Array.isArray(report.evidence);
  return isReport && Array.isArray(offers) ? { report, offers } : undefined;
};

const ofTheApplication = [
  "showPlan",
  "verify",
  "destroy",
  "rollBack",
  "rollBackTo",
  "promote",
  "showEnvironments",
  "showSchedules",
  "showHistory",
  "addAlarms",
  "addSecret",
  "rotateSecret",
  "importEnv",
  "restart",
  "stop",
  "start",
] as const;
type OfApplication = (typeof ofTheApplication)[number];

/** A command about the application that is shown; it is called as what the bundle offers. */
const ofApplication = (name: OfApplication) =>
  command<DeploymentCommandContext, never, "trust" | "application" | "connection">({
    id: `slipway.${name}`,
    needs: ["trust", "application", "connection"],
    run: ({ deploying }, given) => deploying()[name](given),
  });

/** One that is handed nothing. */
const simple = (name: string, run: (context: DeploymentCommandContext) => unknown, needs: readonly "trust"[] = []) =>
  command<DeploymentCommandContext, never, "trust">({ id: `slipway.${name}`, needs, run });

export const deploymentCommands: readonly Command<DeploymentCommandContext>[] = [
  command({
    id: "slipway.deploy",
    needs: ["trust"],
    argument: uriArgument,
    run: ({ deploying }, { argument }) => deploying().deployDockerfile(argument),
  }),
  command({
    id: "slipway.deployCompose",
    needs: ["trust"],
    argument: uriArgument,
    run: ({ deploying }, { argument }) => deploying().deployCompose(argument),
  }),
  simple("switchApplication", ({ deploying }) => deploying().switchApplication(), ["trust"]),
  simple("deployAgain", ({ deploying }) => deploying().deployAgain(), ["trust"]),
  simple("rebuild", ({ deploying }) => deploying().deployAgain({ rebuild: true }), ["trust"]),
  command({
    id: "slipway.runPhase",
    needs: ["trust"],
    argument: nodeArgument,
    run: ({ deploying }, { argument }) =>
      deploying().deployAgain(argument?.kind === "phase" ? { onlyPhase: argument.phase } : {}),
  }),
  simple("consent", ({ deploying }) => deploying().consent()),
  command({
    id: "slipway.showDetails",
    needs: ["argument"],
    argument: detailsArgument,
    run: ({ deploying }, { argument }) => deploying().showDetails(argument),
  }),
  ...ofTheApplication.map(ofApplication),
  command<DeploymentCommandContext, never, "trust" | "application" | "connection">({
    id: "slipway.deployment.continue",
    needs: ["trust", "application", "connection"],
    run: ({ deploying }, given) => deploying().continueRollout(given),
  }),
  command({
    id: "slipway.forgetBuildSecrets",
    needs: ["trust", "application"],
    run: (context, { request }) => forgetBuildSecrets(context, request),
  }),
  simple("showLog", ({ log }) => log.show()),
  simple("openUrl", openUrl),
  simple("openConfig", (context) => openFile(context, "slipway.json")),
  simple("openTaskDefinition", (context) => openOwnFile(context, "taskDefinition")),
  simple("openDockerfile", (context) => openOwnFile(context, "dockerfile")),
  simple("openEngineDocs", () => vscode.env.openExternal(vscode.Uri.parse(engineDocs))),
  command({
    id: "slipway.copyArn",
    needs: [],
    argument: nodeArgument,
    run: (context, { argument }) => copyArn(context, argument),
  }),
];
