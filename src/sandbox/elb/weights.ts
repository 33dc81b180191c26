/** Moving traffic between two target groups of a rule. */
import type { Action } from "../model/elbv2.types";
import type { Region } from "../world";
import { forwardsTo, ruleOf } from "./lookup";

/** The most that a target group may weigh. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html */
const HEAVIEST = 999;

/** The rule's weights for a share in percent: whole percents as they are, tenths of one as finely as weights go. */
function weightsFor(percent: number): readonly [number, number] {
  if (Number.isInteger(percent)) return [percent, 100 - percent];
  const some = Math.max(1, Math.min(HEAVIEST - 1, Math.round((percent / 100) * HEAVIEST)));
  return [some, HEAVIEST - some];
}

/** Gives one group that share of the rule's traffic, in percent, and the other one the rest. */
export function shiftTo(region: Region, ruleArn: string, group: string, other: string, percent: number): void {
  const { record, listener } = ruleOf(region, ruleArn);
  const [some, rest] = weightsFor(percent);
  const before = record.rule.Actions?.find(({ Type }) => Type === "forward");
  const actions: Action[] = [
    {
      Type: "forward",
      Order: before?.Order,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: group, Weight: some },
          { TargetGroupArn: other, Weight: rest },
        ],
        TargetGroupStickinessConfig: before?.ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false },
      },
    },
  ];
  record.rule.Actions = actions;
  if (record.rule.IsDefault) listener.listener.DefaultActions = actions;
}

/** The share of the rule's traffic, in percent, that goes to a group; undefined where the rule is gone. */
export function shareOf(region: Region, ruleArn: string, group: string): number | undefined {
  let groups: readonly { arn: string; weight: number }[];
  try {
    groups = forwardsTo(ruleOf(region, ruleArn).record.rule.Actions);
  } catch {
    return undefined;
  }
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  const own = groups.filter(({ arn }) => arn === group).reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? 0 : (own / total) * 100;
}
