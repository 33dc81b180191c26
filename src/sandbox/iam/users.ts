/** IAM's users and their keys: as far as a caller needs them that may do just what a policy says. */
import { iamId, token } from "../ids";
import type { IamOperations, User } from "../model/iam.types";
import type { Table } from "../registry";
import type { UserRecord } from "../states";
import { must, page, tagsFrom, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import { checkIdentityPolicy } from "./documents";
import { badMarker, encoded, policyOf, size } from "./records";
import type { Key, Keys } from "./sts";

type Operations = Pick<
  IamOperations,
  | "CreateUser"
  | "GetUser"
  | "ListUsers"
  | "DeleteUser"
  | "CreateAccessKey"
  | "ListAccessKeys"
  | "UpdateAccessKey"
  | "DeleteAccessKey"
  | "PutUserPolicy"
  | "GetUserPolicy"
  | "DeleteUserPolicy"
  | "ListUserPolicies"
  | "AttachUserPolicy"
  | "DetachUserPolicy"
  | "ListAttachedUserPolicies"
>;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const KEYS_PER_USER = 2;

const gone = (text: string): ApiError => new ApiError("NoSuchEntity", text, 404);
const inTheWay = (text: string): ApiError => new ApiError("DeleteConflict", text, 409);

/** The operations; `keys` are those that the sandbox verifies signatures by. */
export function userOperations(world: SandboxState, keys: Keys): Table<Operations> {
  const named = (name: string): UserRecord =>
    must(world.iam.users.get(name.toLowerCase()), () => gone(`The user with name ${name} cannot be found.`));
  const own = (name: string): [string, Key][] =>
    [...keys].filter(([, { userName }]) => userName?.toLowerCase() === name.toLowerCase());
  const keyOf = (user: string | undefined, id: string): Key => {
    const key = keys.get(id);
    if (key?.userName === undefined || (user !== undefined && key.userName.toLowerCase() !== user.toLowerCase()))
      throw gone(`The Access Key with id ${id} cannot be found.`);
    return key;
  };
  const meant = (name: string | undefined, caller: string | undefined): string =>
    must(
      name ?? caller,
      () => new ApiError("ValidationError", "Must specify userName when calling with non-User credentials"),
    );
  const described = ({ user, tags }: UserRecord): User => (tags.size > 0 ? { ...user, Tags: upperTags(tags) } : user);

  return {
    CreateUser: {
      supports: "UserName Path Tags PermissionsBoundary",
      run: (input) => {
        const key = input.UserName.toLowerCase();
        if (world.iam.users.has(key))
          throw new ApiError("EntityAlreadyExists", `User with name ${input.UserName} already exists.`, 409);
        const boundary = input.PermissionsBoundary;
        if (boundary) policyOf(world, boundary);
        const path = input.Path ?? "/";
        const limits = boundary
          ? { PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: boundary } }
          : {};
        const user: User = {
          Path: path,
          UserName: input.UserName,
          UserId: iamId("AIDA"),
          Arn: `arn:aws:iam::${world.account}:user${path}${input.UserName}`,
          CreateDate: new Date(Math.floor(Date.now() / 1000) * 1000),
          ...limits,
        };
        const record: UserRecord = {
          user,
          role: { Arn: user.Arn, ...limits },
          attached: new Map(),
          inline: new Map(),
          tags: tagsFrom(input.Tags),
        };
        world.iam.users.set(key, record);
        return { User: described(record) };
      },
    },
    GetUser: {
      supports: "*",
      run: (input, { userName }) => ({ User: described(named(meant(input.UserName, userName))) }),
    },
    ListUsers: {
      supports: "*",
      run: (input) => {
        const all = [...world.iam.users.values()]
          .map(({ user }) => user)
          .filter(({ Path }) => Path.startsWith(input.PathPrefix ?? "/"));
        const p = page(all, input.Marker, size(input.MaxItems), badMarker);
        return { Users: p.items, IsTruncated: p.next !== undefined, Marker: p.next };
      },
    },
    DeleteUser: {
      supports: "*",
      run: (input) => {
        const record = named(input.UserName);
        if (record.attached.size > 0) throw inTheWay("Cannot delete entity, must detach all policies first.");
        if (record.inline.size > 0) throw inTheWay("Cannot delete entity, must delete policies first.");
        if (own(input.UserName).length > 0) throw inTheWay("Cannot delete entity, must delete access keys first.");
        world.iam.users.delete(input.UserName.toLowerCase());
        return {};
      },
    },
    CreateAccessKey: {
      supports: "*",
      run: (input, { userName }) => {
        const { user } = named(meant(input.UserName, userName));
        if (own(user.UserName).length >= KEYS_PER_USER)
          throw new ApiError("LimitExceeded", `Cannot exceed quota for AccessKeysPerUser: ${KEYS_PER_USER}`, 409);
        const [AccessKeyId, SecretAccessKey] = [iamId("AKIA"), token(40)];
        const caller = { arn: user.Arn, userId: user.UserId, accessKeyId: AccessKeyId };
        keys.set(AccessKeyId, { secret: SecretAccessKey, userName: user.UserName, caller });
        return {
          AccessKey: {
            UserName: user.UserName,
            AccessKeyId,
            Status: "Active",
            SecretAccessKey,
            CreateDate: new Date(),
          },
        };
      },
    },
    ListAccessKeys: {
      supports: "*",
      run: (input, { userName }) => {
        const { UserName } = named(meant(input.UserName, userName)).user;
        const all = own(UserName).map(([AccessKeyId, { isInactive }]) => ({
          UserName,
          AccessKeyId,
          Status: isInactive ? ("Inactive" as const) : ("Active" as const),
        }));
        const p = page(all, input.Marker, size(input.MaxItems), badMarker);
        return { AccessKeyMetadata: p.items, IsTruncated: p.next !== undefined, Marker: p.next };
      },
    },
    UpdateAccessKey: {
      supports: "*",
      run: (input) => {
        keyOf(input.UserName, input.AccessKeyId).isInactive = input.Status !== "Active";
        return {};
      },
    },
    DeleteAccessKey: {
      supports: "*",
      run: (input) => {
        keyOf(input.UserName, input.AccessKeyId);
        keys.delete(input.AccessKeyId);
        return {};
      },
    },
    PutUserPolicy: {
      supports: "*",
      run: (input) => {
        checkIdentityPolicy(input.PolicyDocument);
        named(input.UserName).inline.set(input.PolicyName, input.PolicyDocument);
        return {};
      },
    },
    GetUserPolicy: {
      supports: "*",
      run: (input) => {
        const document = must(named(input.UserName).inline.get(input.PolicyName), () =>
          gone(`The user policy with name ${input.PolicyName} cannot be found.`),
        );
        return { UserName: input.UserName, PolicyName: input.PolicyName, PolicyDocument: encoded(document) };
      },
    },
    DeleteUserPolicy: {
      supports: "*",
      run: (input) => {
        if (!named(input.UserName).inline.delete(input.PolicyName))
          throw gone(`The user policy with name ${input.PolicyName} cannot be found.`);
        return {};
      },
    },
    ListUserPolicies: {
      supports: "*",
      run: (input) => {
        const p = page([...named(input.UserName).inline.keys()], input.Marker, size(input.MaxItems), badMarker);
        return { PolicyNames: p.items, IsTruncated: p.next !== undefined, Marker: p.next };
      },
    },
    AttachUserPolicy: {
      supports: "*",
      run: (input) => {
        named(input.UserName).attached.set(input.PolicyArn, policyOf(world, input.PolicyArn).name);
        return {};
      },
    },
    DetachUserPolicy: {
      supports: "*",
      run: (input) => {
        if (!named(input.UserName).attached.delete(input.PolicyArn))
          throw gone(`Policy ${input.PolicyArn} was not found.`);
        return {};
      },
    },
    ListAttachedUserPolicies: {
      supports: "*",
      run: (input) => {
        const all = [...named(input.UserName).attached].map(([PolicyArn, PolicyName]) => ({ PolicyArn, PolicyName }));
        const p = page(all, input.Marker, size(input.MaxItems), badMarker);
        return { AttachedPolicies: p.items, IsTruncated: p.next !== undefined, Marker: p.next };
      },
    },
  };
}
