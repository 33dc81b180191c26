/** A service's figures in words: the same on the page, in rows and on the command line. */
import { costBasis, money } from "../base/costText";
import { oneLine } from "../base/encoders";
import { chartIds, type ChartId, type SeriesId, type Unit } from "../monitor/charts";
import { figuresOf, seriesIn, summaryOf, type At, type Figures, type Summary } from "../monitor/figures";
import type { Absence, Chart, CostSoFar, Mark, MonitorLook, MonitorSource, SeenAlarm } from "../monitor/look";
import { stepsOf } from "../monitor/range";
import type { AlarmState } from "../ports/metrics";
import type { HistoryOutcome } from "../deploy/history";
import type { When } from "./history";

export const chartTitles: Readonly<Record<ChartId, string>> = {
  requests: "Requests",
  errors: "Errors",
  latency: "Latency",
  targets: "Targets",
  cpu: "CPU",
  memory: "Memory",
  tasks: "Tasks",
  logLines: "Log lines",
};

/** What each line shows, its statistic named. */
export const seriesLabels: Readonly<Record<SeriesId, string>> = {
  requests: "requests",
  target5xx: "5xx of tasks",
  target4xx: "4xx of tasks",
  balancer5xx: "5xx of the load balancer itself",
  connectionErrors: "tasks not reached",
  p50: "p50",
  p90: "p90",
  p99: "p99",
  healthy: "healthy (least)",
  unhealthy: "unhealthy (most)",
  cpu: "average of all tasks",
  cpuBusiest: "busiest task",
  memory: "average of all tasks",
  memoryBusiest: "busiest task",
  tasks: "tasks that run",
  logLines: "lines",
};

const absences: Readonly<Record<Absence, string>> = {
  noLoadBalancer: "The service has no load balancer: nobody counts its requests.",
  networkLoadBalancer: "A Network Load Balancer counts connections, and no requests.",
  noLogGroup: "Its log goes to no log group of CloudWatch that the task definition names.",
  forbidden: "Not known: these credentials may not read it (cloudwatch:GetMetricData).",
  failed: "Not known: it could not be read.",
  noTasks: "No task runs, and none has in this time.",
  noDataYet: "No data yet: CloudWatch has the first figures some minutes after the first task.",
  noData: "CloudWatch has no data of this time.",
};

const absenceText = (absence: Absence): string => absences[absence];

const wholeNumber = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const fineNumber = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

const smallNumber = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const numberText = (value: number): string =>
  (Math.abs(value) < 10 && !Number.isInteger(value) ? fineNumber : wholeNumber).format(value);

/** A value with its unit: `38`, `41 %`, `120 ms`, `1.2 s`. */
export function valueText(value: number, unit: Unit): string {
  switch (unit) {
    case "count":
      return numberText(value);
    case "number":
      return smallNumber.format(value);
    case "percent":
      return `${numberText(value)} %`;
    case "seconds":
      return value < 1 ? `${numberText(value * 1000)} ms` : `${fineNumber.format(value)} s`;
  }
}

/** `minute`, `5 minutes`, `half an hour`. */
function stepText(periodSeconds: number): string {
  if (periodSeconds === 60) return "minute";
  if (periodSeconds === 1800) return "half an hour";
  return periodSeconds < 3600
    ? `${periodSeconds / 60} minutes`
    : periodSeconds === 3600
      ? "hour"
      : `${periodSeconds / 3600} hours`;
}

const counted = (count: number, one: string, many: string): string =>
  `${numberText(count)} ${count === 1 ? one : many}`;

interface Telling {
  of(id: SeriesId): Summary;
  at(point: At): string;
  readonly step: string;
  readonly minutes: number;
}

