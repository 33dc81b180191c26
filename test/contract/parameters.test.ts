import assert from "node:assert/strict";
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { refuses } from "./support/refusal";
import { endpoint, RUN } from "./support/sandbox";

describe("a parameter", function () {
  this.timeout(30_000);
  let ssm: SSMClient;
  before(async () => {
    const e = await endpoint();
    // AWS's rates are low here, and the client asks again.
    ssm = new SSMClient({ endpoint: e.url, region: e.region, credentials: e.credentials, maxAttempts: 8 });
  });

  const path = `/${RUN}/web`;
  const put = (input: object) =>
    ssm.send(new PutParameterCommand({ Name: `${path}/TOKEN`, Value: "v", Type: "SecureString", ...input }));

  it("is made once, changed with overwrite, and read opened or sealed, by version and label", async () => {
    assert.equal((await put({ Value: "first" })).Version, 1);
    await assert.rejects(put({ Value: "again" }), refuses("ParameterAlreadyExists", /set the overwrite option/));
    assert.equal((await put({ Value: "second", Overwrite: true, Type: undefined })).Version, 2);
    const get = async (Name: string, WithDecryption = true): Promise<string> =>
      (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value ?? "";
    assert.equal(await get(`${path}/TOKEN`), "second");
    assert.equal((await get(`${path}/TOKEN`, false)).includes("second"), false);
    assert.equal(await get(`${path}/TOKEN:1`), "first");
    await ssm.send(
      new LabelParameterVersionCommand({ Name: `${path}/TOKEN`, ParameterVersion: 1, Labels: ["good", "1bad"] }),
    );
    assert.equal(await get(`${path}/TOKEN:good`), "first");
    await assert.rejects(get(`${path}/TOKEN:9`), refuses("ParameterVersionNotFound", /could not find version 9 of/));
    await assert.rejects(get(`${path}/NONE`), refuses("ParameterNotFound"));
    const history = await ssm.send(new GetParameterHistoryCommand({ Name: `${path}/TOKEN`, WithDecryption: true }));
    assert.deepEqual(
      history.Parameters?.map((p) => [p.Value, p.Labels]),
      [
        ["first", ["good"]],
        ["second", []],
      ],
    );
  });

  it("is refused where its name, type, size, pattern or key are wrong", async () => {
    const bad = (input: object) => put({ Name: `${path}/BAD`, ...input });
    await assert.rejects(bad({ Name: "aws/x" }), refuses("ValidationException", /can't be prefixed with/));
    await assert.rejects(bad({ Name: "a/b" }), refuses("ValidationException", /fully qualified name/));
    await assert.rejects(bad({ Type: undefined }), refuses("ValidationException", /parameter type is required/));
    await assert.rejects(
      bad({ Value: "x".repeat(4097) }),
      refuses("ValidationException", /maximum parameter value of 4096/),
    );
    await assert.rejects(
      bad({ AllowedPattern: "^\\d+$", Type: "String" }),
      refuses("ParameterPatternMismatchException", /cannot be validated against allowedPattern/),
    );
    await assert.rejects(bad({ KeyId: "alias/none" }), refuses("InvalidKeyId"));
    await assert.rejects(
      bad({ Overwrite: true, Tags: [{ Key: "a", Value: "b" }] }),
      refuses("ValidationException", /tags and overwrite/),
    );
  });

  it("is found by name, by path and by its own tags", async () => {
    await put({ Name: `${path}/deep/ONE`, Value: "1", Type: "String", Tags: [{ Key: "app", Value: "web" }] });
    const many = await ssm.send(
      new GetParametersCommand({ Names: [`${path}/TOKEN`, `${path}/NONE`], WithDecryption: true }),
    );
    assert.deepEqual([many.Parameters?.[0]?.Value, many.InvalidParameters], ["second", [`${path}/NONE`]]);
    const under = async (Recursive: boolean): Promise<readonly (string | undefined)[]> =>
      ((await ssm.send(new GetParametersByPathCommand({ Path: path, Recursive }))).Parameters ?? []).map((p) => p.Name);
    assert.deepEqual(await under(false), [`${path}/TOKEN`]);
    assert.deepEqual(await under(true), [`${path}/TOKEN`, `${path}/deep/ONE`]);
    const described = async (filter: object): Promise<readonly (string | undefined)[]> =>
      (
        (await ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter as { Key: string }] }))).Parameters ??
        []
      ).map((p) => p.Name);
    assert.deepEqual(await described({ Key: "Name", Option: "Equals", Values: [`${path}/TOKEN`] }), [`${path}/TOKEN`]);
    assert.deepEqual(await described({ Key: "tag:app", Values: ["web"] }), [`${path}/deep/ONE`]);
    await assert.rejects(described({ Key: "Colour", Values: ["x"] }), refuses("InvalidFilterKey"));
    await ssm.send(
      new AddTagsToResourceCommand({
        ResourceType: "Parameter",
        ResourceId: `${path}/TOKEN`,
        Tags: [{ Key: "team", Value: "blue" }],
      }),
    );
    const tags = await ssm.send(
      new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: `${path}/TOKEN` }),
    );
    assert.deepEqual(tags.TagList, [{ Key: "team", Value: "blue" }]);
  });

  it("is deleted once", async () => {
    await ssm.send(new DeleteParameterCommand({ Name: `${path}/TOKEN` }));
    await assert.rejects(ssm.send(new DeleteParameterCommand({ Name: `${path}/TOKEN` })), refuses("ParameterNotFound"));
    const done = await ssm.send(new DeleteParametersCommand({ Names: [`${path}/deep/ONE`, `${path}/NONE`] }));
    assert.deepEqual([done.DeletedParameters, done.InvalidParameters], [[`${path}/deep/ONE`], [`${path}/NONE`]]);
  });
});
