/** A rule that is added to a listener takes no request that another rule got. */
import assert from "node:assert/strict";
import {
  meetsCondition,
  type ListenerCondition,
  type ListenerRequest,
} from "../../../src/core/base/listenerConditions";
import { covers, fitsWildcards, meet, wildcardParts } from "../../../src/core/base/wildcards";
import { lastPriority, lastResortTag, placeRule, type RuleMatch } from "../../../src/core/deploy/rulePlace";
import { plannedFrom } from "../../../src/core/deploy/prepare";
import type { ListenerRule } from "../../../src/core/ports/cloud";
import { allThere, inputOf } from "./observed";
import { quickest } from "../support/quickest";

/** A small generator of numbers that is the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

const pick = <T>(random: (below: number) => number, from: readonly T[]): T => from[random(from.length)] as T;
const paths = ["/*", "/a*", "/a/*", "/a/b", "/b?", "*b*", "/?/b", "*", "/a/*/b", "/a\\*", "/A*", "/*/"];
const hosts = ["*", "x.example.com", "*.example.com", "X.EXAMPLE.COM", "y*", "?.example.com"];
const askedPaths = ["/", "/a", "/a/", "/a/b", "/b", "/bb", "/ab", "/a/x/b", "/a*", "/A/b", "/c/b", "/x/"];
const askedHosts = ["x.example.com", "y.example.com", "example.com", "X.example.com", "other.org"];

function conditionsOf(random: (below: number) => number): ListenerCondition[] {
  const conditions: ListenerCondition[] = [];
  if (random(3) > 0)
    conditions.push({ field: "path-pattern", values: [pick(random, paths), pick(random, paths)].slice(random(2)) });
  if (random(3) === 0) conditions.push({ field: "host-header", values: [pick(random, hosts)] });
  if (random(6) === 0) conditions.push({ field: "http-request-method", values: ["GET"] });
  if (random(8) === 0) conditions.push({ field: "path-pattern", values: [], regexValues: ["^/a"] });
  if (random(8) === 0) conditions.push({ field: "http-header", header: "X-Test", values: ["on*"] });
  return conditions.length ? conditions : [{ field: "path-pattern", values: ["/only"] }];
}

const ruleOf = (priority: number, conditions: ListenerCondition[]): ListenerRule => ({
  arn: `rule-${priority}`,
  priority: String(priority),
  isDefault: false,
  forwards: [],
  pathPatterns: [],
  hostHeaders: [],
  conditions,
  partlyRead: false,
  tags: {},
});

const winner = (rules: readonly ListenerRule[], request: ListenerRequest): string =>
  [...rules]
    .sort((one, other) => Number(one.priority) - Number(other.priority))
    .find(({ conditions }) => conditions.every((condition) => meetsCondition(condition, request)))?.arn ?? "default";

const requests: ListenerRequest[] = askedPaths.flatMap((path) =>
  askedHosts.flatMap((host) =>
    ["GET", "POST"].flatMap((method) =>
      [{}, { "x-test": "on" }].map((headers) => ({ path, host, method, headers, query: "", source: "203.0.113.9" })),
    ),
  ),
);

describe("the place of a new listener rule", () => {
  it("takes no request from any rule, whatever the rules are, and says whether it gets any itself", function () {
    this.timeout(20_000);
    const random = numbers(42);
    let shadowed = 0;
    for (let round = 0; round < 200; round++) {
      const highest = round % 5 === 0 ? 50_000 : 400;
      const rules = Array.from({ length: 1 + random(6) }, () =>
        ruleOf(1 + random(highest), conditionsOf(random)),
      ).filter((rule, index, all) => all.findIndex(({ priority }) => priority === rule.priority) === index);
      if (round % 10 === 0) rules.push(ruleOf(50_000, conditionsOf(random)));
      const match: RuleMatch = {
        ...(random(4) > 0 ? { pathPattern: pick(random, paths) } : {}),
        hostHeader: pick(random, hosts),
      };
      const place = placeRule(match, rules);
      if (place.priority === undefined) continue;
      assert.ok(!rules.some(({ priority }) => priority === String(place.priority)), "a free priority");
      const fresh = ruleOf(place.priority, [
        ...(match.pathPattern === undefined ? [] : [{ field: "path-pattern" as const, values: [match.pathPattern] }]),
        ...(match.hostHeader === undefined ? [] : [{ field: "host-header" as const, values: [match.hostHeader] }]),
      ]);
      const after = [...rules, fresh];
      for (const request of requests) {
        const before = winner(rules, request);
        if (before !== "default")
          assert.equal(winner(after, request), before, JSON.stringify({ match, rules, request }));
        if (place.shadowedBy.length)
          assert.notEqual(winner(after, request), fresh.arn, JSON.stringify({ match, rules, request }));
      }
      if (place.shadowedBy.length) shadowed++;
    }
    assert.ok(shadowed > 10, `${shadowed} were shadowed`);
  });

  it("names the rules before it that share requests, and those that leave none", () => {
    const rules = [
      ruleOf(10, [{ field: "path-pattern", values: ["/admin*"] }]),
      ruleOf(20, [{ field: "path-pattern", values: ["/shop/*"] }]),
      ruleOf(30, [{ field: "host-header", values: ["other.example.com"] }]),
    ];
    assert.deepEqual(placeRule({ pathPattern: "/*" }, rules), { priority: 31, after: [10, 20, 30], shadowedBy: [] });
    assert.deepEqual(placeRule({ pathPattern: "/docs/*", hostHeader: "x.example.com" }, rules), {
      priority: 31,
      after: [],
      shadowedBy: [],
    });
    assert.deepEqual(placeRule({ pathPattern: "/shop/cart" }, rules).shadowedBy, [20]);
    // More than its path decides what it takes.
    const narrow = ruleOf(5, [
      { field: "path-pattern", values: ["/*"] },
      { field: "source-ip", values: ["10.0.0.0/8"] },
    ]);
    assert.deepEqual(placeRule({ pathPattern: "/shop/cart" }, [narrow]), { priority: 6, after: [5], shadowedBy: [] });
    assert.deepEqual(placeRule({ pathPattern: "/x" }, [{ ...ruleOf(5, []), partlyRead: true }]).shadowedBy, []);
  });

  it("is before the rule that an application moves its traffic by, which stands for the default action", () => {
    const everything = {
      ...ruleOf(50_000, [{ field: "path-pattern", values: ["/*"] }]),
      tags: { [lastResortTag]: "yes" },
    };
    const guest = ruleOf(3, [{ field: "path-pattern", values: ["/a*"] }]);
    assert.deepEqual(placeRule({ pathPattern: "/a/b" }, [everything, guest]), {
      priority: 4,
      after: [3],
      shadowedBy: [3],
    });
    assert.equal(placeRule({ pathPattern: "/b" }, [{ ...everything, priority: "1" }]).priority, undefined);
    assert.equal(lastPriority([guest]), 50_000);
    assert.equal(lastPriority([everything]), undefined);
  });

  it("is behind those alone that share requests where the last priority is taken, and nowhere where they have it", () => {
    const last = ruleOf(50_000, [{ field: "path-pattern", values: ["/last"] }]);
    const first = ruleOf(1, [{ field: "path-pattern", values: ["/a*"] }]);
    assert.equal(placeRule({ pathPattern: "/a/b" }, [first, last]).priority, 2);
    assert.equal(placeRule({ pathPattern: "/*" }, [first, last]).priority, undefined);
  });
});

describe("patterns with wildcards", () => {
  const texts = ["", "a", "b", "ab", "ba", "aab", "abc", "A", "a*b", "*"];
  const patterns = ["", "*", "?", "a*", "*a", "a?b", "a*b", "??", "*b*", "a", "ab", "a\\*b", "**", "?*"];
  for (const ignoreCase of [false, true])
    it(`meet and cover as what fits them says${ignoreCase ? ", without regard to case" : ""}`, () => {
      for (const one of patterns)
        for (const other of patterns) {
          const [left, right] = [wildcardParts(one, true), wildcardParts(other, true)];
          const fits = (parts: typeof left) => texts.filter((text) => fitsWildcards(parts, text, ignoreCase));
          const both = fits(left).filter((text) => fits(right).includes(text));
          if (both.length) assert.ok(meet(left, right, ignoreCase), `${one} meets ${other} in ${both[0]}`);
          if (covers(left, right, ignoreCase))
            assert.deepEqual(
              fits(right).filter((text) => !fits(left).includes(text)),
              [],
              `${one} covers ${other}`,
            );
        }
      assert.ok(!meet(wildcardParts("/a*"), wildcardParts("/b*")));
      assert.ok(covers(wildcardParts("/*"), wildcardParts("/a/*/c?")));
      assert.ok(!covers(wildcardParts("/a/*"), wildcardParts("/a*")));
    });
  it("take no long time, whatever they are", () => {
    const long = wildcardParts("*a".repeat(64));
    const taken = quickest(
      () => {
        meet(long, wildcardParts("*b".repeat(64)));
        covers(long, wildcardParts("*?a".repeat(40)));
      },
      { enough: 500 },
    );
    assert.ok(taken <= 500, `${taken} ms`);
  });
});

