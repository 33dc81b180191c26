import { withMember } from "../core/app/editConfig";
import { statedOf } from "../core/app/place";
import { requirePlace } from "../core/app/requirePlace";
import { cloudOf } from "../aws/cloud";
import { openSession } from "../aws/connect";
import { ensureProfileFile } from "../aws/profileFiles";
import { listProfiles } from "../aws/profiles";
import { signIn } from "../aws/signIn";
import { configFileName, parseConfig } from "../core/app/app";
import { readCompose } from "../core/source/compose/compose";
import { findBuildInputs } from "../core/deploy/buildInputs";
import { OpenConnection } from "./connection";
import type { CreateBackend, Backend } from "../core/api";
import { priceStore } from "../machine/prices";
import type { ContainerEngine } from "../core/ports/machine";
import { openProject } from "../core/project/project";
import { hasSources } from "../docker/copySources";
import { containerEngine } from "../docker/engine";
import { inputOf, secretsFor, variable } from "./inputs";
import { openLogs, type Budgets } from "./logs";
import { systemClock } from "../machine/clock";
import { leaseSandbox } from "../machine/sandbox";
import { findSessionPlugin } from "../machine/sessionPlugin";
import { livesIn, stateFolder } from "../machine/state";
import { folderWorkspace } from "../machine/workspace";

/** Puts AWS, the container engine and this machine behind core's ports. The bundle's one factory. */
export const createBackend: CreateBackend = (options) => {
  const engines = new Map<string, ContainerEngine>();
  const engineFor = (folder: string): ContainerEngine => {
    const known =
      engines.get(folder) ??
      containerEngine({
        root: folder,
        state: stateFolder(),
        lives: livesIn(),
        log: options.log,
        storedSecret: async (id) => options.storedSecret?.(folder, id),
        ...(options.engineExecutable ? { executable: options.engineExecutable } : {}),
      });
    engines.set(folder, known);
    return known;
  };
  const budgets: Budgets = new Map();
  const workspaceFor = (folder: string) => folderWorkspace(folder, hasSources);
  const engine: Backend = {
    profiles: listProfiles,
    profileFile: ensureProfileFile,
    signIn: (profile, prompts, signal) => signIn(profile, prompts, systemClock, signal),
    async project(folder, request, at) {
      const project = await openProject(workspaceFor(folder), engineFor(folder), request, variable);
      // The sandbox stands in for every place.
      if (at && at.choice.kind !== "sandbox") requirePlace(project.app, at.identity);
      return project;
    },
    async applications(folder) {
      const text = await workspaceFor(folder).read(configFileName);
      const config = text === undefined ? { applications: {} } : parseConfig(text);
      return Object.entries(config.applications).map(([application, entry]) => ({
        application,
        environments: Object.keys(entry.environments ?? {}),
      }));
    },
    async stated({ folder, application, environment }) {
      // What is wrong with the file is said where it is used.
      const text = await workspaceFor(folder)
        .read(configFileName)
        .catch(() => undefined);
      return text === undefined ? {} : statedOf(text, application, environment);
    },
    async writeAlarms(request, alarms) {
      const workspace = workspaceFor(request.folder);
      const text = (await workspace.read(configFileName)) ?? "";
      await workspace.write(configFileName, withMember(text, request, "alarms", alarms));
    },
    async buildSecrets(folder, request) {
      const { app, dockerfile } = await engine.project(folder, request);
      return (await findBuildInputs({ app, dockerfile, buildSecrets: secretsFor(folder, options) })).secrets;
    },
    compose: (folder, file) => readCompose(workspaceFor(folder), file, variable),
    containerEngine: (folder, signal) => engineFor(folder).info(signal),
    sessionPlugin: findSessionPlugin,
    async connect(choice, prompts, signal) {
      const lease =
        choice.kind === "sandbox" ? await leaseSandbox(options.sandboxProgram, signal, options.log) : undefined;
      try {
        const session = await openSession(inputOf(choice, lease), prompts, systemClock);
        session.priceStore = priceStore(session.settings.region, session.settings.endpoint, systemClock);
        try {
          const identity = await cloudOf(session, signal).identity();
          return new OpenConnection(choice, session, identity, lease, options, engineFor);
        } catch (error) {
          session.close();
          throw error;
        }
      } catch (error) {
        lease?.release();
        throw error;
      }
    },
    async openLogs(choice, prompts, signal) {
      const lease =
        choice.kind === "sandbox" ? await leaseSandbox(options.sandboxProgram, signal, options.log) : undefined;
      try {
        return await openLogs(
          () => openSession(inputOf(choice, lease), prompts, systemClock),
          budgets,
          () => lease?.release(),
          signal,
        );
      } catch (error) {
        lease?.release();
        throw error;
      }
    },
  };
  return engine;
};
