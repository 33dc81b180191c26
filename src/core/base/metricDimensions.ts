/** What load balancers and target groups are called where CloudWatch counts: the last parts of their ARNs. */

/** `targetgroup/web/73e2d6bc24d8a067` */
export const targetGroupDimension = (arn: string): string => from(arn, "targetgroup/", 0);

/** `app/web/50dc6c495c0c9188` */
export const loadBalancerDimension = (arn: string): string => from(arn, "loadbalancer/", "loadbalancer/".length);

function from(arn: string, marker: string, skipped: number): string {
  const at = arn.indexOf(marker);
  return at < 0 ? arn : arn.slice(at + skipped);
}
