/** The page of figures with figures that show every case: its real script and style sheet, without VS Code around it. */
import type { Browser } from "playwright-core";
import type { MonitorLook, Series } from "../../src/core/monitor/look";
import { chartIds, chartUnits, seriesSpecs, type SeriesId } from "../../src/core/monitor/charts";
import { stepsOf, timeSpan } from "../../src/core/monitor/range";
import { monitorPage, type MonitorTexts } from "../../src/vscode/monitor/page";
import type { Theme } from "./mapThemes";
import { openWebviewPage, type OpenPage } from "./webviewPage";

const texts: MonitorTexts = {
  title: "Monitor",
  figures: "Figures",
  time: "Time",
  ranges: { "1h": "1 hour", "3h": "3 hours", "24h": "24 hours", "7d": "7 days" },
  tables: "Tables",
  refresh: "Refresh",
  happened: "What happened",
  help: "On a chart: Left and Right move a line.",
};

const minute = 60_000;
/** A moment of no meaning. */
export const lookedAt = Date.UTC(2026, 10, 30, 14, 3, 27);
const span = timeSpan(lookedAt, lookedAt - 60 * minute);

/** Waves that are the same each time; nothing between the steps 20 and 26, when nobody sent figures. */
const wave = (base: number, height: number, shift: number, gap = true): (number | undefined)[] =>
  stepsOf(span).map((_, step) =>
    gap && step >= 20 && step < 26 ? undefined : Math.max(0, base + height * Math.sin((step + shift) / 5)),
  );
const whole = (values: (number | undefined)[]) => values.map((value) => value && Math.round(value));

const values: Readonly<Record<SeriesId, (number | undefined)[]>> = {
  requests: whole(wave(40, 30, 0)),
  target5xx: whole(wave(0, 4, 30)),
  target4xx: whole(wave(1, 2, 12)),
  balancer5xx: whole(wave(0, 1, 30)),
  connectionErrors: whole(wave(0, 0, 0)),
  p50: wave(0.06, 0.02, 0),
  p90: wave(0.12, 0.06, 2),
  p99: wave(0.3, 0.2, 4),
  healthy: whole(wave(2, 0, 0, false)),
  unhealthy: whole(wave(0, 1.4, 40, false)),
  cpu: wave(41, 12, 0),
  cpuBusiest: wave(70, 23, 0),
  memory: wave(62, 3, 7),
  memoryBusiest: wave(66, 3, 7),
  tasks: whole(wave(2, 1, 3)),
  logLines: whole(wave(300, 200, 0)),
};

/** A look with all there can be. @param more replaces parts of it */
export function fullLook(more: Partial<MonitorLook> = {}): MonitorLook {
  const series = (id: SeriesId): Series => ({ id, values: values[id] });
  return {
    cluster: "harbour",
    service: "web",
    at: lookedAt,
    span,
    now: { desired: 2, running: 2, pending: 0 },
    revision: "web:7",
    logGroup: "/ecs/web",
    charts: chartIds.map((id) => ({
      id,
      unit: chartUnits[id],
      series: seriesSpecs.filter(({ chart }) => chart === id).map((spec) => series(spec.id)),
    })),
    marks: [
      {
        kind: "deployment",
        at: span.from + 12 * minute,
        endedAt: span.from + 15 * minute,
        outcome: "done",
        revision: "web:7",
      },
      { kind: "scaling", at: span.from + 31 * minute, to: 3, failed: false, quote: "Setting desired count to 3." },
      { kind: "alarm", at: span.from + 44 * minute, alarm: "slipway/web/default/5xx", to: "ALARM" },
    ],
    alarms: [
      {
        name: "slipway/web/default/5xx",
        arn: "",
        state: "ALARM",
        changedAt: span.from + 44 * minute,
        reason: "Threshold Crossed",
        metric: "HTTPCode_Target_5XX_Count",
        statistic: "Sum",
        threshold: 5,
        comparison: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: 5,
        datapointsToAlarm: 3,
        dimensions: [],
        actionsEnabled: true,
        actions: [],
        ofScaling: false,
      },
    ],
    allAlarms: true,
    otherTargetGroups: 0,
    containerInsights: "disabled",
    metricsRead: 16,
    cost: {
      amount: 0.094,
      currency: "USD",
      source: "table",
      asOf: "2025-06",
      exactRegion: true,
      taskMinutes: 108,
      unknownMinutes: 6,
      balancerHours: 1,
    },
    unread: [],
    ...more,
  };
}

export interface MonitorPage extends OpenPage {
  show(look: MonitorLook): Promise<void>;
}

export async function openMonitorPage(
  browser: Browser,
  theme: Theme,
  size?: { width: number; height: number },
): Promise<MonitorPage> {
  const open = await openWebviewPage(browser, theme, "monitor", (place) => monitorPage(place, texts), size);
  return {
    ...open,
    async show(look) {
      const place = "sandbox · 000000000000 · eu-west-1";
      await open.post({ type: "look", look, place, region: "eu-west-1", range: "1h" });
      await open.page.locator("#charts article").first().waitFor();
    },
  };
}
