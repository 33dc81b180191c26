/** One member of slipway.json is set, and nothing else of the file changes. */
import assert from "node:assert/strict";
import { withMember } from "../../src/core/app/editConfig";

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
