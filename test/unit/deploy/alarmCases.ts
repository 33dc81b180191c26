/** What is decided of alarms. */
import type { ApplicationConfig } from "../../../src/core/app/schema";
import { alarmSettings, wantedAlarms } from "../../../src/core/deploy/alarms";
import type { MetricAlarm } from "../../../src/core/ports/metrics";
import { allThere, inputOf } from "./observed";
import { worker, type Row } from "./stepCase";

/** The alarms as a deployment with this setting made them. */
function alarmsThere(alarms: Exclude<ApplicationConfig["alarms"], boolean>): MetricAlarm[] {
  const input = inputOf({ alarms });
  const { targetGroup, loadBalancer } = allThere(input);
  const place = { targetGroupArn: targetGroup?.arn, loadBalancerArn: loadBalancer?.arn, loadBalancerIsOurs: true };
  return wantedAlarms(input.app, true).map((wanted): MetricAlarm => {
    const settings = alarmSettings(input.app, wanted, place);
    const there = { arn: "", state: "OK", reason: "", actionsEnabled: true } as const;
    return { ...settings, ...there, dimensions: [settings.dimensions] };
  });
}

export const alarmCases: readonly Row[] = [
  ["none are stated", "leaveOut alarmsNotStated"],
  ["all are wanted", "create alarmsStated alarm alarm alarm alarm alarm alarm", { config: { alarms: true } }],
  ["without a load balancer", "create alarmsStated alarm alarm", { config: { ...worker, alarms: true } }],
  [
    "one is left out, and a deployment is judged",
    "create alarmsStated alarm alarm alarm alarm alarm deploymentAlarms",
    { config: { alarms: { latency: false, deployments: "rollBack" } } },
  ],
  [
    "they are set",
    "reuse alarmsSet",
    { config: { alarms: { cpu: 80 } }, there: (s) => (s.alarms = alarmsThere({ cpu: 80 })) },
  ],
  [
    "a threshold is another",
    "update alarmsStated alarm",
    { config: { alarms: { cpu: 70 } }, there: (s) => (s.alarms = alarmsThere({ cpu: 80 })) },
  ],
  [
    "one is no longer wanted",
    "update alarmsStated removeAlarm",
    { config: { alarms: { memory: false } }, there: (s) => (s.alarms = alarmsThere({})) },
  ],
  [
    "none is wanted any more",
    "update alarmsUnwanted removeAlarm removeAlarm removeAlarm removeAlarm removeAlarm removeAlarm",
    { config: { alarms: false }, there: (s) => (s.alarms = alarmsThere({})) },
  ],
  ["none is wanted and none is there", "leaveOut alarmsUnwanted", { config: { alarms: false } }],
  [
    "deployments are no longer judged, and another's alarm stays",
    "update alarmsStated deploymentAlarms",
    {
      config: { alarms: {} },
      there: (s) => {
        s.alarms = alarmsThere({});
        const names = ["theirs", "slipway/quay/default/5xx"];
        Object.assign(s.service ?? {}, {
          deploymentConfiguration: { alarms: { alarmNames: names, enable: true, rollback: true } },
        });
      },
    },
  ],
  [
    "another tool's alarms judge deployments",
    "reuse alarmsSet",
    {
      config: { alarms: {} },
      there: (s) => {
        s.alarms = alarmsThere({});
        Object.assign(s.service ?? {}, {
          deploymentConfiguration: { alarms: { alarmNames: ["theirs"], enable: true, rollback: false } },
        });
      },
    },
  ],
];
