/** Where tasks' secrets come from. Only whether they are there is asked, and what they are called: never what they say. */
export interface SecretsPort {
  /** True when Secrets Manager has a secret of this ARN in that region. */
  hasSecret(arn: string, region: string): Promise<boolean>;
  /** True when the session's account has a parameter of this name in that region. */
  hasParameter(name: string, region: string): Promise<boolean>;
  /** ARNs of secrets and parameters, the first hundreds. */
  list(): Promise<string[]>;
}
