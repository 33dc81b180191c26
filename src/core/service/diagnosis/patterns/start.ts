/** Before a container runs: the pull, and what it needs. Texts as AWS's ECS troubleshooting pages show them; `#` is any number. */
import type { Pattern } from "../types";
import { pullPatterns } from "./pull";
import { retrieval, logger, roleCommand } from "./texts";

export const startPatterns: readonly Pattern[] = [
  ...pullPatterns,
  {
    code: "SecretUnreachable",
    numbers: [12],
    family: "init",
    stage: ["init", "init"],
    title: "no way from the subnet to the secrets",
    leads: [`${retrieval}unable to retrieve secret`],
    says: [
      /secrets? from (asm|ssm).*(i\/o timeout|RequestCanceled|context deadline|timed? out|connection issue)/is,
      /unable to (retrieve|pull) secrets?.*(i\/o timeout|context deadline)/is,
    ],
    facts: ["noWayToSecrets"],
    sentence: "The task cannot reach the service that keeps its secrets: {why|the way there is closed}.",
    remedy:
      "Add an interface endpoint for secretsmanager (or ssm), with private DNS, that lets the tasks in on port " +
      "443; or a NAT gateway.",
    command: "aws ec2 describe-vpc-endpoints --region {region}",
    actions: ["retry"],
  },
  {
    code: "SecretDenied",
    numbers: [12],
    family: "init",
    stage: ["init", "init"],
    title: "the execution role may not read the secret",
    leads: [`${retrieval}unable to retrieve secret`],
    proves: [/not authorized to perform: (secretsmanager|ssm|kms):\w+/i],
    says: [
      /secrets? from (asm|ssm).*AccessDenied/is,
      /unable to (retrieve|pull) secrets? (?!or registry).*AccessDenied/is,
    ],
    facts: ["mayNotReadSecrets"],
    sentence: "The execution role {role|} may not read the secret {secret|that the task definition names}.",
    remedy:
      "Allow {action|secretsmanager:GetSecretValue (ssm:GetParameters for a parameter)} on it to the execution " +
      "role, and kms:Decrypt where it has a key of its own.",
    command: "aws iam list-role-policies --role-name {role}",
    actions: ["openTaskDefinition", "retry"],
  },
  {
    code: "SecretMissing",
    numbers: [12],
    family: "init",
    stage: ["init", "init"],
    title: "the secret is not there",
    leads: [`${retrieval}unable to retrieve secret`],
    proves: ["Secrets Manager can't find the specified secret"],
    says: [
      /secrets? from (asm|ssm).*(ResourceNotFound|ParameterNotFound|invalid parameters|did not contain json key)/is,
    ],
    facts: ["secretMissing"],
    sentence: "The secret {secret|that the task definition names} is not there.",
    remedy: "Look at its ARN (its six last characters belong to it), its region and its JSON key, or make it.",
    actions: ["openTaskDefinition"],
  },
  {
    code: "SecretDenied",
    numbers: [12],
    family: "init",
    stage: ["init", "init"],
    title: "the secret",
    general: true,
    leads: [`${retrieval}unable to retrieve secret`, "ResourceInitializationError: unable to retrieve secret"],
    says: [/unable to (retrieve|pull) secrets? (?!or registry)/i],
    sentence: "The task could not read a secret that its definition names.",
    remedy: "Look at the secret's ARN, and whether the execution role may read it and the subnet reaches it.",
    actions: ["openTaskDefinition"],
  },
  {
    code: "LogsUnreachable",
    numbers: [13],
    family: "init",
    stage: ["create", "create"],
    title: "no way from the subnet to CloudWatch Logs",
    leads: [
      `${logger}create stream has been retried # times: failed to create cloudwatch log stream: `,
      "ResourceInitializationError: failed to initialize logging driver: ",
    ],
    says: [
      /logg(er|ing).*(i\/o timeout|RequestCanceled|context deadline|timed? out|exceeded maximum number of attempts)/is,
    ],
    facts: ["noWayToLogs"],
    sentence: "The task cannot reach CloudWatch Logs: {why|the way there is closed}.",
    remedy:
      "Add an interface endpoint for logs, with private DNS, that lets the tasks in on port 443; or a NAT gateway.",
    command: "aws ec2 describe-vpc-endpoints --region {region}",
    actions: ["retry"],
  },
  {
    code: "LogsDenied",
    numbers: [13],
    family: "init",
    stage: ["create", "create"],
    title: "the execution role may not write logs",
    leads: [logger, "ResourceInitializationError: failed to initialize logging driver: "],
    proves: [/not authorized to perform: logs:\w+/i],
    says: [/logg(er|ing).*AccessDenied/is],
    facts: ["mayNotLog"],
    sentence: "The execution role {role|} may not write to the log group {logGroup|}.",
    remedy:
      "Attach AmazonECSTaskExecutionRolePolicy to it; for a group that the task makes itself also " +
      "{action|logs:CreateLogGroup}.",
    command: roleCommand,
    actions: ["retry", "openTaskDefinition"],
  },
  {
    code: "LogGroupMissing",
    numbers: [13],
    family: "init",
    stage: ["create", "create"],
    title: "the log group is not there",
    leads: [
      `${logger}create stream has been retried # times: failed to create cloudwatch log stream: `,
      "ResourceInitializationError: failed to initialize logging driver: ",
    ],
    proves: ["log group does not exist"],
    says: [/logg(er|ing).*ResourceNotFound/is],
    facts: ["logGroupMissing"],
    sentence: "The log group {logGroup|of the task definition} is not there, so the container cannot start.",
    remedy: "Create it, or set awslogs-create-group to true and allow logs:CreateLogGroup to the execution role.",
    command: "aws logs create-log-group --region {region} --log-group-name {logGroup}",
    actions: ["openTaskDefinition", "retry"],
  },
  {
    code: "LogGroupMissing",
    numbers: [13],
    family: "init",
    stage: ["create", "create"],
    title: "the log driver",
    general: true,
    leads: [logger, "ResourceInitializationError: failed to initialize logging driver: "],
    says: ["failed to validate logger args", "failed to initialize logging driver"],
    sentence: "The task could not write its logs, so its container did not start.",
    remedy:
      "Look whether the log group is there, whether the execution role may write to it, and whether the subnet " +
      "reaches CloudWatch Logs.",
    actions: ["openTaskDefinition"],
  },
  {
    code: "PullKilled",
    numbers: [14],
    family: "pull",
    stage: ["init", "pull"],
    title: "the pull was killed",
    leads: ["ResourceInitializationError: pull command failed: ", "CannotPullContainerError: pull command failed: "],
    proves: [/pull command failed:.*signal: killed/is],
    says: ["pull command failed"],
    sentence: "Fetching the image was killed before it was done: the network was too slow, or memory ran out.",
    remedy:
      "Try again; give the task more memory where the image is large, and look whether its way to ECR is a slow one.",
    actions: ["retry", "openTaskDefinition"],
    mayCure: true,
  },
  {
    code: "VolumeUnreachable",
    numbers: [15],
    family: "init",
    stage: ["init", "create"],
    title: "the EFS volume",
    leads: [
      "ResourceInitializationError: failed to invoke efs utils commands to set up efs volumes: ",
      "ResourceInitializationError: failed to mount",
    ],
    proves: [/EFS utils commands|mount\.nfs4|failed to mount.*(efs|nfs)/i],
    says: ["failed to invoke EFS utils"],
    facts: ["usesFiles"],
    sentence: "The task could not mount its EFS volume.",
    remedy:
      "The file system's security group has to let the tasks in on port 2049, it needs a mount target in the " +
      "task's zone, and the VPC needs DNS.",
    command: "aws efs describe-file-systems --region {region}",
    actions: ["openTaskDefinition"],
  },
];
