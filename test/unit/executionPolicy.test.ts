import assert from "node:assert/strict";
import { policyAfterRollout } from "../../src/core/deploy/executionPolicy";
import { known, type Read } from "../../src/core/service/snapshot/serviceSnapshot";
import { allThere, inputOf } from "./deploy/observed";

const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-AbCdEf";

interface Statement {
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: object;
}

/** What of kms:Decrypt the role may, where these references lie under these keys. */
function decrypts(keys: Readonly<Record<string, Read<string | undefined>>>, inline?: object): Statement[] {
  const input = inputOf();
  const observed = allThere(input);
  observed.secretKeys = Object.entries(keys).map(([reference, key]) => ({ reference, key }));
  if (inline && observed.role) Object.assign(observed.role, { inline });
  const secrets = Object.keys(keys).map((valueFrom, index) => ({ name: `S${index}`, valueFrom }));
  const policy = policyAfterRollout(input, observed, { containerDefinitions: [{ name: "quay", secrets }] });
  return (policy["Statement"] as unknown as Statement[]).filter(({ Action }) => Action.includes("kms:Decrypt"));
}

describe("what the execution role may open", () => {
  it("is nothing where AWS's own key is enough", () => {
    assert.deepEqual(decrypts({ [secret]: known(undefined), name: known(undefined) }), []);
  });

  it("is just the key, by the service and in the region that keep the secret", () => {
    const key = "arn:aws:kms:eu-west-1:123456789012:key/1234";
    const condition = (service: string, region: string) => ({
      StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
    });
    const [ofSecret] = decrypts({ [`${secret}:user::`]: known(key) });
    assert.deepEqual([ofSecret?.Resource, ofSecret?.Condition], [[key], condition("secretsmanager", "eu-west-1")]);
    const [ofParameter] = decrypts({ "/app/name": known("1234") });
    assert.deepEqual(
      [ofParameter?.Resource, ofParameter?.Condition],
      [["arn:aws:kms:us-east-1:123456789012:key/1234"], condition("ssm", "us-east-1")],
    );
    assert.equal(decrypts({ [`${secret}:a::`]: known(key), [`${secret}:b::`]: known(key) }).length, 1);
  });

  it("is whatever the alias means, where the key is named by one: a policy cannot name an alias", () => {
    for (const alias of ["alias/mine", "arn:aws:kms:eu-west-1:123456789012:alias/mine"]) {
      const [statement] = decrypts({ [secret]: known(alias) });
      assert.deepEqual(statement?.Resource, ["arn:aws:kms:eu-west-1:123456789012:key/*"]);
      assert.match(JSON.stringify(statement.Condition), /"kms:ResourceAliases":"alias\/mine"/);
    }
  });

  it("stays what it was where the key may not be read now", () => {
    const before = { Effect: "Allow", Action: ["kms:Decrypt"], Resource: ["arn:key"] };
    const unread: Read<string | undefined> = { known: false, why: "denied", code: "AccessDenied" };
    assert.deepEqual(decrypts({ [secret]: unread }, { Statement: [before] }), [before]);
    assert.deepEqual(decrypts({ [secret]: known(undefined) }, { Statement: [before] }), []);
  });
});
