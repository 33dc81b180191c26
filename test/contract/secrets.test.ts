import assert from "node:assert/strict";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { has, ok, fails } from "./support/cli";
import { refuses } from "./support/refusal";
import { control, endpoint, RUN, TARGET, type Endpoint } from "./support/sandbox";

describe("secrets, parameters and keys", function () {
  this.timeout(30_000);
  let e: Endpoint;
  let secrets: SecretsManagerClient;
  let ssm: SSMClient;
  let kms: KMSClient;
  before(async () => {
    e = await endpoint();
    const options = { endpoint: e.url, region: e.region, credentials: e.credentials, maxAttempts: 1 };
    secrets = new SecretsManagerClient(options);
    ssm = new SSMClient({ ...options, maxAttempts: 8 });
    kms = new KMSClient(options);
  });

  describe("a secret", () => {
    const name = `${RUN}/web/DATABASE_URL`;
    const value = async (SecretId: string, more = {}): Promise<string | undefined> =>
      (await secrets.send(new GetSecretValueCommand({ SecretId, ...more }))).SecretString;

    it("is made with its first version, and read by name, ARN and ARN without suffix", async () => {
      const made = await secrets.send(
        new CreateSecretCommand({ Name: name, SecretString: "one", Tags: [{ Key: "app", Value: "web" }] }),
      );
      assert.match(
        made.ARN ?? "",
        new RegExp(`^arn:aws:secretsmanager:${e.region}:\\d{12}:secret:${name}-[A-Za-z0-9]{6}$`),
      );
      assert.match(made.VersionId ?? "", /^[0-9a-f-]{36}$/);
      for (const id of [name, made.ARN ?? "", made.ARN?.slice(0, -7) ?? ""]) assert.equal(await value(id), "one");
      const shown = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
      assert.deepEqual(shown.Tags, [{ Key: "app", Value: "web" }]);
      assert.deepEqual(shown.VersionIdsToStages, { [made.VersionId ?? ""]: ["AWSCURRENT"] });
      assert.equal(JSON.stringify(shown).includes("one"), false);
    });

    it("is there once, and needs a good name and one value", async () => {
      const create = (input: object) => secrets.send(new CreateSecretCommand({ Name: name, ...input }));
      await assert.rejects(
        create({ SecretString: "x" }),
        refuses("ResourceExistsException", /the secret .* already exists\.$/),
      );
      await assert.rejects(create({ Name: "a b" }), refuses("ValidationException", /^Invalid name\./));
      await assert.rejects(
        create({ Name: `${name}2`, SecretString: "x", SecretBinary: Buffer.from("x") }),
        refuses("InvalidParameterException", /both a binary secret value and a string secret value/),
      );
      await assert.rejects(
        create({ Name: `${name}2`, SecretString: "" }),
        refuses("ValidationException", /secretString/),
      );
      await assert.rejects(
        create({ Name: `${name}2`, SecretString: "x".repeat(65_537) }),
        refuses("ValidationException", /^1 validation error detected: Value at 'secretString'/),
      );
      await assert.rejects(
        create({ Name: `${name}2`, SecretString: "x", KmsKeyId: "alias/none" }),
        refuses("EncryptionFailure"),
      );
      await assert.rejects(
        value(`${name}2`),
        refuses("ResourceNotFoundException", /^Secrets Manager can't find the specified secret\.$/),
      );
    });

    it("keeps what was current as the previous version, and any version by its id and stage", async () => {
      const first = (await secrets.send(new DescribeSecretCommand({ SecretId: name }))).VersionIdsToStages ?? {};
      const [one = ""] = Object.keys(first);
      const two = await secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: "two" }));
      assert.deepEqual(two.VersionStages, ["AWSCURRENT"]);
      assert.equal(await value(name), "two");
      assert.equal(await value(name, { VersionStage: "AWSPREVIOUS" }), "one");
      assert.equal(await value(name, { VersionId: one }), "one");
      await assert.rejects(
        value(name, { VersionStage: "GREEN" }),
        refuses("ResourceNotFoundException", /can't find the specified secret value for staging label: GREEN/),
      );
      await assert.rejects(
        value(name, { VersionId: one, VersionStage: "AWSCURRENT" }),
        refuses("InvalidRequestException", /not associated to the provided VersionId/),
      );
      const pending = await secrets.send(
        new PutSecretValueCommand({ SecretId: name, SecretString: "three", VersionStages: ["GREEN"] }),
      );
      assert.equal(await value(name), "two");
      await assert.rejects(
        secrets.send(
          new UpdateSecretVersionStageCommand({
            SecretId: name,
            VersionStage: "AWSCURRENT",
            MoveToVersionId: pending.VersionId,
          }),
        ),
        refuses("InvalidParameterException", /RemoveFromVersionId can't be empty/),
      );
      await secrets.send(
        new UpdateSecretVersionStageCommand({
          SecretId: name,
          VersionStage: "AWSCURRENT",
          MoveToVersionId: pending.VersionId,
          RemoveFromVersionId: two.VersionId,
        }),
      );
      assert.equal(await value(name), "three");
      assert.equal(await value(name, { VersionStage: "AWSPREVIOUS" }), "two");
      const all = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: name, IncludeDeprecated: true }));
      assert.equal(all.Versions?.length, 3);
      assert.equal((await secrets.send(new ListSecretVersionIdsCommand({ SecretId: name }))).Versions?.length, 2);
    });

    it("takes a token for the same value again, and refuses it for another", async () => {
      const ClientRequestToken = "a".repeat(32);
      const put = (SecretString: string) =>
        secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString, ClientRequestToken }));
      assert.equal((await put("four")).VersionId, ClientRequestToken);
      assert.equal((await put("four")).VersionId, ClientRequestToken);
      await assert.rejects(put("five"), refuses("ResourceExistsException", /already in use for a version of secret/));
      assert.equal(await value(name), "four");
    });

    it("is changed, tagged, and found by filters, newest first, in pages", async () => {
      await secrets.send(
        new UpdateSecretCommand({ SecretId: name, Description: "where data is", SecretString: "six" }),
      );
      assert.equal(await value(name), "six");
      await secrets.send(new TagResourceCommand({ SecretId: name, Tags: [{ Key: "team", Value: "blue" }] }));
      await secrets.send(new UntagResourceCommand({ SecretId: name, TagKeys: ["app"] }));
      await secrets.send(new CreateSecretCommand({ Name: `${RUN}/web/OTHER`, SecretString: "x" }));
      const list = async (input: object): Promise<readonly (string | undefined)[]> =>
        ((await secrets.send(new ListSecretsCommand(input))).SecretList ?? []).map((s) => s.Name);
      const ours = { Filters: [{ Key: "name" as const, Values: [`${RUN}/web/`] }] };
      assert.deepEqual(await list(ours), [`${RUN}/web/OTHER`, name]);
      assert.deepEqual(await list({ Filters: [...ours.Filters, { Key: "tag-key", Values: ["team"] }] }), [name]);
      assert.deepEqual(await list({ Filters: [...ours.Filters, { Key: "tag-key", Values: ["!team"] }] }), [
        `${RUN}/web/OTHER`,
      ]);
      const page = await secrets.send(new ListSecretsCommand({ ...ours, MaxResults: 1 }));
      assert.equal(page.SecretList?.length, 1);
      assert.deepEqual(await list({ ...ours, MaxResults: 1, NextToken: page.NextToken }), [name]);
    });

    it("that is deleted can be restored within its window, and nothing else can be done with it", async () => {
      await assert.rejects(
        secrets.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 3 })),
        refuses("InvalidParameterException", /between 7 and 30 days/),
      );
      await assert.rejects(
        secrets.send(
          new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }),
        ),
        refuses("InvalidParameterException", /in conjunction with/),
      );
      const gone = await secrets.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }));
      assert.ok((gone.DeletionDate?.getTime() ?? 0) > Date.now() + 6 * 86_400_000);
      const marked = refuses("InvalidRequestException", /marked for deletion/);
      await assert.rejects(value(name), marked);
      await assert.rejects(secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: "y" })), marked);
      await assert.rejects(
        secrets.send(new CreateSecretCommand({ Name: name, SecretString: "y" })),
        refuses("InvalidRequestException", /already scheduled for deletion/),
      );
      assert.ok((await secrets.send(new DescribeSecretCommand({ SecretId: name }))).DeletedDate);
      const filter = { Filters: [{ Key: "name" as const, Values: [name] }] };
      assert.equal((await secrets.send(new ListSecretsCommand(filter))).SecretList?.length, 0);
      assert.equal(
        (await secrets.send(new ListSecretsCommand({ ...filter, IncludePlannedDeletion: true }))).SecretList?.length,
        1,
      );
      await secrets.send(new RestoreSecretCommand({ SecretId: name }));
      assert.equal(await value(name), "six");
      await secrets.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
      await assert.rejects(
        secrets.send(new DescribeSecretCommand({ SecretId: name })),
        refuses("ResourceNotFoundException"),
      );
      await secrets.send(new CreateSecretCommand({ Name: name, SecretBinary: Buffer.from([1, 2, 255]) }));
      const binary = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
      assert.deepEqual([...(binary.SecretBinary ?? [])], [1, 2, 255]);
      assert.equal(binary.SecretString, undefined);
    });
  });

  describe("a key", () => {
    it("opens what it sealed, in its context alone, until it is disabled or to be deleted", async () => {
      const key = (await kms.send(new CreateKeyCommand({ Description: "of a test" }))).KeyMetadata;
      const KeyId = key?.KeyId ?? "";
      const alias = `alias/${RUN}-key`;
      await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));
      await assert.rejects(
        kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId })),
        refuses("AlreadyExistsException"),
      );
      const sealed = await kms.send(
        new EncryptCommand({ KeyId: alias, Plaintext: Buffer.from("hidden"), EncryptionContext: { a: "b" } }),
      );
      assert.equal(Buffer.from(sealed.CiphertextBlob ?? []).includes("hidden"), false);
      const open = async (EncryptionContext: Record<string, string>): Promise<string> =>
        Buffer.from(
          (await kms.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext })))
            .Plaintext ?? [],
        ).toString();
      assert.equal(await open({ a: "b" }), "hidden");
      await assert.rejects(open({ a: "c" }), refuses("InvalidCiphertextException"));
      await assert.rejects(
        kms.send(new DecryptCommand({ CiphertextBlob: Buffer.from("x") })),
        refuses("InvalidCiphertextException"),
      );
      const data = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
      assert.equal(data.Plaintext?.length, 32);
      await kms.send(new DisableKeyCommand({ KeyId }));
      await assert.rejects(open({ a: "b" }), refuses("DisabledException", /is disabled\.$/));
      await kms.send(new EnableKeyCommand({ KeyId }));
      assert.equal(await open({ a: "b" }), "hidden");
      await assert.rejects(
        kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 3 })),
        refuses("ValidationException", /pendingWindowInDays/),
      );
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
      await assert.rejects(open({ a: "b" }), refuses("KMSInvalidStateException", /is pending deletion\.$/));
      assert.equal((await kms.send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata?.KeyState, "PendingDeletion");
      assert.ok((await kms.send(new ListKeysCommand({ Limit: 1000 }))).Keys?.some((k) => k.KeyId === KeyId));
      assert.ok((await kms.send(new ListAliasesCommand({ KeyId }))).Aliases?.some((a) => a.AliasName === alias));
    });

    it("that is not there is refused by its name", async () => {
      await assert.rejects(
        kms.send(new DescribeKeyCommand({ KeyId: "alias/none" })),
        refuses("NotFoundException", /^Alias arn:aws:kms:.*:alias\/none is not found\.$/),
      );
      await assert.rejects(
        kms.send(new DescribeKeyCommand({ KeyId: "nonsense" })),
        refuses("NotFoundException", /Invalid keyId/),
      );
      const aws = await kms.send(new DescribeKeyCommand({ KeyId: "alias/aws/secretsmanager" }));
      assert.equal(aws.KeyMetadata?.KeyManager, "AWS");
    });

    it("that is disabled closes the secret under it", async () => {
      const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
      const SecretId = `${RUN}/under-key`;
      await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: "x", KmsKeyId: KeyId }));
      await kms.send(new DisableKeyCommand({ KeyId }));
      await assert.rejects(secrets.send(new GetSecretValueCommand({ SecretId })), refuses("DecryptionFailure"));
      await assert.rejects(
        secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "y" })),
        refuses("EncryptionFailure"),
      );
    });
  });

  it("no value stands in the record of calls", async function () {
    if (TARGET !== undefined) this.skip();
    const hidden = "nobody-sees-this-value";
    const Name = `${RUN}/hidden`;
    await secrets.send(new CreateSecretCommand({ Name, SecretString: hidden }));
    await secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretBinary: Buffer.from(hidden) }));
    await ssm.send(new PutParameterCommand({ Name: `/${Name}`, Value: hidden, Type: "SecureString" }));
    await kms.send(new EncryptCommand({ KeyId: "alias/aws/ssm", Plaintext: Buffer.from(hidden) }));
    const record = JSON.stringify(await control(e, "GET", "requests?input"));
    assert.ok(record.includes(Name));
    for (const text of [hidden, Buffer.from(hidden).toString("base64"), Buffer.from(hidden).join(",")])
      assert.equal(record.includes(text), false, text);
  });

  it("the aws command line makes, reads and deletes them", async function () {
    if (!has("aws")) this.skip();
    this.timeout(150_000);
    const name = `${RUN}/cli`;
    await ok(e, `secretsmanager create-secret --name ${name} --secret-string one`);
    assert.equal(await ok(e, `secretsmanager get-secret-value --secret-id ${name} --query SecretString`), "one");
    await fails(
      e,
      "secretsmanager get-secret-value --secret-id none",
      /ResourceNotFoundException.*can't find the specified secret/,
    );
    await ok(e, `ssm put-parameter --name /${name} --value two --type SecureString`);
    assert.equal(await ok(e, `ssm get-parameter --name /${name} --with-decryption --query Parameter.Value`), "two");
    await fails(e, "ssm get-parameter --name /none", /ParameterNotFound/);
    assert.match(await ok(e, "kms describe-key --key-id alias/aws/ssm --query KeyMetadata.KeyManager"), /^AWS$/);
    await ok(e, `secretsmanager delete-secret --secret-id ${name} --force-delete-without-recovery`);
  });
});
