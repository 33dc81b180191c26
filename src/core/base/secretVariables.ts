/** Variables that are looked at for a secret that slipway.json does not place. */
export function variablesOf(id: string): string[] {
  const upper = id.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return [...new Set([...(/^[A-Za-z_]\w*$/.test(id) ? [id] : []), ...(/^[A-Z_]/.test(upper) ? [upper] : [])])];
}
