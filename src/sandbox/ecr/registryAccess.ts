/** What a request to the registry takes: ECR judges each by the policies of whoever asked for the password. */
import { denial } from "../iam/authorize";
import type { Region, SandboxState } from "../world";
import type { RegistryToken } from "./records";

/** Methods and the rest of a path, to the action of ECR that they are. */
const ACTIONS: readonly (readonly [methods: RegExp, path: RegExp, action: string])[] = [
  [/^(GET|HEAD)$/, /^manifests\//, "BatchGetImage"],
  [/^PUT$/, /^manifests\//, "PutImage"],
  [/^DELETE$/, /^manifests\//, "BatchDeleteImage"],
  [/^(GET|HEAD)$/, /^referrers\//, "ListImageReferrers"],
  [/^GET$/, /^tags\/list$/, "ListImages"],
  [/^POST$/, /^blobs\/uploads\/?$/, "InitiateLayerUpload"],
  [/^PATCH$/, /^blobs\/uploads\/./, "UploadLayerPart"],
  [/^PUT$/, /^blobs\/uploads\/./, "CompleteLayerUpload"],
  [/^HEAD$/, /^blobs\//, "BatchCheckLayerAvailability"],
  [/^GET$/, /^blobs\/(?!uploads)/, "GetDownloadUrlForLayer"],
];

/** Why the request is not allowed, in IAM's words; undefined where it is. */
export function registryDenial(
  world: SandboxState,
  region: Region,
  of: NonNullable<RegistryToken["of"]>,
  method: string,
  pathname: string,
): string | undefined {
  const all = pathname === "/v2/_catalog";
  const [, name = "", rest = ""] = /^\/v2\/(.+)\/((?:blobs|manifests|tags|referrers)\/.*)$/.exec(pathname) ?? [];
  const found = ACTIONS.find(([methods, path]) => methods.test(method) && path.test(rest));
  const action = all ? "ecr:DescribeRepositories" : found && `ecr:${found[2]}`;
  if (action === undefined) return undefined;
  return denial(world, region, of, action, region.arn("ecr", `repository/${all ? "*" : name}`));
}
