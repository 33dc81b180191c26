import { placesOf, sourcePlaceOf } from "../core/project/sourcePlace";
import { requirePlace } from "../core/app/requirePlace";
import { randomUUID } from "node:crypto";
import { cloudOf } from "../aws/cloud";
import { connectionNotes } from "../aws/connect";
import { ofLook, Patience } from "../aws/patience";
import { resourcePort } from "../aws/resources/port";
import type { Session } from "../aws/session";
import { adoptService } from "../core/project/adopt";
import { parseConfig } from "../core/app/app";
import { own } from "../core/base/taskDefinition";
import { connectionName, type ConnectionChoice } from "../core/base/connection";
import { certificatesFor } from "../core/deploy/certificateChoices";
import { deploy } from "../core/deploy/deploy";
import { withoutNotedValues } from "../core/deploy/journal";
import { findGoBack, findRestart } from "../core/deploy/goBack";
import { lastFailure } from "../core/deploy/lastFailure";
import { prepare } from "../core/deploy/prepare";
import { holderGone, runsElsewhere } from "../core/deploy/recorder";
import { freshId } from "../core/deploy/ownership";
import { readHistory } from "../core/deploy/readHistory";
import { removeApplication } from "../core/deploy/removal";
import type { DeployEvent } from "../core/deploy/events";
import { reportOf } from "../core/base/errors";
import type { Promotion, RunInput } from "../core/deploy/observedState";
import { findPromotion } from "../core/deploy/promotion";
import { continueRollout } from "../core/deploy/continueRollout";
import { rollBackRollout, rolloutUnderWay } from "../core/deploy/rollback";
import { readSoFar } from "../core/deploy/step";
import { withDecidedRole } from "../core/service/access/needs";
import { diagnose, diagnoseByLooking } from "../core/service/diagnosis/diagnose";
import type { QueryAnswer, QueryRequest, SavedQuery } from "../core/ports/queries";
import { loggedBytes } from "../core/query/loggedBytes";
import { runQuery } from "../core/query/run";
import type { Application } from "../core/app/app";
import type { MonitorSubject } from "../core/monitor/look";
import { readMonitor } from "../core/monitor/monitor";
import { timeSpan } from "../core/monitor/range";
import type {
  MonitorTime,
  Connection,
  Deployments,
  DiagnosisRequest,
  BackendOptions,
  RunRequest,
  ServiceLook,
} from "../core/api";
import type { Identity } from "../core/ports/cloud";
import type { ContainerEngine, DeploymentRecord, Journal, OnRead } from "../core/ports/machine";
import type { ResourcePort } from "../core/ports/resources";
import { openProject } from "../core/project/project";
import { collectSnapshot } from "../core/service/snapshot/collect";
import { expectedOf, subjectOf } from "../core/service/snapshot/expected";
import { registeredDefinitions } from "../core/registeredDefinitions/registeredDefinitions";
import type { Subject } from "../core/service/snapshot/serviceSnapshot";
import { review } from "../core/service/review/review";
import type { Symptoms } from "../core/service/diagnosis/types";
import { applicationState } from "../core/service/diagnosis/applicationState";
import { checklist } from "../core/service/checks/checklist";
import { hasSources } from "../docker/copySources";
import { checkedOutCommit } from "../machine/checkedOutCommit";
import { systemClock } from "../machine/clock";
import { secretsFor, variable } from "./inputs";
import { serviceOperations } from "./operations";
import { applicationSecrets } from "./secrets";
import { addressMappingOf, prober } from "../machine/prober";
import { type SandboxLease, readAuthority } from "../machine/sandbox";
import { deploymentRecord } from "../machine/state";
import { folderWorkspace } from "../machine/workspace";

/** A new role's policies reach every part of AWS in about ten seconds. */
const defaultSettleMilliseconds = 10_000;
const defaultPollSeconds = 3;
/** Local endpoints answer at once and have no rate to be kept. */
const localPollSeconds = 0.25;

const ofApplication = ({ cluster, service }: Application): MonitorSubject => ({ cluster, service });

