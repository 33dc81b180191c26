/** STS: who calls, and temporary credentials. */
import { iamId, token } from "../ids";
import type { StsOperations } from "../model/sts.types";
import type { Table } from "../registry";
import { ApiError } from "../wire/errors";
import type { Caller, SandboxState } from "../world";
import { checkIdentityPolicy } from "./documents";
import { findRole, trusts } from "./evaluate";

export interface Key {
  readonly secret: string;
  readonly sessionToken?: string;
  expiresAt?: number;
  readonly caller: Caller;
  readonly roleName?: string;
  readonly userName?: string;
  /** A policy that the session was given: it can do no more than that and its role allow. */
  readonly sessionPolicy?: string;
  isInactive?: boolean;
}

export type Keys = Map<string, Key>;

const factsOf = (world: SandboxState, caller: Caller, externalId: string | undefined): Record<string, string> => ({
  "aws:PrincipalArn": caller.arn,
  "aws:PrincipalAccount": world.account,
  "aws:SecureTransport": "true",
  ...(externalId === undefined ? {} : { "sts:ExternalId": externalId }),
});

export const stsOperations = (world: SandboxState, keys: Keys): Table<StsOperations> => ({
  GetCallerIdentity: {
    supports: "*",
    run: (_input, { caller }) => ({ Account: world.account, Arn: caller.arn, UserId: caller.userId }),
  },
  AssumeRole: {
    supports: "RoleArn RoleSessionName DurationSeconds ExternalId Policy SerialNumber TokenCode SourceIdentity",
    run: (input, { caller, roleName }) => {
      const seconds = input.DurationSeconds ?? 3600;
      if (input.Policy !== undefined) checkIdentityPolicy(input.Policy);
      const record = findRole(world, input.RoleArn);
      if (
        !record ||
        !trusts(record.trust, caller.arn, factsOf(world, caller, input.ExternalId)) ||
        Date.now() < record.visibleAt
      ) {
        throw new ApiError(
          "AccessDenied",
          `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
          403,
        );
      }
      if (roleName !== undefined && seconds > 3600)
        throw new ApiError(
          "ValidationError",
          "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        );
      if (seconds > (record.role.MaxSessionDuration ?? 3600))
        throw new ApiError(
          "ValidationError",
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        );
      const accessKeyId = iamId("ASIA");
      const secret = token(40);
      const sessionToken = token(200);
      const expiresAt = Math.floor(Date.now() / 1000) * 1000 + seconds * 1000;
      const assumed = {
        Arn: `arn:aws:sts::${world.account}:assumed-role/${record.role.RoleName}/${input.RoleSessionName}`,
        AssumedRoleId: `${record.role.RoleId}:${input.RoleSessionName}`,
      };
      keys.set(accessKeyId, {
        secret,
        sessionToken,
        expiresAt,
        roleName: record.role.RoleName,
        ...(input.Policy === undefined ? {} : { sessionPolicy: input.Policy }),
        caller: { arn: assumed.Arn, userId: assumed.AssumedRoleId, accessKeyId },
      });
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secret,
          SessionToken: sessionToken,
          Expiration: new Date(expiresAt),
        },
        AssumedRoleUser: assumed,
      };
    },
  },
});
