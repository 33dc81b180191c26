import * as vscode from "vscode";
import type { Certificates } from "../../core/api";
import type { ApplicationConfig } from "../../core/app/schema";
import { nameProblem } from "../../core/base/names";
import type { Project } from "../../core/project/project";
import { portsInWords } from "../../core/source/otherPorts";
import { askInSteps, type Step } from "../ui/multiStep";
import { httpsSteps, type HttpsAnswers } from "./httpsQuestions";

export interface ApplicationAnswers {
  name: string;
  answers: ApplicationConfig;
}

const portProblem = (text: string): string | undefined => {
  const port = Number(text);
  return Number.isInteger(port) && port >= 1 && port <= 65535
    ? undefined
    : vscode.l10n.t("A port is a whole number from 1 to 65535.");
};

const pathProblem = (text: string): string | undefined => {
  if (!text.startsWith("/")) return vscode.l10n.t("A path begins with a slash, e.g. /health.");
  return /\s/.test(text) ? vscode.l10n.t("A path has no spaces.") : undefined;
};

/** Where the offered port was found, and what else is exposed. */
function portPrompt({ port }: Project): string {
  if (!port) return vscode.l10n.t("The Dockerfile exposes no port");
  const { from, others, clear } = port;
  const also = portsInWords(others);
  if (also === "") return vscode.l10n.t("Found in: {0}", from);
  return clear
    ? vscode.l10n.t("Found in: {0}; also exposed: {1}", from, also)
    : vscode.l10n.t("A guess from {0}; also exposed: {1}", from, also);
}

/**
 * The questions of a first deployment, each with an answer already filled in.
 * @param taken names that slipway.json has already
 * @param ofStage the same project with another stage that ships: port and health check are that one's
 * @returns undefined when the person left
 */
export async function askAboutApplication(
  first: Project,
  taken: readonly string[],
  ofStage: (target: string | undefined) => Promise<Project>,
  connection: Certificates,
  signal: AbortSignal,
): Promise<ApplicationAnswers | undefined> {
  let project = first;
  const { app, dockerfile } = first;
  const namedStages = dockerfile.stages.filter((stage) => stage.name !== undefined);
  const state = {
    name: app.name,
    target: app.target,
    kind: (project.port ? "loadBalancer" : undefined) as "loadBalancer" | "https" | "worker" | undefined,
    port: project.port ? String(project.port.port) : "",
    path: app.healthCheck.path,
    count: "1",
  };
  const https: HttpsAnswers = { domain: "", certificate: "request" };
  const steps: Step[] = [
    {
      ask: () => ({
        kind: "text",
        title: vscode.l10n.t("name"),
        prompt: vscode.l10n.t("Repository, cluster, service and load balancer are named after it"),
        placeholder: vscode.l10n.t("e.g. web-shop"),
        value: state.name,
        problem: (value) =>
          nameProblem("application", value) ??
          (taken.includes(value) ? vscode.l10n.t("slipway.json has an application of this name already.") : undefined),
      }),
      answer: (value) => (state.name = String(value)),
    },
    {
      ask: () =>
        namedStages.length < 2
          ? undefined
          : {
              kind: "choice",
              title: vscode.l10n.t("build stage"),
              placeholder: vscode.l10n.t("The stage that ships"),
              items: [
                {
                  label: vscode.l10n.t("The last stage"),
                  description: dockerfile.stages.at(-1)?.name ?? "",
                  value: undefined,
                },
                ...namedStages.slice(0, -1).map((stage) => ({
                  label: stage.name ?? "",
                  description: vscode.l10n.t("line {0}", stage.line + 1),
                  value: stage.name,
                })),
              ],
              active: state.target,
            },
      answer: async (value) => {
        const target = value as string | undefined;
        if (target === state.target) return;
        state.target = target;
        project = await ofStage(target);
        state.port = project.port ? String(project.port.port) : "";
        state.path = project.app.healthCheck.path;
        state.kind = project.port ? "loadBalancer" : undefined;
      },
    },
    {
      ask: () => ({
        kind: "choice",
        title: vscode.l10n.t("traffic"),
        placeholder: vscode.l10n.t("How is it reached?"),
        items: [
          {
            label: vscode.l10n.t("Web application behind a load balancer"),
            description: vscode.l10n.t("recommended"),
            detail: vscode.l10n.t("An Application Load Balancer gives it a public URL"),
            value: "loadBalancer",
          },
          {
            label: vscode.l10n.t("Web application behind a load balancer, by HTTPS"),
            detail: vscode.l10n.t("Under a name of your own, with a certificate of AWS Certificate Manager"),
            value: "https",
          },
          {
            label: vscode.l10n.t("Worker"),
            detail: vscode.l10n.t("Nobody calls it: no load balancer and no open port"),
            value: "worker",
          },
        ],
        active: state.kind,
      }),
      answer: (value) => (state.kind = value as typeof state.kind),
    },
    {
      ask: () =>
        state.kind === "worker"
          ? undefined
          : {
              kind: "text",
              title: vscode.l10n.t("port"),
              prompt: portPrompt(project),
              placeholder: vscode.l10n.t("The port that the application listens on, e.g. 8080"),
              value: state.port,
              problem: portProblem,
            },
      answer: (value) => (state.port = String(value)),
    },
    {
      ask: () =>
        state.kind === "worker"
          ? undefined
          : {
              kind: "text",
              title: vscode.l10n.t("health check"),
              prompt: project.app.healthCheck.guessed
                ? vscode.l10n.t("The load balancer asks this path; answers from 200 to 399 count as healthy")
                : vscode.l10n.t("Found in the Dockerfile's HEALTHCHECK"),
              placeholder: vscode.l10n.t("A path that answers quickly, e.g. /health"),
              value: state.path,
              problem: pathProblem,
            },
      answer: (value) => (state.path = String(value)),
    },
    ...httpsSteps(https, () => state.kind === "https", connection, signal),
    {
      ask: () => ({
        kind: "text",
        title: vscode.l10n.t("tasks"),
        prompt: vscode.l10n.t("How many copies run side by side"),
        placeholder: "1",
        value: state.count,
        problem: (value) => (/^\d{1,4}$/.test(value) ? undefined : vscode.l10n.t("A whole number, e.g. 1.")),
      }),
      answer: (value) => (state.count = String(value)),
    },
  ];
  if (!(await askInSteps(vscode.l10n.t("Deploy to ECS Fargate"), steps, signal))) return undefined;
  const worker = state.kind === "worker";
  const port = Number(state.port);
  return {
    name: state.name,
    answers: {
      dockerfile: app.dockerfile,
      ...(state.target === undefined ? {} : { target: state.target }),
      ...(worker ? { loadBalancer: false } : state.kind === "https" ? { loadBalancer: { ...https } } : {}),
      ...(worker ||
      (project.port?.port === port &&
        ["expose", "taskDefinition"].includes(project.port.source) &&
        project.port.others.length === 0)
        ? {}
        : { port }),
      ...(worker || state.path === project.app.healthCheck.path ? {} : { healthCheck: { path: state.path } }),
      ...(state.count === "1" ? {} : { desiredCount: Number(state.count) }),
    },
  };
}
