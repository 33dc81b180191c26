import type { ApplicationConfig } from "../../core/app/schema";
import { nameProblem } from "../../core/base/names";
import type { Project } from "../../core/project/project";
import { askInSteps, type Step } from "./multiStep";

export interface ApplicationAnswers {
  name: string;
  answers: ApplicationConfig;
}

const portProblem = (text: string): string | undefined => {
  const port = Number(text);
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? undefined : "A port is a whole number from 1 to 65535.";
};

const pathProblem = (text: string): string | undefined => {
  if (!text.startsWith("/")) return "A path begins with a slash, e.g. /health.";
  return /\s/.test(text) ? "A path has no spaces." : undefined;
};

/**
 * The questions of a first deployment, each with an answer already filled in.
 * @param taken names that slipway.json has already
 * @returns undefined when the person left
 */
export async function askAboutApplication(
  project: Project,
  taken: readonly string[],
  signal: AbortSignal,
): Promise<ApplicationAnswers | undefined> {
  const { app, dockerfile } = project;
  const namedStages = dockerfile.stages.filter((stage) => stage.name !== undefined);
  const state = {
    name: app.name,
    target: undefined as string | undefined,
    kind: (project.port ? "loadBalancer" : undefined) as "loadBalancer" | "worker" | undefined,
    port: project.port ? String(project.port.port) : "",
    path: app.healthCheck.path,
    count: "1",
  };
  const steps: Step[] = [
    {
      ask: () => ({
        kind: "text",
        title: "name",
        prompt: "Repository, cluster, service and load balancer are named after it",
        placeholder: "e.g. web-shop",
        value: state.name,
        problem: (value) =>
          nameProblem("application", value) ??
          (taken.includes(value) ? "slipway.json has an application of this name already." : undefined),
      }),
      answer: (value) => (state.name = String(value)),
    },
    {
      ask: () =>
        namedStages.length < 2
          ? undefined
          : {
              kind: "choice",
              title: "build stage",
              placeholder: "The stage that ships",
              items: [
                { label: "The last stage", description: dockerfile.stages.at(-1)?.name ?? "", value: undefined },
                ...namedStages.slice(0, -1).map((stage) => ({
                  label: stage.name ?? "",
                  description: `line ${stage.line + 1}`,
                  value: stage.name,
                })),
              ],
              active: state.target,
            },
      answer: (value) => (state.target = value as string | undefined),
    },
    {
      ask: () => ({
        kind: "choice",
        title: "traffic",
        placeholder: "How is it reached?",
        items: [
          {
            label: "Web application behind a load balancer",
            description: "recommended",
            detail: "An Application Load Balancer gives it a public URL",
            value: "loadBalancer",
          },
          { label: "Worker", detail: "Nobody calls it: no load balancer and no open port", value: "worker" },
        ],
        active: state.kind,
      }),
      answer: (value) => (state.kind = value as "loadBalancer" | "worker"),
    },
    {
      ask: () =>
        state.kind === "worker"
          ? undefined
          : {
              kind: "text",
              title: "port",
              prompt: project.port ? `Found in: ${project.port.from}` : "The Dockerfile exposes no port",
              placeholder: "The port that the application listens on, e.g. 8080",
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
              title: "health check",
              prompt: app.healthCheck.guessed
                ? "The load balancer asks this path; answers from 200 to 399 count as healthy"
                : "Found in the Dockerfile's HEALTHCHECK",
              placeholder: "A path that answers quickly, e.g. /health",
              value: state.path,
              problem: pathProblem,
            },
      answer: (value) => (state.path = String(value)),
    },
    {
      ask: () => ({
        kind: "text",
        title: "tasks",
        prompt: "How many copies run side by side",
        placeholder: "1",
        value: state.count,
        problem: (value) => (/^\d{1,4}$/.test(value) ? undefined : "A whole number, e.g. 1."),
      }),
      answer: (value) => (state.count = String(value)),
    },
  ];
  if (!(await askInSteps("Deploy to ECS Fargate", steps, signal))) return undefined;
  const worker = state.kind === "worker";
  const port = Number(state.port);
  return {
    name: state.name,
    answers: {
      dockerfile: app.dockerfile,
      ...(state.target === undefined ? {} : { target: state.target }),
      ...(worker ? { loadBalancer: false } : {}),
      ...(worker || (project.port?.port === port && project.port.source === "expose") ? {} : { port }),
      ...(worker || state.path === app.healthCheck.path ? {} : { healthCheck: { path: state.path } }),
      ...(state.count === "1" ? {} : { desiredCount: Number(state.count) }),
    },
  };
}
