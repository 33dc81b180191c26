/** What roles may, secrets in the open, and what the image brings along. */
import { looksSecret } from "../../base/looksSecret";
import type { RoleFacts } from "../../ports/inspection";
import type { Json, JsonObject } from "../../base/taskDefinition";
import { valueOf, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { statementsOf } from "../access/policy";
import type { ReviewFinding, ReviewRule } from "./finding";

const listOf = (value: Json | undefined): string[] =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];

/** AWS's policies that allow everything, or nearly so. */
const broadNames = /\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

const rolesOf = (snapshot: ServiceSnapshot): { what: string; role: RoleFacts }[] =>
  (
    [
      ["execution", snapshot.executionRole],
      ["task", snapshot.taskRole],
    ] as const
  ).flatMap(([what, read]) => {
    const role = valueOf(read);
    return role ? [{ what, role }] : [];
  });

type Found = Omit<ReviewFinding, "id">;

function broad(what: string, role: RoleFacts, name: string, statement: JsonObject): Found[] {
  if (statement["Effect"] !== "Allow") return [];
  const everywhere = listOf(statement["Resource"]).includes("*");
  const actions = listOf(statement["Action"]);
  const evidence = [
    `${name}: Allow ${actions.slice(0, 5).join(", ") || "all but some"} on ` +
      `${listOf(statement["Resource"]).slice(0, 3).join(", ") || "all but some"}`,
  ];
  const remedy = "Name the actions and the resources that the application uses.";
  if (actions.includes("*") || (statement["NotAction"] !== undefined && everywhere))
    return [
      {
        severity: "high",
        sentence:
          `The ${what} role ${role.name} may do anything in this account: so may whoever gets into ` + "the container.",
        evidence,
        remedy,
      },
    ];
  const passes = actions.some((action) => /^iam:(PassRole|\*)$/i.test(action)) && everywhere;
  if (passes)
    return [
      {
        severity: "high",
        sentence: `The ${what} role ${role.name} may pass any role, and so gain what any role may.`,
        evidence,
        remedy,
      },
    ];
  const whole = actions.filter((action) => /^[\w-]+:\*$/.test(action));
  return whole.length && everywhere
    ? [
        {
          severity: "medium",
          sentence:
            `The ${what} role ${role.name} may do everything with ` +
            `${whole.map((action) => action.split(":")[0]).join(", ")}, on all that there is.`,
          evidence,
          remedy,
        },
      ]
    : [];
}

/** Who besides ECS may become this role: everybody, or another account. */
function strangers(what: string, role: RoleFacts, account: string): Found[] {
  return statementsOf(role.trust).flatMap((statement) => {
    const principal = statement["Principal"];
    if (statement["Effect"] !== "Allow" || statement["Condition"] !== undefined) return [];
    const named =
      principal === "*"
        ? ["*"]
        : listOf(
            typeof principal === "object" && principal !== null && !Array.isArray(principal)
              ? principal["AWS"]
              : undefined,
          );
    const foreign = named.filter((item) => item === "*" || (/\d{12}/.test(item) && !item.includes(account)));
    if (foreign.length === 0) return [];
    return [
      {
        severity: "high" as const,
        sentence:
          `${foreign.includes("*") ? "Anybody with an AWS account" : foreign.join(", ")} may become the ${what} ` +
          `role ${role.name}.`,
        evidence: [`its trust policy allows ${foreign.join(", ")} without a condition`],
        remedy: "Let it trust ecs-tasks.amazonaws.com alone.",
      },
    ];
  });
}