/** Who is asked and told during a deployment, and what ends it. */
type Watching = [
  interaction: Parameters<Deployments["deploy"]>[1],
  emit: Parameters<Deployments["deploy"]>[2],
  signal: AbortSignal,
];

/** One account and region, proven: cuts core's ports to what each request asks. */
export class OpenConnection implements Connection {
  readonly name: string;
  readonly endpoint: string | undefined;
  readonly resources: ResourcePort;
  readonly notes: readonly string[];
  readonly operations = serviceOperations((request, signal) => this.open(request, signal));
  readonly secrets = applicationSecrets(async (request, signal) => (await this.open(request, signal)).input);

  constructor(
    readonly choice: ConnectionChoice,
    private readonly session: Session,
    readonly identity: Identity,
    private readonly lease: SandboxLease | undefined,
    private readonly options: BackendOptions,
    private readonly engineFor: (folder: string) => ContainerEngine,
  ) {
    this.name = connectionName(choice);
    this.endpoint = session.settings.endpoint;
    this.resources = resourcePort(session);
    this.notes = choice.kind === "environment" ? connectionNotes() : [];
  }

  urlOf(host: string, port: number, secure: boolean) {
    return prober(this.mapping()).urlFor(host, secure ? 443 : port);
  }

  async adopt(folder: string, cluster: string, service: string, signal: AbortSignal) {
    return adoptService(cloudOf(this.session, signal), folderWorkspace(folder, hasSources), cluster, service);
  }

  /** A sandbox's own authority: believed for the names that are mapped to it, and for no other. */
  private authority(): string | undefined {
    const { environment } = this.lease ?? { environment: process.env };
    return this.mapping() && readAuthority(environment["SLIPWAY_SANDBOX_CA"]);
  }

  private mapping() {
    return addressMappingOf(
      this.endpoint,
      this.lease?.environment["SLIPWAY_ADDRESS_MAP"] ?? process.env["SLIPWAY_ADDRESS_MAP"],
    );
  }

  certificatesFor(host: string, signal: AbortSignal) {
    return certificatesFor(cloudOf(this.session, signal).certificates, host, systemClock.now());
  }

  async plan(request: RunRequest, signal: AbortSignal) {
    const { input } = await this.open(request, signal);
    const onRead: OnRead = (files, bytes) => this.options.log(readSoFar(files, bytes));
    input.cloud.tellOutages?.((report) => this.options.log(report ? report.summary : "AWS answers again."));
    return (await prepare({ ...input, onRead })).plan;
  }

  async deploy(request: RunRequest, ...[interaction, emit, signal]: Watching) {
    const { input, record } = await this.open(request, signal);
    const commit = await checkedOutCommit(request.folder);
    return deploy(
      { ...input, ...(commit === undefined ? {} : { commit }) },
      {
        ...this.runOptions(record, interaction, emit, signal),
        ...(request.onlyPhase === undefined ? {} : { onlyPhase: request.onlyPhase }),
      },
    );
  }

  private runOptions(record: DeploymentRecord, ...[interaction, emit, signal]: Watching) {
    const { name: connection, identity } = this;
    return { interaction, record, emit, signal, runId: randomUUID(), connection, region: identity.region };
  }

  async history(request: RunRequest, signal: AbortSignal) {
    return readHistory((await this.open(request, signal)).input);
  }

  async goBack(request: RunRequest, to: string | undefined, ...[interaction, emit, signal]: Watching) {
    const { input, record } = await this.open(request, signal);
    const goBack = await findGoBack(input, to);
    return deploy({ ...input, rebuild: false, goBack }, this.runOptions(record, interaction, emit, signal));
  }

  async promotable(request: RunRequest, signal: AbortSignal) {
    return findPromotion((await this.open(request, signal)).input);
  }

  async promote(request: RunRequest, promotion: Promotion, ...[interaction, emit, signal]: Watching) {
    const { input, record } = await this.open(request, signal);
    const { commit } = promotion;
    return deploy(
      { ...input, rebuild: false, promotion, ...(commit === undefined ? {} : { commit }) },
      this.runOptions(record, interaction, emit, signal),
    );
  }

