/**
 * Forms of AWS profiles, as their own tools write them. `NAME` is the profile's; the places are an editor's snippet's.
 * Source: the AWS CLI's user guide, pages on configuration and credential files.
 */
export const profileForms = {
  sso: [
    "[profile NAME]",
    "sso_session = NAME",
    "sso_account_id = ${1:111122223333}",
    "sso_role_name = ${2:PowerUserAccess}",
    "region = ${3:eu-central-1}",
    "",
    "[sso-session NAME]",
    "sso_start_url = ${4:https://my-company.awsapps.com/start}",
    "sso_region = ${5:eu-central-1}",
    "sso_registration_scopes = sso:account:access",
  ],
  role: [
    "[profile NAME]",
    "role_arn = ${1:arn:aws:iam::111122223333:role/Deploy}",
    "source_profile = ${2:default}",
    "region = ${3:eu-central-1}",
  ],
  keys: ["[NAME]", "aws_access_key_id = ${1}", "aws_secret_access_key = ${2}"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
