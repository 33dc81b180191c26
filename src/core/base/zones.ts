/** True for a zone of the region itself: Local Zones and Wavelength have names of more parts (us-east-1-bos-1a). */
export const isRegionalZone = (zone: string): boolean => /^[a-z]+(-[a-z]+)+-\d+[a-z]$/.test(zone);

/** Zones in which Fargate does not run, by zone id. Source: the ECS developer guide's page on Fargate regions. */
export const zonesWithoutFargate: ReadonlySet<string> = new Set([
  "use1-az3",
  "usw1-az2",
  "cac1-az3",
  "apne1-az3",
  "cnn1-az4",
]);