/** One sentence for each chart that has something to show. */
const sentences: Readonly<Record<ChartId, (telling: Telling) => string>> = {
  requests({ of, at, step, minutes }) {
    const { sum, most, known } = of("requests");
    if (sum === 0) return "No requests.";
    const mean = sum / (known * minutes);
    return (
      `${counted(sum, "request", "requests")}, ${numberText(mean)} a minute on average` +
      (most ? `; ${numberText(most.value)} in the busiest ${step}, at ${at(most)}.` : ".")
    );
  },
  errors({ of, at }) {
    const [all, failed, refused] = [of("requests"), of("target5xx"), of("target4xx")];
    const [balancer, connection] = [of("balancer5xx"), of("connectionErrors")];
    const share = all.sum > 0 ? ` (${numberText((100 * failed.sum) / all.sum)} % of the requests)` : "";
    const parts = [
      failed.sum === 0
        ? "No task answered 5xx"
        : `${counted(failed.sum, "answer", "answers")} 5xx of tasks${share}` +
          (failed.most ? `, most at ${at(failed.most)}` : ""),
      ...(refused.sum > 0 ? [`${numberText(refused.sum)} 4xx`] : []),
      balancer.sum === 0
        ? "none by the load balancer itself"
        : `${numberText(balancer.sum)} 5xx by the load balancer itself (for all that it serves)`,
      ...(connection.sum > 0 ? [`${counted(connection.sum, "task was", "times a task was")} not reached`] : []),
    ];
    return `${parts.join("; ")}.`;
  },
  latency({ of, at }) {
    const { last, most } = of("p90");
    if (!last || !most) return "No request was answered in this time.";
    return `p90 ${valueText(last.value, "seconds")} at ${at(last)}, at most ${valueText(most.value, "seconds")} at ${at(most)}.`;
  },
  targets({ of, at }) {
    const [healthy, unhealthy] = [of("healthy"), of("unhealthy")];
    if (!healthy.last || !healthy.least) return "Not known.";
    const least =
      healthy.least.value < healthy.last.value
        ? `, only ${numberText(healthy.least.value)} at ${at(healthy.least)}`
        : "";
    const worst = unhealthy.most?.value
      ? `; up to ${numberText(unhealthy.most.value)} unhealthy at ${at(unhealthy.most)}`
      : "";
    return `${numberText(healthy.last.value)} healthy${least}${worst}.`;
  },
  cpu: (telling) => useText("CPU", "cpu", "cpuBusiest", telling),
  memory: (telling) => useText("Memory", "memory", "memoryBusiest", telling),
  tasks({ of }) {
    const { last, least, most } = of("tasks");
    if (!last || !least || !most) return "Not known.";
    const range =
      least.value === most.value
        ? ""
        : `; between ${numberText(least.value)} and ${numberText(most.value)} in this time`;
    return `${counted(last.value, "task ran", "tasks ran")} last${range}.`;
  },
  logLines({ of, at, step }) {
    const { sum, most } = of("logLines");
    if (sum === 0) return "No log lines.";
    return `${counted(sum, "line", "lines")}${most ? `; ${numberText(most.value)} in the fullest ${step}, at ${at(most)}` : ""}.`;
  },
};

function useText(what: string, average: SeriesId, busiest: SeriesId, { of, at }: Telling): string {
  const [all, peak] = [of(average), of(busiest)];
  if (all.average === undefined) return "Not known.";
  const most = peak.most ?? all.most;
  return (
    `${what} average ${valueText(all.average, "percent")}` +
    (most ? `, busiest task at most ${valueText(most.value, "percent")} at ${at(most)}.` : ".")
  );
}

/** What a chart says, in one sentence. */
export function chartSentence(look: MonitorLook, chart: Chart, when: When): string {
  if (chart.absent) return absenceText(chart.absent);
  const { span } = look;
  const text = sentences[chart.id]({
    of: (id) => summaryOf(seriesIn(look, id), span),
    at: (point) => when(point.at),
    step: stepText(span.periodSeconds),
    minutes: span.periodSeconds / 60,
  });
  return chart.isPartial ? `${text} CloudWatch did not give all of it.` : text;
}

const sources: Readonly<Record<MonitorSource, { what: string; action: string }>> = {
  figures: { what: "figures", action: "cloudwatch:GetMetricData" },
  alarms: { what: "alarms", action: "cloudwatch:DescribeAlarms" },
  alarmHistory: { what: "past changes of alarms", action: "cloudwatch:DescribeAlarmHistory" },
  deployments: { what: "deployments", action: "ecs:ListServiceDeployments and ecs:DescribeServiceRevisions" },
  scaling: { what: "scaling activities", action: "application-autoscaling:DescribeScalingActivities" },
  balancer: {
    what: "load balancer",
    action: "elasticloadbalancing:DescribeTargetGroups and elasticloadbalancing:DescribeLoadBalancers",
  },
  definition: { what: "task definition", action: "ecs:DescribeTaskDefinition" },
  insights: { what: "setting of Container Insights", action: "ecs:DescribeClusters" },
};