  async restart(request: RunRequest, ...[interaction, emit, signal]: Watching) {
    const { input, record } = await this.open(request, signal);
    const goBack = await findRestart(input);
    return deploy({ ...input, rebuild: false, goBack }, this.runOptions(record, interaction, emit, signal));
  }

  async isDeploying(request: RunRequest, signal = new AbortController().signal) {
    const { record } = await this.open(request, signal);
    return record.isLocked(signal);
  }

  async follow(request: RunRequest, emit: Parameters<Deployments["follow"]>[1], signal: AbortSignal) {
    const { input, record } = await this.open(request, signal);
    let first = true;
    let isOver = false;
    for await (const told of record.follow(signal)) {
      const event = told as DeployEvent;
      // What another folder deploys under this name is not this folder's deployment.
      if (first && event.type === "started" && event.folder !== input.workspace.root) throw runsElsewhere(event);
      emit(event);
      if (first) emit({ type: "joined", at: systemClock.now() });
      first = false;
      isOver ||= event.type === "finished";
    }
    if (!first && !isOver)
      emit({
        type: "finished",
        at: systemClock.now(),
        outcome: "failed",
        resources: [],
        error: reportOf(holderGone()),
      });
    return !first;
  }

  async continueRollout(request: RunRequest, signal: AbortSignal) {
    return continueRollout((await this.open(request, signal)).input);
  }

  async rollBack(request: RunRequest, signal: AbortSignal, tell?: Parameters<typeof rollBackRollout>[1]) {
    return rollBackRollout((await this.open(request, signal)).input, tell);
  }

  async destroy(
    request: RunRequest,
    confirm: Parameters<Deployments["destroy"]>[1],
    emit: Parameters<Deployments["destroy"]>[2],
    signal: AbortSignal,
  ) {
    const { input, record } = await this.open(request, signal);
    const { app, cloud, clock, ids, pollMilliseconds } = input;
    return removeApplication(
      { app, cloud, clock, ids, pollMilliseconds, images: input.engine },
      { confirm, record, emit, signal, runId: randomUUID(), connection: this.name, folder: input.workspace.root },
    );
  }

  async verify(request: RunRequest, signal: AbortSignal) {
    return (await this.look(request, signal)).checks;
  }

  private async snapshotOf(
    { app, clock, prober: asking, workspace, configText }: RunInput,
    signal: AbortSignal,
    { task, ...more }: { task?: string; revision?: string; asksUrl?: boolean; figures?: boolean } = {},
  ) {
    const cloud = cloudOf(this.session, signal, new Patience(ofLook));
    const shared = Object.keys(own(parseConfig(configText).applications, app.name)?.environments ?? {}).length > 0;
    const snapshot = await collectSnapshot({
      cloud,
      clock,
      prober: asking,
      subject: { ...subjectOf(app), ...(task === undefined ? {} : { task }) },
      expected: await expectedOf(app, workspace, shared, clock.now()),
      ...more,
      signal,
    });
    return withDecidedRole(snapshot, cloud.inspection);
  }

  async look(request: RunRequest, signal: AbortSignal, symptoms: Symptoms = {}): Promise<ServiceLook> {
    const snapshot = await this.snapshotOf((await this.open(request, signal)).input, signal);
    const diagnosis = diagnose(snapshot, symptoms);
    return { snapshot, checks: checklist(snapshot), diagnosis, state: applicationState(snapshot, diagnosis) };
  }

  async review(request: RunRequest, signal: AbortSignal) {
    return review(await this.snapshotOf((await this.open(request, signal)).input, signal, { asksUrl: false }));
  }

