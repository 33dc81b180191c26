/**
 * Which requests a rule of an Application Load Balancer's listener matches.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
import { coverage } from "./cidr";
import { fitsWildcards, wildcardParts } from "./wildcards";

/** One condition of a rule: it holds where one of its values, or of its regular expressions, matches. */
export type ListenerCondition =
  | {
      readonly field: "host-header" | "path-pattern";
      readonly values?: readonly string[];
      readonly regexValues?: readonly string[];
    }
  | {
      readonly field: "http-header";
      readonly header: string;
      readonly values?: readonly string[];
      readonly regexValues?: readonly string[];
    }
  | {
      readonly field: "query-string";
      /** Without a key the value may be any parameter's. */
      readonly values: readonly { readonly key?: string; readonly value: string }[];
    }
  | { readonly field: "http-request-method" | "source-ip"; readonly values: readonly string[] };

/** A request as the load balancer sees it. */
export interface ListenerRequest {
  /** Without a port. */
  readonly host: string;
  /** As it was sent, neither decoded nor made shorter. */
  readonly path: string;
  /** Behind the `?`, as it was sent. */
  readonly query: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The address that the connection comes from. */
  readonly source: string;
}

/** A backslash makes a wildcard stand for itself. Only paths are compared with regard to case. */
const someFits = (patterns: readonly string[] | undefined, text: string, ignoreCase: boolean): boolean =>
  (patterns ?? []).some((pattern) => fitsWildcards(wildcardParts(pattern, true), text, ignoreCase));

/** A regular expression that cannot be read matches nothing: AWS would not have taken it. */
const someMatches = (sources: readonly string[] | undefined, text: string, flags: string): boolean =>
  (sources ?? []).some((source) => {
    try {
      return new RegExp(source, flags).test(text);
    } catch {
      return false;
    }
  });

const parametersOf = (query: string): { key: string; value: string }[] =>
  query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? { key: part, value: "" } : { key: part.slice(0, at), value: part.slice(at + 1) };
    });

/** Whether a request meets a condition. */
export function meetsCondition(condition: ListenerCondition, request: ListenerRequest): boolean {
  switch (condition.field) {
    case "host-header":
      return someFits(condition.values, request.host, true) || someMatches(condition.regexValues, request.host, "i");
    case "path-pattern":
      return someFits(condition.values, request.path, false) || someMatches(condition.regexValues, request.path, "");
    case "http-header": {
      const wanted = condition.header.toLowerCase();
      return Object.entries(request.headers)
        .filter(([name]) => name.toLowerCase() === wanted)
        .flatMap(([, sent]) => sent ?? [])
        .some((text) => someFits(condition.values, text, true) || someMatches(condition.regexValues, text, ""));
    }
    case "query-string":
      return parametersOf(request.query).some((sent) =>
        condition.values.some(
          ({ key, value }) =>
            (key === undefined || someFits([key], sent.key, true)) && someFits([value], sent.value, true),
        ),
      );
    case "http-request-method":
      return condition.values.includes(request.method);
    case "source-ip":
      return coverage(condition.values, request.source) === "all";
  }
}