/** What could not be read, why, and what it would take. */
export const unreadTexts = ({ unread }: MonitorLook): string[] =>
  unread.map(({ source, error }) => {
    const { what, action } = sources[source];
    const needs = /AccessDenied|Unauthorized/.test(error.code) ? ` It takes ${action}.` : "";
    return `Not read: ${what}. ${error.summary}${needs}`;
  });

const outcomes: Readonly<Record<HistoryOutcome, string>> = {
  done: "done",
  failed: "failed",
  rolledBack: "rolled back",
  stopped: "stopped",
  running: "under way",
};

const states: Readonly<Record<AlarmState, string>> = {
  OK: "OK",
  ALARM: "in ALARM",
  INSUFFICIENT_DATA: "without data",
};
export const alarmStateText = (state: AlarmState): string => states[state];

/** What happened, without its time. */
export function markText(mark: Mark): string {
  switch (mark.kind) {
    case "deployment":
      return `Deployment${mark.revision === undefined ? "" : ` of ${mark.revision}`}${mark.outcome ? `, ${outcomes[mark.outcome]}` : ""}`;
    case "scaling":
      return mark.failed
        ? `Scaling failed: ${mark.quote}`
        : mark.to === undefined
          ? `Scaling: ${mark.quote}`
          : `Scaled to ${counted(mark.to, "task", "tasks")}`;
    case "alarm":
      return `Alarm ${mark.alarm} ${states[mark.to]}`;
  }
}

const comparisons: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: "≥",
  GreaterThanThreshold: ">",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};

/** What an alarm watches: `HTTPCode_Target_5XX_Count Sum ≥ 5, 3 of 5 minutes`. */
export function alarmRule(alarm: SeenAlarm): string {
  const { metric, statistic, comparison = "", threshold, periodSeconds = 60 } = alarm;
  const { evaluationPeriods: of = 1, datapointsToAlarm: need = of } = alarm;
  const rule =
    threshold === undefined
      ? "by a band of its own"
      : `${comparisons[comparison] ?? comparison} ${numberText(threshold)}`;
  const step =
    periodSeconds === 60 ? "minutes" : `times ${periodSeconds < 60 ? `${periodSeconds} s` : stepText(periodSeconds)}`;
  return [metric ?? "several metrics", statistic ?? "", `${rule}, ${need} of ${of} ${step}`].filter(Boolean).join(" ");
}

/** "$0.42 so far at list prices (prices of eu-west-1 of 2025-06): no bill". */
export function costSoFarText(cost: CostSoFar, region: string): string {
  const { amount, currency, unknownMinutes, taskMinutes, balancerHours } = cost;
  const basis = costBasis({ ...cost, monthly: amount, parts: [], leftOut: [] }, region);
  const hours = (count: number): string =>
    count < 1
      ? counted(Math.round(count * 60), "minute", "minutes")
      : counted(Math.round(count * 10) / 10, "hour", "hours");
  const parts = [
    `${hours(taskMinutes / 60)} of tasks`,
    ...(balancerHours > 0 ? [`${hours(balancerHours)} of the load balancer`] : []),
  ];
  const gap = unknownMinutes > 0 ? `; ${counted(unknownMinutes, "minute", "minutes")} not known and not in it` : "";
  return `${amount < 0.005 ? `Less than ${money(0.01, currency, true)}` : money(amount, currency, true)} in this time for ${parts.join(" and ")}, at list prices (${basis}), not your bill${gap}.`;
}