  async diagnose(of: RunRequest | Subject, signal: AbortSignal, { task, ...symptoms }: DiagnosisRequest = {}) {
    const opened = "cluster" in of ? undefined : await this.open(of, signal);
    const input = opened?.input;
    const look = (revision?: string) => {
      const more = {
        figures: true,
        ...(task === undefined ? {} : { task }),
        ...(revision === undefined ? {} : { revision }),
      };
      if (input) return this.snapshotOf(input, signal, more);
      const subject = { ...(of as Subject), ...(task === undefined ? {} : { task }) };
      return collectSnapshot({
        cloud: cloudOf(this.session, signal),
        clock: systemClock,
        prober: prober(this.mapping(), this.authority()),
        subject,
        signal,
        figures: true,
        ...(revision === undefined ? {} : { revision }),
      });
    };
    const failure = opened && (await lastFailure(opened.record, signal));
    const known = { ...(failure ? { lastFailure: failure.error, failedAt: failure.at } : {}), ...symptoms };
    return diagnoseByLooking(look, known, input && ((lines) => sourcePlaceOf(lines, placesOf(input))));
  }

  async monitor(of: RunRequest | MonitorSubject, { since, until }: MonitorTime, signal: AbortSignal) {
    const subject = "cluster" in of ? of : ofApplication((await this.open(of, signal)).input.app);
    const now = systemClock.now();
    const span = timeSpan(now, "from" in since ? since.from : now - since.back, until);
    return readMonitor(cloudOf(this.session, signal, new Patience(ofLook)), subject, span, now);
  }

  query(asked: QueryRequest, signal: AbortSignal, tell?: (soFar: QueryAnswer) => void) {
    // Without its signal: what ends the wait for a query also has to stop it.
    return runQuery(cloudOf(this.session).queries, systemClock, asked, signal, tell);
  }

  loggedBytes(asked: Omit<QueryRequest, "text">, signal: AbortSignal) {
    return loggedBytes(cloudOf(this.session, signal).metrics, asked, systemClock.now());
  }

  logFields(group: string, signal: AbortSignal) {
    return cloudOf(this.session, signal).queries.fields(group);
  }

  savedQueries(signal: AbortSignal) {
    return cloudOf(this.session, signal).queries.saved();
  }

  saveQuery(query: Omit<SavedQuery, "id">, signal: AbortSignal) {
    return cloudOf(this.session, signal).queries.save(query);
  }

  async rolloutUnderWay(request: RunRequest, signal: AbortSignal) {
    return rolloutUnderWay((await this.open(request, signal)).input);
  }

  definitions(signal: AbortSignal) {
    return registeredDefinitions(cloudOf(this.session, signal));
  }

  close() {
    this.session.close();
    this.lease?.release();
  }

  private async open(request: RunRequest, signal: AbortSignal): Promise<{ input: RunInput; record: DeploymentRecord }> {
    const workspace = folderWorkspace(request.folder, hasSources);
    const engine = this.engineFor(request.folder);
    const project = request.project ?? (await openProject(workspace, engine, request, variable));
    const { account, region } = this.identity;
    // The sandbox stands in for every place.
    if (this.choice.kind !== "sandbox") requirePlace(project.app, { account, region });
    const record = deploymentRecord({
      account,
      region,
      application: project.app.name,
      environment: project.app.environment,
      endpoint: this.endpoint ?? "",
    });
    const journal: Journal = withoutNotedValues(await record.readJournal());
    const mapping = this.mapping();
    const { checkDefinition } = this.options;
    const input: RunInput = {
      app: project.app,
      configText: project.configText,
      dockerfile: project.dockerfile,
      ...(project.compose ? { compose: project.compose } : {}),
      context: project.context,
      notes: project.notes,
      rebuild: request.rebuild ?? false,
      cloud: cloudOf(this.session, signal, new Patience()),
      engine,
      signal,
      workspace,
      buildSecrets: secretsFor(request.folder, this.options),
      clock: systemClock,
      prober: prober(mapping, this.authority()),
      journal,
      ids: { remembered: journal.ids?.[workspace.root], fresh: freshId() },
      settleMilliseconds: this.options.settleMilliseconds ?? defaultSettleMilliseconds,
      localEndpoint: mapping !== undefined,
      ...(checkDefinition
        ? {
            checkDefinition: (definition) =>
              checkDefinition(JSON.stringify(definition)).filter(({ severity }) => severity === "error"),
          }
        : {}),
      pollMilliseconds: 1000 * (this.options.pollSeconds ?? (mapping ? localPollSeconds : defaultPollSeconds)),
    };
    return { input, record };
  }
}
