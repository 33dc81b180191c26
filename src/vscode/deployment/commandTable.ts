/** The commands of deploying, and of the view that shows it. */
import * as vscode from "vscode";
import { phases, rows } from "../../core/deploy/phases";
import { command, uriArgument, type Command, type Guard } from "../commandKit/command";
import { copyArn, destroy, openFile, openUrl, rollBack, showPlan, verify } from "./applicationCommands";
import { forgetBuildSecrets } from "./buildSecrets";
import { deployAgain, deployCompose, deployDockerfile, switchApplication } from "./commands";
import type { DeploymentContext } from "./context";
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

export const deploymentCommands: readonly Command<DeploymentContext>[] = [
  command({
    id: "slipway.deploy",
    needs: ["trust"],
    argument: uriArgument,
    run: (context, { argument }) => deployDockerfile(context, argument),
  }),
  command({
    id: "slipway.deployCompose",
    needs: ["trust"],
    argument: uriArgument,
    run: (context, { argument }) => deployCompose(context, argument),
  }),
  command({ id: "slipway.switchApplication", needs: ["trust"], run: (context) => switchApplication(context) }),
  command({ id: "slipway.deployAgain", needs: ["trust"], run: (context) => deployAgain(context) }),
  command({ id: "slipway.rebuild", needs: ["trust"], run: (context) => deployAgain(context, { rebuild: true }) }),
  command({
    id: "slipway.runPhase",
    needs: ["trust"],
    argument: nodeArgument,
    run: (context, { argument }) =>
      deployAgain(context, argument?.kind === "phase" ? { onlyPhase: argument.phase } : {}),
  }),
  command({ id: "slipway.consent", needs: [], run: ({ consent }) => consent.consent() }),
  command({
    id: "slipway.showPlan",
    needs: ["trust", "application", "connection"],
    run: (context, given) => showPlan(context, given),
  }),
  command({
    id: "slipway.verify",
    needs: ["trust", "application", "connection"],
    run: (context, given) => verify(context, given),
  }),
  command({
    id: "slipway.destroy",
    needs: ["trust", "application", "connection"],
    run: (context, given) => destroy(context, given),
  }),
  command({
    id: "slipway.rollBack",
    needs: ["trust", "application", "connection"],
    run: (context, given) => rollBack(context, given),
  }),
  command({
    id: "slipway.forgetBuildSecrets",
    needs: ["trust", "application"],
    run: (context, { request }) => forgetBuildSecrets(context, request),
  }),
  command({ id: "slipway.showLog", needs: [], run: ({ log }) => log.show() }),
  command({ id: "slipway.openUrl", needs: [], run: (context) => openUrl(context) }),
  command({ id: "slipway.openConfig", needs: [], run: (context) => openFile(context, "slipway.json") }),
  command({
    id: "slipway.openTaskDefinition",
    needs: [],
    run: (context) => openFile(context, "task-definition.json"),
  }),
  command({
    id: "slipway.openDockerfile",
    needs: [],
    run: (context) => openFile(context, context.active.request?.dockerfile ?? "Dockerfile"),
  }),
  command({
    id: "slipway.openEngineDocs",
    needs: [],
    run: () => vscode.env.openExternal(vscode.Uri.parse(engineDocs)),
  }),
  command({
    id: "slipway.copyArn",
    needs: [],
    argument: nodeArgument,
    run: (context, { argument }) => copyArn(context, argument),
  }),
];
