/** Listener rules: which conditions a request meets, and whose actions it gets. */
import { contains } from "../ec2/cidr";
import type { Action, Rule, RuleCondition } from "../model/elbv2.types";
import type { ListenerRecord } from "../states";

export interface RequestFacts {
  readonly host: string;
  /** Path and query as they were sent: a load balancer decodes neither. */
  readonly path: string;
  readonly query: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly source: string;
}

/** `*` is any run of characters and `?` one; behind a backslash they stand for themselves. */
function glob(pattern: string, text: string, ignoreCase: boolean): boolean {
  const source = pattern.replace(/\\([*?\\])|([*?])|[.+^${}()|[\]\\/]/g, (found, literal, wildcard) =>
    literal !== undefined ? `\\${literal}` : wildcard === "*" ? ".*" : wildcard === "?" ? "." : `\\${found}`,
  );
  return new RegExp(`^${source}$`, ignoreCase ? "isu" : "su").test(text);
}

interface Wanted {
  readonly Values?: readonly string[];
  readonly RegexValues?: readonly string[];
}

function someHolds(wanted: Wanted, text: string, ignoreCase: boolean, regexFlags = ""): boolean {
  return (
    (wanted.Values ?? []).some((v) => glob(v, text, ignoreCase)) ||
    (wanted.RegexValues ?? []).some((r) => new RegExp(r, regexFlags).test(text))
  );
}

/** The parameters of a query string, each with what is before and after its first `=`. */
const parameters = (query: string): [string, string][] =>
  query
    .split("&")
    .filter(Boolean)
    .map((p) => [p.split("=", 1)[0] ?? "", p.includes("=") ? p.slice(p.indexOf("=") + 1) : ""]);

function holds(condition: RuleCondition, facts: RequestFacts): boolean {
  switch (condition.Field) {
    case "path-pattern":
      return someHolds(condition.PathPatternConfig ?? condition, facts.path, false);
    case "host-header":
      return someHolds(condition.HostHeaderConfig ?? condition, facts.host, true, "i");
    case "http-request-method":
      return (condition.HttpRequestMethodConfig?.Values ?? []).includes(facts.method);
    case "http-header": {
      const config = condition.HttpHeaderConfig ?? {};
      const header = facts.headers[(config.HttpHeaderName ?? "").toLowerCase()] ?? [];
      return [header].flat().some((text) => someHolds(config, text, true));
    }
    case "query-string":
      return (condition.QueryStringConfig?.Values ?? []).some((v) =>
        parameters(facts.query).some(
          ([k, q]) => (v.Key === undefined || glob(v.Key, k, true)) && glob(v.Value ?? "", q, true),
        ),
      );
    case "source-ip":
      return (condition.SourceIpConfig?.Values ?? []).some((v) => contains(v, facts.source));
    default:
      return false;
  }
}

const order = (rule: Rule): number => (rule.IsDefault ? Number.MAX_SAFE_INTEGER : Number(rule.Priority));

/** The actions of the first rule whose conditions all hold. */
export function actionsFor(listener: Pick<ListenerRecord, "rules">, facts: RequestFacts): readonly Action[] {
  const rules = [...listener.rules.values()].map((r) => r.rule).sort((a, b) => order(a) - order(b));
  return rules.find((r) => r.IsDefault || (r.Conditions ?? []).every((c) => holds(c, facts)))?.Actions ?? [];
}
