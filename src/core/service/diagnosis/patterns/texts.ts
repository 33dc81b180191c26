/** Texts of AWS that several patterns share. */

/** How the pull's errors begin: what went wrong stands behind the image's name. */
export const manifest = "CannotPullContainerError: pull image manifest has been retried # time(s): ";
export const older = "CannotPullContainerError: error response from daemon: ";
export const init = "ResourceInitializationError: unable to pull secrets or registry auth: ";
export const initOlder = "ResourceInitializationError: unable to pull registry auth";
export const retrieval = `${init}execution resource retrieval failed: `;
export const logger = "ResourceInitializationError: failed to validate logger args: ";
export const roleRemedy =
  "Attach AmazonECSTaskExecutionRolePolicy to the execution role; a boundary or a Deny that is in the way has to go.";
export const roleCommand =
  "aws iam attach-role-policy --role-name {role} --policy-arn " +
  "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
export const copying = "CannotPullContainerError: ref pull has been retried # time(s): failed to copy: ";
/** The kernel does not take a file for a program, and its name is that of a script. */
export const scriptRefused = /exec:? "?\S*\.(?:sh|bash|py|rb|pl|js|mjs|php)"?:? (?:failed: )?exec format error/i;
