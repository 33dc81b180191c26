/** The bundle of deploying: questions, plan, consent, and what is said of the outcome. Loaded by the first command. */
import * as vscode from "vscode";
import { errorDocument } from "../../core/render/error";
import { withErrorMessage } from "../commandKit/boundary";
import { DocumentPages } from "../webviewKit/documentPages";
import { continueRollout } from "./pause";
import { destroy, lookQuietly, rollBack, showPlan, verify } from "./applicationCommands";
import { deployAgain, deployCompose, deployDockerfile, switchApplication } from "./commands";
import { Consent } from "./consent";
import type { RunContext } from "./context";
import type { CreateDeploying } from "./lazy";
import { rollBackTo, showHistory } from "./goBack";
import { promote, showEnvironments } from "./promote";
import { restart } from "./restart";
import { pickUp, runDeployment } from "./run";
import { addAlarms } from "./alarms";
import { showSchedules } from "./schedules";
import { addSecret, importEnv, rotateSecret } from "./secrets";
import { start, stop } from "./standstill";

export const createDeploying: CreateDeploying = (base, extensionUri) => {
  const pages = new DocumentPages(extensionUri, (action) => withErrorMessage(base, action));
  const consent = new Consent(pages);
  const context: RunContext = { ...base, consent };
  return {
    run: (request) => runDeployment(context, request),
    pickUp: () => pickUp(context),
    deployDockerfile: (uri) => deployDockerfile(context, uri),
    deployCompose: (uri) => deployCompose(context, uri),
    deployAgain: (more) => deployAgain(context, more),
    switchApplication: () => switchApplication(context),
    consent: () => consent.consent(),
    showDetails({ report, offers }) {
      const page = { viewType: "slipway.details", tab: vscode.l10n.t("What happened"), doc: errorDocument(report) };
      pages.show(
        page,
        offers.map((each, index) => ({ ...each, isPrimary: index === 0 })),
      );
    },
    showPlan: (given) => showPlan(context, given),
    verify: (given) => verify(context, given),
    lookQuietly: () => lookQuietly(context),
    destroy: (given) => destroy(context, given),
    rollBack: (given) => rollBack(context, given),
    continueRollout: (given) => continueRollout(context, given),
    rollBackTo: (given) => rollBackTo(context, given),
    promote: (given) => promote(context, given),
    showEnvironments: (given) => showEnvironments(pages, context, given),
    showSchedules: (given) => showSchedules(pages, context, given),
    showHistory: (given) => showHistory(pages, given, () => rollBackTo(context, given)),
    addAlarms: (given) => addAlarms(context, given),
    addSecret: (given) => addSecret(context, given),
    rotateSecret: (given) => rotateSecret(context, given),
    importEnv: (given) => importEnv(given),
    restart: (given) => restart(context, given),
    stop: (given) => stop(context, given),
    start: (given) => start(context, given),
    dispose() {
      consent.dispose();
      pages.dispose();
    },
  };
};
