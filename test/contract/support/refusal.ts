import assert from "node:assert/strict";

/** How AWS refuses: the error's name and, where it says one, its sentence. */
export const refuses =
  (name: string, text: RegExp = /(?:)/) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, name, error.message);
    assert.match(error.message, text);
    return true;
  };
