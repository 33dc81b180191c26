/**
 * Sticky sessions: cookies that lead a client to the target that it had before.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#sticky-sessions
 */
import { token } from "../ids";
import type { TargetGroupRecord, TargetRecord } from "../states";

const OWN = "AWSALB";
const CORS = "AWSALBCORS";
const OF_APPLICATION = "AWSALBAPP-0";

const attribute = (group: TargetGroupRecord, name: string): string => group.attributes.get(`stickiness.${name}`) ?? "";
const isSticky = (group: TargetGroupRecord): boolean => attribute(group, "enabled") === "true";
const keyOf = ({ id, port }: Pick<TargetRecord, "id" | "port">): string => `${id}:${port}`;

const cookiesOf = (header: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    (header ?? "").split(";").flatMap((part) => {
      const [name = "", ...value] = part.trim().split("=");
      return name === "" ? [] : [[name, value.join("=")] as const];
    }),
  );

/** What a cookie says: the target, when it ends, and something that makes each one another. */
const sealed = (target: TargetRecord, endsAt: number): string =>
  Buffer.from(JSON.stringify([keyOf(target), endsAt, token(24)])).toString("base64");

function meant(value: string): string | undefined {
  try {
    const [key, endsAt] = JSON.parse(Buffer.from(value, "base64").toString("utf8")) as [unknown, unknown];
    return typeof key === "string" && typeof endsAt === "number" && endsAt > Date.now() ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The one of these targets that the client's cookies name; undefined where it may be any. */
export function stuckTo(
  group: TargetGroupRecord,
  targets: readonly TargetRecord[],
  cookie: string | undefined,
): TargetRecord | undefined {
  if (!isSticky(group)) return undefined;
  const cookies = cookiesOf(cookie);
  const value =
    attribute(group, "type") === "app_cookie" ? cookies.get(OF_APPLICATION) : (cookies.get(OWN) ?? cookies.get(CORS));
  const key = value === undefined ? undefined : meant(value);
  return targets.find((target) => keyOf(target) === key);
}

/** The cookies that go with a target's answer: one lasts from now on, one with the application's own. */
export function cookiesFor(
  group: TargetGroupRecord | undefined,
  target: TargetRecord,
  setByTarget: readonly string[],
): readonly string[] {
  if (!group || !isSticky(group)) return [];
  const isOfApplication = attribute(group, "type") === "app_cookie";
  const seconds = Number(attribute(group, `${isOfApplication ? "app" : "lb"}_cookie.duration_seconds`));
  const endsAt = Date.now() + seconds * 1000;
  const rest = `Expires=${new Date(endsAt).toUTCString()}; Path=/`;
  if (isOfApplication) {
    const name = attribute(group, "app_cookie.cookie_name");
    if (!setByTarget.some((cookie) => cookie.startsWith(`${name}=`))) return [];
    return [`${OF_APPLICATION}=${sealed(target, endsAt)}; ${rest}`];
  }
  const value = sealed(target, endsAt);
  return [`${OWN}=${value}; ${rest}`, `${CORS}=${value}; ${rest}; SameSite=None`];
}