/** "41 % CPU, peak 93 · 62 % memory · 38 requests/min, 0.2 % 5xx · p90 120 ms"; empty where nothing is known. */
export function figuresText({ cpu, memory, requestsPerMinute, errorShare, p90, ringing }: Figures): string {
  const use = (what: string, { average, peak }: { average: number; peak: number }): string =>
    `${valueText(average, "percent")} ${what}${Math.round(peak) > Math.round(average) ? `, peak ${numberText(Math.round(peak))}` : ""}`;
  const requests =
    requestsPerMinute === undefined
      ? ""
      : `${numberText(requestsPerMinute)} requests/min${errorShare ? `, ${numberText(100 * errorShare)} % 5xx` : ""}`;
  return [
    cpu ? use("CPU", cpu) : "",
    memory ? use("memory", memory) : "",
    requests,
    p90 === undefined ? "" : `p90 ${valueText(p90, "seconds")}`,
    ringing?.length ? `in ALARM: ${ringing.join(", ")}` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** What per-task figures and finer steps would take; nothing is switched on from here. */
export function insightsText({ containerInsights }: MonitorLook): string | undefined {
  if (containerInsights === undefined || /^enh?anced$/i.test(containerInsights)) return undefined;
  return (
    "Figures of each task are not there: the cluster's Container Insights are " +
    `${containerInsights === "enabled" ? "not the enhanced ones" : "off"}. AWS asks about $0.07 a month for each metric of them ` +
    "(some twenty for a task); Slipway does not switch them on."
  );
}

/** CloudWatch asks a cent for a thousand metrics that GetMetricData reads. Source: CloudWatch's pricing page. */
const dollarsPerMetric = 0.01 / 1000;

export const lookCostText = ({ metricsRead }: MonitorLook): string =>
  `a look ≈ $${(metricsRead * dollarsPerMetric).toFixed(4)} (${metricsRead} metrics)`;

/** The whole for a terminal. */
export function monitorLines(look: MonitorLook, when: When, region: string): string[] {
  const { span, now, service, cluster, revision } = look;
  const figures = figuresText(figuresOf(look));
  const alarms = look.alarms?.map(
    (alarm) =>
      `  ${alarm.name}: ${states[alarm.state]}${alarm.changedAt === undefined ? "" : ` since ${when(alarm.changedAt)}`} (${alarmRule(alarm)})`,
  );
  const insights = insightsText(look);
  return [
    `${service} in ${cluster}, ${revision}: ${now.running} of ${now.desired} tasks run`,
    ...(figures ? [`Last minutes: ${figures}`] : []),
    `From ${when(span.from)} to ${when(span.until)}, each ${stepText(span.periodSeconds)}`,
    "",
    ...chartIds.flatMap((id) => {
      const chart = look.charts.find((item) => item.id === id);
      return chart ? [`${chartTitles[id].padEnd(10)} ${chartSentence(look, chart, when)}`] : [];
    }),
    "",
    ...(look.marks.length
      ? ["What happened", ...look.marks.map((mark) => `  ${when(mark.at)}  ${markText(mark)}`)]
      : ["Nothing was deployed or scaled in this time."]),
    ...(alarms === undefined
      ? ["Alarms: not known"]
      : alarms.length
        ? ["Alarms", ...alarms]
        : [look.allAlarms ? "No alarm watches it." : "None of the first 1,000 alarms of the account watches it."]),
    ...(look.cost ? [`Cost: ${costSoFarText(look.cost, region)}`] : ["Cost: not known for this time."]),
    ...(look.otherTargetGroups > 0
      ? [
          `${counted(look.otherTargetGroups, "other target group", "other target groups")} of the service not among these figures.`,
        ]
      : []),
    ...(insights === undefined ? [] : [insights]),
    ...unreadTexts(look),
  ].map(oneLine);
}

/** The whole for machines: figures beside their times, null where nobody knows. */
export function monitorJson(look: MonitorLook): unknown {
  const { charts, span, marks, alarms, unread, ...rest } = look;
  return {
    ...rest,
    from: span.from,
    until: span.until,
    periodSeconds: span.periodSeconds,
    steps: stepsOf(span),
    figures: figuresOf(look),
    charts: Object.fromEntries(
      charts.map(({ id, unit, series, absent, isPartial }) => [
        id,
        {
          unit,
          ...(absent === undefined ? {} : { absent }),
          ...(isPartial ? { partial: true } : {}),
          series: Object.fromEntries(
            series.map(({ id: name, values }) => [name, values.map((value) => value ?? null)]),
          ),
        },
      ]),
    ),
    marks,
    alarms: alarms ?? null,
    unread: unread.map(({ source, error }) => ({ source, code: error.code, summary: error.summary })),
  };
}
