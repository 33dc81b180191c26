/** Causes that keep an image from being pulled. */
import type { Pattern } from "../types";
import { manifest, older, init, initOlder, retrieval, roleRemedy, roleCommand, copying } from "./texts";

export const pullPatterns: readonly Pattern[] = [
  {
    code: "NoRouteToEcr",
    numbers: [1, 10],
    family: "pull",
    stage: ["init", "pull"],
    title: "no way from the subnet to ECR",
    leads: [
      `${manifest}failed to resolve ref `,
      older,
      `${init}the task cannot pull registry auth from amazon ecr: there is a connection issue`,
      initOlder,
      `${retrieval}unable to retrieve ecr registry auth: service call has been retried # time(s): requesterror`,
    ],
    proves: ["The task cannot pull registry auth from Amazon ECR: There is a connection issue"],
    says: [
      /Cannot ?Pull\w*Error.*(request canceled|i\/o timeout|context canceled|context deadline exceeded)/is,
      /registry auth.*(connection issue|RequestError|i\/o timeout|timed? out)/is,
    ],
    facts: ["noWayToEcr"],
    sentence: "The task cannot reach {registry|ECR} to pull its image: {why|its subnet has no way out}.",
    remedy:
      "In a public subnet the task needs a public address (network.assignPublicIp); in a private one a NAT " +
      "gateway, or endpoints for ecr.api, ecr.dkr and logs that let the tasks in on port 443, and S3's " +
      "gateway endpoint.",
    command: "aws ec2 describe-route-tables --region {region} --filters Name=association.subnet-id,Values={subnet}",
    actions: ["openConfig", "retry"],
  },
  {
    code: "PullDenied",
    numbers: [11],
    family: "init",
    stage: ["init", "init"],
    title: "the execution role may not log in to ECR",
    leads: [`${retrieval}unable to retrieve ecr registry auth: service call has been retried # time(s): accessdenied`],
    proves: [/not authorized to perform: ecr:GetAuth/i],
    says: [/registry auth.*AccessDenied/is],
    facts: ["mayNotLogIn"],
    sentence:
      "The execution role {role|} may not log in to ECR to pull the image: {action|ecr:GetAuthorizationToken} " +
      "is not allowed.",
    remedy: roleRemedy,
    command: roleCommand,
    actions: ["retry", "openTaskDefinition"],
    mayCure: true,
  },
  {
    code: "PullDenied",
    numbers: [2],
    family: "pull",
    stage: ["pull", "pull"],
    title: "the execution role may not pull the image",
    leads: [`${manifest}failed to resolve ref `, older, "CannotPullContainerError: access denied"],
    proves: [/not authorized to perform: ecr:(?!GetAuth)\w+/i],
    says: [/pull access denied/i, /CannotPull\w*Error.*403/is],
    facts: ["mayNotPull"],
    sentence:
      "The execution role {role|} may not pull the image: it needs {action|ecr:BatchGetImage and " +
      "ecr:GetDownloadUrlForLayer}.",
    remedy: roleRemedy,
    command: roleCommand,
    actions: ["retry", "openTaskDefinition"],
    mayCure: true,
  },
  {
    code: "RepositoryPolicyDenies",
    numbers: [2],
    family: "pull",
    stage: ["pull", "pull"],
    title: "the repository's own policy",
    leads: [`${manifest}failed to resolve ref `],
    says: [/CannotPull\w*Error.*(403 Forbidden|pull access denied)/is],
    facts: ["otherAccount"],
    sentence: "The repository refuses the pull, as its own policy may say; the execution role is not what forbids it.",
    remedy:
      "Look at the repository's policy: it has to allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to the " +
      "role (and, of another account's repository, to this account).",
    actions: ["openTaskDefinition"],
  },
  {
    code: "InvalidImageName",
    numbers: [8],
    family: "pull",
    stage: ["pull", "pull"],
    title: "the image's name is malformed",
    leads: [
      "CannotPullContainerError: invalid reference format",
      "CannotPullContainerError: failed to parse",
      older,
      "CannotPullContainerError: ",
    ],
    proves: ["invalid reference format"],
    facts: ["nameMalformed"],
    sentence: "The image's name {image|} is malformed.",
    remedy: "Write it as registry/repository:tag or registry/repository@sha256:…, in small letters.",
    actions: ["openTaskDefinition"],
  },
  {
    code: "RepositoryMissing",
    numbers: [3],
    family: "pull",
    stage: ["pull", "pull"],
    title: "the repository is not there",
    leads: [`${manifest}failed to resolve ref `],
    says: [/repository .* does not exist|RepositoryNotFound|name unknown/i],
    facts: ["repositoryMissing"],
    sentence: "There is no repository {repository|of that name} in this account and region.",
    remedy:
      "Deploy again: Slipway makes the repository and pushes the image. Look whether account and region are the " +
      "ones that are meant.",
    command: "aws ecr describe-repositories --region {region}",
    actions: ["retry", "openTaskDefinition"],
  },
  {
    code: "DigestMissing",
    numbers: [9],
    family: "pull",
    stage: ["pull", "pull"],
    title: "the image's digest is not in the repository",
    leads: [`${manifest}failed to resolve ref `],
    says: [/failed to resolve ref \S*@sha256:?[0-9a-f]*.*not found/is],
    facts: ["digestMissing"],
    sentence:
      "The image {tag|} is not in the repository {repository|} any more: it was deleted, or its tag given to another.",
    remedy:
      "Build and push it again, or deploy one of the tags that are there ({tags|none are known}). A lifecycle " +
      "policy may have removed it.",
    command: "aws ecr describe-images --region {region} --repository-name {repository}",
    actions: ["rebuild", "retry"],
  },
  {
    code: "ImageMissing",
    numbers: [3],
    family: "pull",
    stage: ["pull", "pull"],
    title: "the image is not in the repository",
    leads: [`${manifest}failed to resolve ref `, older],
    says: [/CannotPull\w*Error(?!.*@sha256).*(not found|manifest unknown)/is],
    facts: ["imageMissing"],
    sentence: "The repository {repository|} has no image {tag|of that name}.",
    remedy: "Push it, or name a tag that is there ({tags|none are known}); look whether account and region are right.",
    command: "aws ecr describe-images --region {region} --repository-name {repository}",
    actions: ["rebuild", "openTaskDefinition"],
  },
  {
    code: "WrongArchitecture",
    numbers: [4, 21],
    family: "pull",
    stage: ["pull", "start"],
    title: "the image is for another processor",
    by: ["task", "container", "event", "log", "error"],
    leads: [
      `${manifest}image manifest does not contain descriptor matching platform`,
      "CannotPullContainerError: image manifest does not contain",
      "Essential container in task exited",
      "CannotStartContainerError: ",
    ],
    proves: ["does not contain descriptor matching platform"],
    says: ["exec format error"],
    facts: ["otherPlatform"],
    sentence: "The image was built for {has|another processor} and the task asks for {wanted|another}.",
    remedy:
      "Build it for the task's platform (docker build --platform {wanted|linux/amd64}), or set " +
      "runtimePlatform.cpuArchitecture of the task definition to {other|the image's}.",
    command: "slipway deploy --rebuild",
    actions: ["openTaskDefinition", "rebuild", "openDockerfile"],
  },
  {
    code: "WrongArchitecture",
    numbers: [21],
    family: "container",
    stage: ["start", "start"],
    title: "a program for another processor",
    by: ["task", "container", "event", "log", "error"],
    // A script's name speaks for a script.
    proves: [/^(?!.*\.(?:sh|bash|py|rb|pl|js|mjs|php)"?:? ).*exec format error/is],
    says: ["exec format error"],
    sentence:
      "{program|A program in the image} was built for another processor than the task's, or is a script without a " +
      "first line that names its interpreter (#!).",
    remedy:
      "Build the image for the task's platform (docker build --platform), with what is copied into it; or set " +
      "runtimePlatform.cpuArchitecture of the task definition to the image's. A script begins with #!/bin/sh.",
    command: "slipway deploy --rebuild",
    actions: ["openTaskDefinition", "rebuild", "openDockerfile"],
  },
  {
    code: "PullLimited",
    numbers: [5],
    family: "pull",
    stage: ["pull", "pull"],
    title: "the registry's pull limit",
    leads: [`${manifest}`, older, "CannotPullContainerError: toomanyrequests", copying],
    proves: ["toomanyrequests", "pull rate limit"],
    facts: ["foreignRegistry"],
    sentence: "The registry limits how often its images are pulled, and the limit is reached.",
    remedy:
      "Copy the image to ECR, or use a pull-through cache rule; credentials of the registry " +
      "(repositoryCredentials) raise the limit.",
    actions: ["openTaskDefinition", "retry"],
    mayCure: true,
  },
  {
    code: "NoSpace",
    numbers: [6],
    family: "pull",
    stage: ["pull", "run"],
    title: "no space on the task's disk",
    by: ["task", "container", "event", "log", "error"],
    leads: [
      "CannotPullContainerError: ref pull has been retried # time(s): failed to extract layer",
      "CannotPullContainerError: ",
      "CannotCreateContainerError: ",
    ],
    proves: ["no space left on device"],
    facts: ["diskTooSmall"],
    sentence: "The image, or what the application writes, needs more disk than the task has.",
    remedy: "Set ephemeralStorage.sizeInGiB in the task definition (21 to 200; without it the task has 20).",
    actions: ["openTaskDefinition"],
  },
  {
    code: "LayersUnreachable",
    numbers: [7],
    family: "pull",
    stage: ["pull", "pull"],
    title: "no way from the subnet to S3, where the image's layers are",
    leads: [`${copying}httpreaderseeker: failed open: `, manifest],
    proves: [],
    says: ["httpReaderSeeker: failed open"],
    facts: ["noWayToLayers"],
    sentence: "The task reaches ECR, but not the image's layers, which are in S3: {why|the way there is closed}.",
    remedy:
      "Add S3's gateway endpoint to the route table of the task's subnets, with a policy that lets the layers' " +
      "bucket through.",
    command: "aws ec2 describe-vpc-endpoints --region {region}",
    actions: ["retry"],
  },
];
