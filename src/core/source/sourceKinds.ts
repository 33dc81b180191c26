/** Small questions about words of a Dockerfile. */

/** A source that is fetched and not taken from the build context: a URL, or a Git repository. */
export const isRemote = (source: string): boolean =>
  /^(https?|git|ssh):\/\//.test(source) || /^[a-zA-Z0-9_.-]+@[^/:\s]+:.+/.test(source);

/** A repository, where a URL could also be a file. */
const isGit = (source: string): boolean => !/^https?:/.test(source) || /\.git(?:[#?]|$)/.test(source);

/** Whether a checksum can be one of what is fetched: a digest for a file, a commit for a repository. */
export const fitsChecksum = (checksum: string, source: string): boolean =>
  isRemote(source) &&
  (isGit(source) || /^sha256:[0-9a-f]{64}$|^sha384:[0-9a-f]{96}$|^sha512:[0-9a-f]{128}$/.test(checksum));

/** `0755`, `u=rwX,go=rX`. */
export const isFileMode = (text: string): boolean =>
  /^\d+$/.test(text)
    ? /^0*[0-7]{1,4}$/.test(text)
    : /^[ugoa]*(?:[-+=][rwxXstugo]*)+(?:,[ugoa]*(?:[-+=][rwxXstugo]*)+)*$/.test(text);

const names = new Set(
  (
    "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP " +
    "TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX"
  ).split(" "),
);

/** A signal by its name, with or without SIG, or by its number. */
export function isSignal(text: string): boolean {
  if (/^[+-]?\d+$/.test(text)) return Number(text) !== 0;
  const name = text.toUpperCase().replace(/^SIG/, "");
  const [, base, count] = /^(RTMIN\+|RTMAX-)(\d+)$/.exec(name) ?? [];
  if (base !== undefined) return Number(count) >= 1 && Number(count) <= (base === "RTMIN+" ? 15 : 14);
  return names.has(name);
}