export const permissionRules: readonly ReviewRule[] = [
  {
    id: "broad-policy",
    title: "Roles may what the application needs",
    look: (snapshot) =>
      rolesOf(snapshot).flatMap(({ what, role }) => [
        ...role.policies
          .filter(({ name }) => !name.includes("service-role/AmazonECSTaskExecutionRolePolicy"))
          .flatMap(({ name, document }) =>
            statementsOf(document).flatMap((statement) => broad(what, role, name, statement)),
          ),
        ...role.unread
          .filter((name) => broadNames.test(name))
          .map(
            (name): Found => ({
              severity: "high",
              sentence: `The ${what} role ${role.name} has ${name.split("/").at(-1) ?? name}.`,
              evidence: [name],
              remedy: "Attach a policy that names what the application uses.",
            }),
          ),
      ]),
  },
  {
    id: "role-trust",
    title: "ECS alone may become the roles",
    look: (snapshot) => rolesOf(snapshot).flatMap(({ what, role }) => strangers(what, role, snapshot.identity.account)),
  },
  {
    id: "one-role",
    title: "Execution and application have roles of their own",
    look: (snapshot) => {
      const definition = valueOf(snapshot.revision)?.definition;
      if (!definition?.taskRoleArn || definition.taskRoleArn !== definition.executionRoleArn) return [];
      return [
        {
          severity: "medium",
          sentence:
            "The application runs with the execution role: it may pull every image and read every secret that " +
            "ECS needs to start it.",
          evidence: [definition.taskRoleArn],
          remedy: "Give the application a taskRole of its own in slipway.json, or none.",
        },
      ];
    },
  },
  {
    id: "plain-secret",
    title: "Secrets are not in the plain environment",
    look: (snapshot) =>
      (valueOf(snapshot.revision)?.definition.containerDefinitions ?? []).flatMap((container) =>
        (Array.isArray(container["environment"]) ? (container["environment"] as JsonObject[]) : []).flatMap(
          ({ name, value }) =>
            typeof name === "string" && typeof value === "string" && looksSecret(name, value)
              ? [
                  {
                    severity: "high" as const,
                    sentence:
                      `${name} of container ${container.name ?? ""} looks like a secret, and whoever may describe ` +
                      "the task definition reads it.",
                    evidence: [`environment has ${name}; its value is not shown here`],
                    remedy: "Keep it in Secrets Manager or Parameter Store, and name it under secrets.",
                  },
                ]
              : [],
        ),
      ),
  },
  {
    id: "image-findings",
    title: "ECR's scan found nothing grave",
    look: (snapshot) =>
      snapshot.images.flatMap((image) => {
        const facts = valueOf(image.facts);
        if (!facts || image.repository === undefined) return [];
        const { CRITICAL: critical = 0, HIGH: high = 0, MEDIUM: medium = 0 } = facts.scan?.counts ?? {};
        const scan =
          `aws ecr start-image-scan --repository-name ${image.repository} --image-id ` + `imageDigest=${facts.digest}`;
        if (!facts.scan)
          return [
            {
              severity: "low" as const,
              sentence: `The image of ${image.container} was never scanned.`,
              evidence: [image.reference],
              remedy: "Have ECR scan it: once, or at each push.",
              command: scan,
            },
          ];
        if (critical + high + medium === 0) return [];
        return [
          {
            severity: critical ? ("high" as const) : high ? ("medium" as const) : ("low" as const),
            sentence:
              `ECR's scan of ${image.container}'s image found ${critical} critical, ${high} high and ${medium} ` +
              "medium weaknesses.",
            evidence: [`${image.reference}: scan ${facts.scan.status.toLowerCase()}`],
            remedy: "Take a newer base image and build again (--rebuild).",
            command:
              `aws ecr describe-image-scan-findings --repository-name ${image.repository} --image-id ` +
              `imageDigest=${facts.digest}`,
          },
        ];
      }),
  },
  {
    id: "logs-forever",
    title: "Logs are kept for a stated time",
    look: (snapshot) =>
      snapshot.logs.flatMap((log) => {
        const facts = valueOf(log.facts);
        return facts && facts.retentionDays === undefined
          ? [
              {
                severity: "low" as const,
                sentence: `${log.group} keeps everything for ever, and costs more each month.`,
                evidence: ["no retention is set"],
                remedy: "Set a retention.",
                command: `aws logs put-retention-policy --log-group-name ${log.group} --retention-in-days 30`,
              },
            ]
          : [];
      }),
  },
];
