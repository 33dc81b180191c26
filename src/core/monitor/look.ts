/** What was seen of a service's figures: plain data. Sentences are made of it in render/. */
import type { CostEstimate } from "../base/cost";
import type { ErrorReport } from "../base/errors";
import type { HistoryOutcome } from "../deploy/history";
import type { AlarmState, MetricAlarm } from "../ports/metrics";
import type { ChartId, SeriesId, Unit } from "./charts";
import type { TimeSpan } from "./range";

/** The service whose figures are read. */
export interface MonitorSubject {
  readonly cluster: string;
  readonly service: string;
}

export interface Series {
  readonly id: SeriesId;
  /** One for each step; undefined is a gap: nobody knows. */
  readonly values: readonly (number | undefined)[];
}

/** Why a chart has nothing to show; `noData`: CloudWatch has nothing of it in this time. */
export type Absence =
  | "noLoadBalancer"
  | "networkLoadBalancer"
  | "noLogGroup"
  | "forbidden"
  | "failed"
  | "noTasks"
  | "noDataYet"
  | "noData";

export interface Chart {
  readonly id: ChartId;
  readonly unit: Unit;
  readonly series: readonly Series[];
  readonly absent?: Absence;
  /** CloudWatch did not give all of it. */
  readonly isPartial?: boolean;
}

/** What happened at a moment, on the charts' time. */
export type Mark =
  | {
      readonly kind: "deployment";
      readonly at: number;
      readonly endedAt?: number;
      readonly outcome?: HistoryOutcome;
      /** `family:revision` */
      readonly revision?: string;
    }
  | {
      readonly kind: "scaling";
      readonly at: number;
      readonly to?: number;
      readonly failed: boolean;
      readonly quote: string;
    }
  | { readonly kind: "alarm"; readonly at: number; readonly alarm: string; readonly to: AlarmState };

export interface SeenAlarm extends MetricAlarm {
  /** Application Auto Scaling's own, which it scales by. */
  readonly ofScaling: boolean;
}

export type MonitorSource =
  | "figures"
  | "alarms"
  | "alarmHistory"
  | "deployments"
  | "scaling"
  | "balancer"
  | "definition"
  | "insights";

/** A source that could not be read. */
export interface Unread {
  readonly source: MonitorSource;
  readonly error: ErrorReport;
}

/** What ran in this time, at list prices: no bill. */
export interface CostSoFar {
  readonly amount: number;
  readonly currency: CostEstimate["currency"];
  readonly source: CostEstimate["source"];
  readonly asOf?: string;
  readonly exactRegion: boolean;
  /** Minutes of tasks that ran. */
  readonly taskMinutes: number;
  /** Minutes of which nobody knows how many ran: not in the amount. */
  readonly unknownMinutes: number;
  /** Hours of the load balancer with its addresses; zero where there is none. */
  readonly balancerHours: number;
}

export interface MonitorLook {
  readonly cluster: string;
  readonly service: string;
  /** When it was looked, epoch milliseconds. */
  readonly at: number;
  readonly span: TimeSpan;
  /** As ECS says now. */
  readonly now: { readonly desired: number; readonly running: number; readonly pending: number };
  /** `family:revision` that the service runs. */
  readonly revision: string;
  readonly logGroup?: string;
  readonly charts: readonly Chart[];
  /** Oldest first. */
  readonly marks: readonly Mark[];
  /** Undefined where they could not be read. */
  readonly alarms?: readonly SeenAlarm[];
  /** False where the account has more alarms than were read. */
  readonly allAlarms: boolean;
  /** Other target groups of the service, whose figures are not among these. */
  readonly otherTargetGroups: number;
  /** What the cluster's setting says of Container Insights; undefined where it could not be read. */
  readonly containerInsights?: string;
  readonly cost?: CostSoFar;
  /** What this look cost: metrics that were asked for. */
  readonly metricsRead: number;
  readonly unread: readonly Unread[];
}
