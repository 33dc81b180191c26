/** ECS: the account's settings, of everybody or of one principal, and what they are when nobody set them. */
import type { EcsOperations, Setting } from "../model/ecs.types";
import type { Table } from "../registry";
import { page } from "../util";
import type { Region } from "../world";

import { badToken, invalid } from "./lookup";

type Operations = Pick<EcsOperations, "ListAccountSettings" | "PutAccountSetting">;

/** What a setting may be, first what it is when nobody set it. Source: ECS's page on account settings. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  awsvpcTrunking: ["disabled", "enabled"],
  containerInsights: ["disabled", "enabled", "enhanced"],
  containerInstanceLongArnFormat: ["enabled"],
  defaultLogDriverMode: ["non-blocking", "blocking"],
  fargateEventWindows: ["disabled", "enabled"],
  fargateFIPSMode: ["disabled", "enabled"],
  fargateTaskRetirementWaitPeriod: ["7", "0", "14"],
  guardDutyActivate: ["off"],
  serviceLongArnFormat: ["enabled"],
  tagResourceAuthorization: ["off", "on"],
  taskLongArnFormat: ["enabled"],
};

/** Set by AWS alone, as GuardDuty is switched on or off for the account. */
const OF_AWS: readonly string[] = ["guardDutyActivate"];

const rootArn = (region: Region): string => `arn:aws:iam::${region.account}:root`;
const keyOf = (principal: string, name: string): string => `${principal} ${name}`;

/** The setting as it holds for a principal: its own, else that of everybody, else AWS's. */
export function settingOf(region: Region, name: string, principal: string = rootArn(region)): string {
  const { settings } = region.ecs;
  return settings.get(keyOf(principal, name)) ?? settings.get(keyOf(rootArn(region), name)) ?? VALUES[name]?.[0] ?? "";
}

/** The principal that a setting is of: a session counts as its role. */
function principalOf(region: Region, given: string | undefined, caller: string): string {
  const principal = given ?? caller.replace(/:sts:(.*):assumed-role\/([^/]+)\/.*$/, ":iam:$1:role/$2");
  const form = new RegExp(`^arn:aws[a-z-]*:iam::${region.account}:(root|user/.+|role/.+)$`);
  if (!form.test(principal)) throw invalid(`Invalid principal ARN: ${principal}`);
  return principal;
}

const typeOf = (name: string): Setting["type"] => (OF_AWS.includes(name) ? "aws_managed" : "user");

export const accountSettingOperations: Table<Operations> = {
  ListAccountSettings: {
    supports: "*",
    run: (input, { region, caller }) => {
      const principalArn = principalOf(region, input.principalArn, caller.arn);
      const own = Object.keys(VALUES).filter((name) => region.ecs.settings.has(keyOf(principalArn, name)));
      const names = input.effectiveSettings ? Object.keys(VALUES) : own;
      const settings = names
        .map(
          (name): Setting => ({
            name,
            value: settingOf(region, name, principalArn),
            principalArn,
            type: typeOf(name),
          }),
        )
        .filter(
          ({ name, value }) =>
            (input.name === undefined || name === input.name) && (input.value === undefined || value === input.value),
        );
      if (input.value !== undefined && input.name === undefined) throw invalid("name must be given with value.");
      const p = page(settings, input.nextToken, input.maxResults ?? 10, badToken);
      return { settings: p.items, nextToken: p.next };
    },
  },
  PutAccountSetting: {
    supports: "*",
    run: (input, { region, caller }) => {
      const { name, value } = input;
      if (OF_AWS.includes(name)) throw invalid(`The account setting ${name} is managed by AWS and cannot be changed.`);
      if (!VALUES[name]?.includes(value))
        throw invalid(`Invalid value '${value}' for setting ${name}. Valid values: ${VALUES[name]?.join(", ") ?? ""}.`);
      const principalArn = principalOf(region, input.principalArn, caller.arn);
      region.ecs.settings.set(keyOf(principalArn, name), value);
      return { setting: { name, value, principalArn, type: typeOf(name) } };
    },
  },
};
