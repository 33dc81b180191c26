/** *Add Alarms…*: which, and what a deployment does when one rings. slipway.json then says it, and the next plan its price. */
import * as vscode from "vscode";
import type { Connection } from "../../core/api";
import { alarmIds, alarmSpecs, chosenAlarms, type AlarmId } from "../../core/deploy/alarms";
import { offer } from "../ui/offer";
import { say } from "../ui/messages";
import { pick, pickMany } from "../ui/pick";
import type { Target } from "./applicationCommands";
import type { RunContext } from "./context";

/** What each watches, and from when on it rings. */
const labels: Readonly<Record<AlarmId, (threshold: number) => string>> = {
  errors: (threshold) => vscode.l10n.t("Tasks answer 5xx: {0} in a minute", threshold),
  loadBalancerErrors: (threshold) => vscode.l10n.t("The load balancer answers 5xx: {0} in a minute", threshold),
  latency: (threshold) => vscode.l10n.t("One request in ten takes longer than {0} s", threshold),
  healthyTargets: (threshold) => vscode.l10n.t("Fewer than {0} healthy tasks", threshold),
  cpu: (threshold) => vscode.l10n.t("CPU at {0} % or more", threshold),
  memory: (threshold) => vscode.l10n.t("Memory at {0} % or more", threshold),
};

export async function addAlarms(context: RunContext, { request }: Target<Connection>): Promise<void> {
  const backend = context.backend();
  const { application } = request;
  if (application === undefined) return;
  const { alarms: before } = await backend.stated(request);
  const stated = typeof before === "object" ? before : {};
  const thresholdOf = (id: AlarmId): number => {
    const own = stated[id];
    return typeof own === "number" ? own : alarmSpecs[id].threshold;
  };
  const picked = await pickMany(
    alarmIds.map((id) => ({
      label: labels[id](thresholdOf(id)),
      description: alarmSpecs[id].of === "service" ? "" : vscode.l10n.t("with a load balancer"),
      picked: before !== false && stated[id] !== false,
      id,
    })),
    {
      title: vscode.l10n.t("Alarms of {0}", application),
      placeHolder: vscode.l10n.t("Each costs about $0.10 a month; slipway.json can state other thresholds"),
    },
  );
  if (!picked) return;
  const chosen = new Set(picked.map(({ id }) => id));
  if (chosen.size === 0) return save(context, request, application, false);
  const deployments = await pick(
    [
      { label: vscode.l10n.t("Go on"), value: "ignore" as const },
      { label: vscode.l10n.t("Fail"), value: "fail" as const },
      { label: vscode.l10n.t("Roll back"), value: "rollBack" as const },
    ],
    {
      title: vscode.l10n.t("Alarms of {0}", application),
      placeHolder: vscode.l10n.t("What a deployment does when errors or latency ring while it runs"),
    },
  );
  if (!deployments) return;
  const settings = chosenAlarms(chosen, stated, deployments.value, request.environment !== undefined);
  await save(context, request, application, settings);
}

async function save(
  context: RunContext,
  request: Target<Connection>["request"],
  application: string,
  alarms: Parameters<ReturnType<RunContext["backend"]>["writeAlarms"]>[1],
): Promise<void> {
  await context.backend().writeAlarms({ ...request, application }, alarms);
  const text =
    alarms === false
      ? vscode.l10n.t(
          "slipway.json says that {0} has no alarms; the next deployment removes those of Slipway.",
          application,
        )
      : vscode.l10n.t("slipway.json states the alarms of {0}; the next deployment makes them.", application);
  await offer(say.information, text, [
    { title: vscode.l10n.t("Deploy"), run: () => vscode.commands.executeCommand("slipway.deployAgain") },
    { title: vscode.l10n.t("Open slipway.json"), run: () => vscode.commands.executeCommand("slipway.openConfig") },
  ]);
}
