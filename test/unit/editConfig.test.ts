/** One member of slipway.json is set, and nothing else of the file changes. */
import assert from "node:assert/strict";
import { parseConfig, resolveApplication } from "../../src/core/app/app";
import { withMember } from "../../src/core/app/editConfig";
import { statedOf } from "../../src/core/app/place";
import { alarmIds, chosenAlarms, type AlarmId } from "../../src/core/deploy/alarms";

const text = `{
  // ours
  "applications": {
    "shop": {
      "port": 80, // the web port
      "alarms": true,
      "environments": { "prod": { "desiredCount": 3 } },
    },
    "other": { "port": 81 }
  }
}
`;

describe("a member of slipway.json", () => {
  it("is set where it stood, with comments, trailing commas and everything else as it was", () => {
    const after = withMember(text, { application: "shop" }, "alarms", { deployments: "rollBack" });
    assert.equal(after.replace(/"alarms": \{\s*"deployments": "rollBack"\s*\}/, '"alarms": true'), text);
    assert.match(withMember(text, { application: "other" }, "alarms", false), /"port": 81,\s+"alarms": false/);
  });

  it("is set in the environment that is asked for", () => {
    const after = withMember(text, { application: "shop", environment: "prod" }, "alarms", { cpu: false });
    assert.match(after, /"desiredCount": 3,\s*"alarms": \{\s*"cpu": false/);
    assert.match(after, /"alarms": true/);
  });

  it("is not set where there is no such application or environment, or the value is none", () => {
    assert.throws(() => withMember(text, { application: "shoe" }, "alarms", true), { code: "UnknownApplication" });
    assert.throws(() => withMember(text, { application: "shop", environment: "x" }, "alarms", true), {
      code: "UnknownEnvironment",
    });
    assert.throws(() => withMember(text, { application: "shop" }, "desiredCount", -1), { code: "InvalidConfig" });
    assert.throws(() => withMember("{", { application: "shop" }, "alarms", true), { code: "InvalidConfig" });
  });
});

describe("alarms that a person chose", () => {
  const of = (base: object, environment?: object) =>
    JSON.stringify({
      applications: {
        shop: { port: 80, alarms: base, environments: { prod: environment ? { alarms: environment } : {} } },
      },
    });
  const choose = (before: string, chosen: readonly AlarmId[], environment: string | undefined) => {
    const { alarms } = statedOf(before, "shop", environment);
    const stated = typeof alarms === "object" ? alarms : {};
    const settings = chosenAlarms(new Set(chosen), stated, "fail", environment !== undefined);
    const after = withMember(before, { application: "shop", environment }, "alarms", settings);
    return resolveApplication(parseConfig(after), "shop", environment).alarms;
  };

  it("are those that an environment has then, also where its application has others", () => {
    for (const before of [of({ errors: false, cpu: 70 }), of({ errors: false }, { cpu: 70 })]) {
      const alarms = choose(before, ["errors", "cpu"], "prod");
      assert.deepEqual(
        alarmIds.filter((id) => alarms?.[id] !== false),
        ["errors", "cpu"],
      );
      assert.equal(alarms?.cpu, 70);
    }
  });

  it("are stated by the application itself without the thresholds that nobody chose", () => {
    assert.deepEqual(choose(of({ errors: false, cpu: 70 }), alarmIds, undefined), { cpu: 70, deployments: "fail" });
  });
});
