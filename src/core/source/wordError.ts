/** A word that BuildKit refuses; `variable` where it does so because that one has no value. */
export class WordError extends Error {
  constructor(
    message: string,
    readonly variable?: string,
  ) {
    super(message);
  }
}
