/** What keeps a task from starting: the image, roles, secrets, logs, volumes. Texts as AWS words them. */
import { known } from "../../../src/core/service/snapshot/serviceSnapshot";
import { registry } from "./base";
import {
  type Defect,
  definition,
  failed,
  cannotPull,
  reference,
  resolve,
  init,
  ECR,
  retrieval,
  denial,
  isolate,
  forbid,
  rename,
  secretArn,
  withSecret,
  ended,
} from "./defectTools";

export const defectsOfStarting: readonly Defect[] = [
  {
    number: 1,
    name: "no route, seen at the pull",
    codes: ["NoRouteToEcr"],
    at: 11,
    world: (s) => isolate(s),
    shows: (s) =>
      cannotPull(
        s,
        resolve(
          s,
          `failed to do request: Head "https://${registry}/v2/quay/manifests/sha256:abab": dial tcp ` +
            "52.46.1.1:443: i/o timeout",
        ),
      ),
  },
  {
    number: 2,
    name: "the role may not get the image",
    codes: ["PullDenied"],
    at: 20,
    world: (s) => forbid(s, "ecr:BatchGetImage"),
    shows: (s) =>
      cannotPull(
        s,
        resolve(s, `pulling from host ${registry} failed with status code [manifests sha256:abab]: 403 Forbidden`),
      ),
  },
  {
    number: 2,
    name: "another account's repository",
    codes: ["RepositoryPolicyDenies"],
    at: 21,
    world: (s) =>
      rename(s, `999999999999.dkr.ecr.us-east-1.amazonaws.com/quay:v1`, {
        facts: known(undefined),
        repositoryExists: known(false),
        tags: known([]),
        foreign: true,
      }),
    shows: (s) => {
      cannotPull(
        s,
        resolve(
          s,
          "pulling from host 999999999999.dkr.ecr.us-east-1.amazonaws.com failed with status code [manifests " +
            "v1]: 403 Forbidden",
        ),
      );
    },
  },
  {
    number: 3,
    name: "a tag that is not there",
    codes: ["ImageMissing"],
    at: 22,
    world: (s) => rename(s, `${registry}/quay:v9`, { facts: known(undefined) }),
    shows: (s) => cannotPull(s, resolve(s, `${reference(s)}: not found`)),
  },
  {
    number: 3,
    name: "a repository that is not there",
    codes: ["RepositoryMissing"],
    at: 22,
    world: (s) =>
      rename(s, `${registry}/quay:v9`, { facts: known(undefined), repositoryExists: known(false), tags: known([]) }),
    shows: (s) => cannotPull(s, resolve(s, `${reference(s)}: not found`)),
  },
  {
    number: 4,
    name: "no variant for the platform",
    codes: ["WrongArchitecture"],
    at: 23,
    world: (s) =>
      rename(s, reference(s), {
        facts: known({
          digest: "sha256:x",
          tags: [],
          platforms: ["linux/arm64"],
          exposedPorts: [8080],
          bytes: 1_000_000,
        }),
      }),
    shows: (s) =>
      cannotPull(
        s,
        "pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching " +
          "platform 'linux/amd64'",
      ),
  },
  {
    number: 5,
    name: "Docker Hub's limit",
    codes: ["PullLimited"],
    at: 22,
    world: (s) =>
      rename(s, "nginx:1.27", {
        facts: known(undefined),
        repositoryExists: known(false),
        tags: known([]),
        foreign: true,
      }),
    shows: (s) => {
      cannotPull(
        s,
        resolve(
          s,
          "failed to copy: httpReadSeeker: failed open: unexpected status code 429 Too Many Requests - Server " +
            "message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by " +
            "authenticating and upgrading",
        ),
      );
    },
  },
  {
    number: 6,
    name: "no space for the image",
    codes: ["NoSpace"],
    at: 25,
    world: (s) =>
      rename(s, reference(s), {
        facts: known({
          digest: "sha256:x",
          tags: [],
          platforms: ["linux/amd64"],
          exposedPorts: [8080],
          bytes: 9_000_000_000,
        }),
      }),
    shows: (s) =>
      cannotPull(
        s,
        "ref pull has been retried 1 time(s): failed to extract layer sha256:4f2: write " +
          "/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/3/fs/big: no space left on device",
      ),
  },
  {
    number: 7,
    name: "endpoints without S3's",
    codes: ["LayersUnreachable"],
    at: 24,
    world: (s) => isolate(s, "ecr.api", "ecr.dkr", "logs"),
    shows: (s) =>
      cannotPull(
        s,
        "ref pull has been retried 5 time(s): failed to copy: httpReaderSeeker: failed open: failed to do " +
          'request: Get "https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/abc": dial tcp ' +
          "52.216.1.1:443: i/o timeout",
      ),
  },
  {
    number: 8,
    name: "a malformed image name",
    codes: ["InvalidImageName"],
    at: 19,
    world: (s) => rename(s, `${registry}/Quay App:v1`, { facts: known(undefined) }),
    shows: (s) => cannotPull(s, "invalid reference format"),
  },
  {
    number: 9,
    name: "a digest that was deleted",
    codes: ["DigestMissing"],
    at: 22,
    world: (s) => rename(s, reference(s), { facts: known(undefined) }),
    shows: (s) => cannotPull(s, resolve(s, `${reference(s)}: not found`)),
  },
  {
    number: 10,
    name: "no route, seen at the token",
    codes: ["NoRouteToEcr"],
    at: 10,
    world: (s) => isolate(s),
    shows: (s) =>
      init(
        s,
        `${ECR}The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task ` +
          "and Amazon ECR. Check your task network configuration. operation error ECR: GetAuthorizationToken, " +
          "exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request " +
          "send failed",
      ),
  },
  {
    number: 11,
    name: "the role may not get a token",
    codes: ["PullDenied"],
    at: 12,
    world: (s) => forbid(s, "ecr:GetAuthorizationToken"),
    shows: (s) =>
      init(
        s,
        `${retrieval}unable to retrieve ecr registry auth: service call has been retried 1 time(s): ` +
          `${denial("ecr:GetAuthorizationToken")}`,
      ),
  },
  {
    number: 12,
    name: "the role may not read the secret",
    codes: ["SecretDenied"],
    at: 14,
    world: (s) => withSecret(s, true, false),
    shows: (s) =>
      init(
        s,
        `${retrieval}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to ` +
          `fetch secret ${secretArn} from secrets manager: ${denial("secretsmanager:GetSecretValue")}`,
      ),
  },
  {
    number: 12,
    name: "a secret that is not there",
    codes: ["SecretMissing"],
    at: 15,
    world: (s) => withSecret(s, false, true),
    shows: (s) =>
      init(
        s,
        `${retrieval}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to ` +
          `fetch secret ${secretArn} from secrets manager: ResourceNotFoundException: Secrets Manager can't ` +
          "find the specified secret.",
      ),
  },
  {
    number: 12,
    name: "no endpoint for the secret",
    codes: ["SecretUnreachable"],
    at: 13,
    world: (s) => {
      isolate(s, "ecr.api", "ecr.dkr", "s3", "logs");
      withSecret(s, true, true);
    },
    shows: (s) =>
      init(
        s,
        `${retrieval}unable to retrieve secret from asm: service call has been retried 5 time(s): failed to ` +
          `fetch secret ${secretArn} from secrets manager: RequestCanceled: request context canceled caused by: ` +
          "context deadline exceeded",
      ),
  },
  {
    number: 13,
    name: "no log group",
    codes: ["LogGroupMissing"],
    at: 32,
    world: (s) => s.logs.forEach((log) => (log.facts = known(undefined))),
    shows: (s) =>
      failed(s, {
        code: "TaskFailedToStart",
        pulled: "stopped",
        reason:
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
          "failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not " +
          "exist. : exit status 1",
      }),
  },
  {
    number: 13,
    name: "the role may not log",
    codes: ["LogsDenied"],
    at: 31,
    world: (s) => forbid(s, "logs:CreateLogStream"),
    shows: (s) =>
      failed(s, {
        code: "TaskFailedToStart",
        pulled: "stopped",
        reason:
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
          `failed to create Cloudwatch log stream: ${denial("logs:CreateLogStream")} : exit status 1`,
      }),
  },
  {
    number: 13,
    name: "no endpoint for the logs",
    codes: ["LogsUnreachable"],
    at: 30,
    world: (s) => isolate(s, "ecr.api", "ecr.dkr", "s3"),
    shows: (s) =>
      failed(s, {
        code: "TaskFailedToStart",
        pulled: "stopped",
        reason:
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
          "failed to create Cloudwatch log stream: RequestCanceled: request context canceled caused by: context " +
          "deadline exceeded: i/o timeout",
      }),
  },
  {
    number: 14,
    name: "the pull was killed",
    codes: ["PullKilled"],
    at: 26,
    shows: (s) => init(s, "pull command failed: : signal: killed"),
    without: [],
  },
  {
    number: 15,
    name: "EFS does not let the task in",
    codes: ["VolumeUnreachable"],
    at: 16,
    world: (s) =>
      void (definition(s)["volumes"] = [{ name: "data", efsVolumeConfiguration: { fileSystemId: "fs-1" } }]),
    shows: (s) =>
      init(
        s,
        "failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: Connection timed out : " +
          "unsuccessful EFS utils command execution; code: 32",
      ),
  },
  { number: 16, name: "the process ends by itself", codes: ["ExitedCleanly"], at: 50, shows: ended(0, ["done"]) },
];
