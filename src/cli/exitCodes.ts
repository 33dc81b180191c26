/** Exit codes, as docs/command-line.md promises them. */
import type { ErrorReport } from "../core/base/errors";
import type { Outcome } from "../core/deploy/events";

const outcomeCodes: Readonly<Record<Outcome, number>> = {
  done: 0,
  doneNotProbed: 0,
  failed: 1,
  rolledBack: 3,
  declined: 4,
  cancelled: 130,
  stoppedWatching: 130,
};
/** By an error's code; 1 for all others. */
export const errorCodes: Readonly<Record<string, number>> = {
  Usage: 2,
  MalformedQueryException: 2,
  WhichService: 2,
  NothingToTail: 2,
  InvalidConfig: 2,
  InvalidDockerfile: 2,
  InvalidTaskDefinition: 2,
  InvalidName: 2,
  DockerfileMissing: 2,
  InvalidCompose: 2,
  WhichComposeService: 2,
  ComposeRemoteContext: 2,
  ComposeOutsideWorkspace: 2,
  ComposeInlineDockerfile: 2,
  UnknownApplication: 2,
  UnknownEnvironment: 2,
  WrongPlace: 5,
  WhichApplication: 2,
  NoPort: 2,
  RevisionNotFound: 2,
  OutsideLimits: 2,
  OutsideWorkspace: 2,
  NotRegularFile: 2,
  FileTooLarge: 2,
  NotText: 2,
  FileUnreadable: 2,
  ConsentMissing: 4,
  OutsideNotAllowed: 4,
  ChangedElsewhere: 4,
  ExistsAlready: 4,
  CredentialsExpired: 5,
  CredentialsRefused: 5,
  NoCredentials: 5,
  ProfileMissing: 5,
  NoRegion: 5,
  InvalidRegion: 5,
  InvalidProfile: 5,
  RegionNotEnabled: 5,
  CredentialProcessFailed: 5,
  MfaNeedsTerminal: 5,
  RolloutTakesLong: 6,
  CertificateTakesLong: 6,
  Cancelled: 130,
};

/** What a run ends with. */
export function exitCode(outcome: Outcome, error: ErrorReport | undefined): number {
  return (error && errorCodes[error.code]) ?? outcomeCodes[outcome];
}
