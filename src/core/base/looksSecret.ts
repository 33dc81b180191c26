/** Which environment variables are secrets, as far as name and value tell. */

const secretName =
  /(?:^|[_.-])(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|private[_-]?key|credentials?)(?:$|[_-]?(?:[0-9]+|key|value|base64)?$)|^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/i;
const secretValue = /^(?:AKIA|ASIA)[0-9A-Z]{16}$|-----BEGIN [A-Z ]*PRIVATE KEY-----|^gh[pousr]_[A-Za-z0-9]{36}/;
/** Values that are no secret whatever the name says: addresses of secrets, switches, empty strings. */
const harmless = /^(?:|true|false|\d{1,3}|arn:.*|https?:\/\/[^@]*|\/.*)$/;

/** `dbPassword` -> `db_Password`. */
const inWords = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2");

/** True for a value that should not stand in a task definition, where whoever may describe it reads it. */
export function looksSecret(name: string, value: string): boolean {
  return secretValue.test(value) || (secretName.test(inWords(name)) && !harmless.test(value));
}
