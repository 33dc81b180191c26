/** Which rule of a listener a request meets. */
import { contains } from "../ec2/cidr";
import type { Action, Rule, RuleCondition } from "../model/elbv2.types";
import type { ListenerRecord } from "../states";

export interface RequestFacts {
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly source: string;
}

function glob(pattern: string, text: string, ignoreCase: boolean): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, ignoreCase ? "is" : "s").test(text);
}

function holds(condition: RuleCondition, facts: RequestFacts): boolean {
  const values = condition.Values ?? [];
  switch (condition.Field) {
    case "path-pattern":
      return (condition.PathPatternConfig?.Values ?? values).some((v) => glob(v, facts.path, false));
    case "host-header":
      return (condition.HostHeaderConfig?.Values ?? values).some((v) => glob(v, facts.host, true));
    case "http-request-method":
      return (condition.HttpRequestMethodConfig?.Values ?? []).includes(facts.method);
    case "http-header": {
      const header = facts.headers[(condition.HttpHeaderConfig?.HttpHeaderName ?? "").toLowerCase()];
      const texts = header === undefined ? [] : Array.isArray(header) ? header : [header];
      return (condition.HttpHeaderConfig?.Values ?? []).some((v) => texts.some((t) => glob(v, t, true)));
    }
    case "query-string":
      return (condition.QueryStringConfig?.Values ?? []).some((v) =>
        [...facts.query].some(
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
export function actionsFor(listener: ListenerRecord, facts: RequestFacts): readonly Action[] {
  const rules = [...listener.rules.values()].map((r) => r.rule).sort((a, b) => order(a) - order(b));
  return rules.find((r) => r.IsDefault || (r.Conditions ?? []).every((c) => holds(c, facts)))?.Actions ?? [];
}
