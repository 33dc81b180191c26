/** Each constraint that AWS documents of an input, broken on its own, is refused in the service's own way. */
import assert from "node:assert/strict";
import { MODELS, shapeOf, type Model } from "../../src/sandbox/wire/model";
import { fails, has } from "./support/cli";
import { brokenInputs, type BrokenInput } from "./support/constraintCases";
import { control, endpoint, startSandbox, TARGET, type Endpoint } from "./support/sandbox";
import { send } from "./support/wire";

/** Codes of each service for an input that it does not take. */
const CODES: Readonly<Record<string, RegExp>> = {
  sts: /<Code>ValidationError</,
  iam: /<Code>ValidationError</,
  ec2: /<Code>(InvalidParameterValue|\w+\.?Malformed)</,
  ecr: /"__type":"InvalidParameterException"/,
  ecs: /"__type":"(InvalidParameterException|ClientException)"/,
  elbv2: /<Code>ValidationError</,
  logs: /"__type":"InvalidParameterException"/,
  cloudwatch: /"__type":"(Validation|InvalidParameterValue)Exception"/,
  autoscaling: /"__type":"ValidationException"/,
  quotas: /"__type":"ValidationException"/,
  pricing: /"__type":"InvalidParameterException"/,
  secrets: /"__type":"ValidationException"/,
  ssm: /"__type":"ValidationException"/,
  kms: /"__type":"ValidationException"/,
  acm: /"__type":"ValidationException"/,
  route53: /<Code>InvalidInput</,
  scheduler: /^ValidationException$/,
};

/** The members of inputs that the sandbox refuses by name, from its own table. */
async function unsupported(e: Endpoint): Promise<ReadonlyMap<string, readonly string[]>> {
  const table = await (await fetch(`${e.url}/_sandbox/coverage`, { headers: { "x-sandbox-token": e.token } })).text();
  const rows = table.matchAll(/^(\w+)\t(\w+)\t\d+\/\d+(?:\tconstraints: [^\t\n]*)?(?:\tnot: (.*))?$/gm);
  return new Map([...rows].map(([, id = "", operation = "", not = ""]) => [`${id} ${operation}`, not.split(" ")]));
}

const nameOf = ({ documented: { place, kind } }: BrokenInput): string => `${place.join(".")} (${kind})`;

/** Sends all, 16 at a time, and gives what was wrong with the answers. */
async function wrongOf(e: Endpoint, inputs: readonly BrokenInput[]): Promise<string[]> {
  const wrong: string[] = [];
  const left = [...inputs];
  const worker = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) {
      const { model, operation, input } = next;
      const { status, text, code } = await send(e, model.id, operation, input);
      const isRight = status >= 400 && status < 500 && CODES[model.id]?.test(code ?? text);
      if (!isRight) wrong.push(`${operation} ${nameOf(next)}: ${status} ${text.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return wrong.sort();
}

describe("every documented constraint of every input", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let inputs: readonly BrokenInput[];
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox(["--tasks", "simulated"]);
    await control(e, "POST", "rates", { on: false });
    const not = await unsupported(e);
    inputs = brokenInputs(
      (model: Model, operation, member) => not.get(`${model.id} ${operation}`)?.includes(member) === false,
    );
  });
  after(async () => e?.stop());

  for (const model of MODELS) {
    it(`is refused by ${model.id}`, async function () {
      const own = inputs.filter((input) => input.model === model);
      if (own.length === 0) this.skip();
      const wrong = await wrongOf(e, own);
      assert.deepEqual(wrong, [], `${wrong.length} of ${own.length}`);
    });
  }

  it("there are hundreds of them", () => assert.ok(inputs.length > 800, String(inputs.length)));
});

/** The same seen by AWS's own command line: what it prints of the error is what botocore made of the answer. */
const BY_COMMAND_LINE: readonly (readonly [line: string, said: RegExp])[] = [
  ["ecs list-tasks --no-paginate --max-results 101", /\(InvalidParameterException\).*maxResults/],
  ["ecs describe-tasks --tasks None", /\(InvalidParameterException\).*taskId length should be one of \[32,36\]/],
  ["elbv2 describe-load-balancers --no-paginate --page-size 401", /\(ValidationError\).*'pageSize'.*equal to 400/],
  [
    "elbv2 describe-target-groups --target-group-arns nope",
    /\(ValidationError\).*'nope' is not a valid target group ARN/,
  ],
  ["iam list-roles --no-paginate --max-items 1001", /\(ValidationError\).*'maxItems'.*equal to 1000/],
  ["iam get-role --role-name a:b", /\(ValidationError\).*'roleName'.*regular expression pattern/],
  ["logs describe-log-groups --no-paginate --limit 51", /\(InvalidParameterException\).*'limit'.*equal to 50/],
  ["ecr describe-images --repository-name UPPER", /\(InvalidParameterException\).*'repositoryName'/],
  ["ec2 describe-vpcs --vpc-ids vpc-x", /\(InvalidVpcID\.Malformed\)/],
  ["ec2 describe-security-groups --group-ids nope", /\(InvalidGroupId\.Malformed\)/],
  [
    "cloudwatch describe-alarms --no-paginate --max-records 101",
    /\((ValidationError|ValidationException)\).*maxRecords/,
  ],
  [
    "application-autoscaling describe-scalable-targets --service-namespace none",
    /\(ValidationException\).*enum value set/,
  ],
];

describe("constraints as the aws command line sees them", function () {
  this.timeout(120_000);
  for (const [line, said] of BY_COMMAND_LINE)
    it(line, async function () {
      if (TARGET !== undefined || !has("aws")) this.skip();
      await fails(await endpoint(), line, said);
    });
});

describe("constraints that are committed", () => {
  it("name structures and members that the models have", async () => {
    for (const model of MODELS) {
      const { members } = (await import(`../../src/sandbox/constraints/${model.id}.json`)) as {
        members: Readonly<Record<string, Readonly<Record<string, string>>>>;
      };
      for (const [structure, named] of Object.entries(members))
        for (const member of Object.keys(named))
          assert.ok(shapeOf(model, structure).m?.[member], `${model.id} ${structure}.${member}`);
    }
  });

  it("the shared sandbox answers in one sentence for all that is wrong with an input", async function () {
    if (TARGET !== undefined) this.skip();
    const answer = await send(await endpoint(), "iam", "GetRole", { RoleName: "" });
    assert.match(
      answer.text,
      /2 validation errors detected: Value '' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[\\w\+=,\.@-\]\+/,
    );
  });
});