describe("a plan with a rule on the listener of others", () => {
  const shared = (pathPattern: string, rules: ListenerRule[]) => {
    const input = inputOf({ loadBalancer: { name: "shared", pathPattern } });
    const state = allThere(input);
    state.listener = { ...(state.listener as NonNullable<typeof state.listener>), forwards: [], tags: {} };
    state.loadBalancer = { ...(state.loadBalancer as NonNullable<typeof state.loadBalancer>), tags: {} };
    state.rules = rules;
    return plannedFrom(input, state).plan;
  };
  it("says the place", () => {
    const { items, problems } = shared("/*", [ruleOf(10, [{ field: "path-pattern", values: ["/admin*"] }])]);
    const listener = items.find(({ step }) => step === "listener");
    assert.deepEqual(
      [listener?.action, listener?.changes],
      ["create", [{ code: "rulePlace", after: [10], shadowedBy: [] }]],
    );
    assert.ok(!problems.some(({ code }) => code.startsWith("Rule")));
  });
  it("does not start where nothing would be left for it", () => {
    const { problems } = shared("/shop/cart", [ruleOf(10, [{ field: "path-pattern", values: ["/shop/*"] }])]);
    assert.ok(problems.some(({ code, severity }) => code === "RuleShadowed" && severity === "stop"));
  });
});
