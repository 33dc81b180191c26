/** A name of DNS as people write it: without its last dot, in lower case, and with the signs that Route 53 gives as codes. */
export const plainName = (name: string): string =>
  name
    .replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)))
    .replace(/\.$/, "")
    .toLowerCase();
