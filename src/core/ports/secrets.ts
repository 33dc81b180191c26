/** Where tasks' secrets come from. Only whether they are there is asked, and what they are called: never what they say. */
export interface SecretsPort {
  /** True when the Secrets Manager secret of this ARN or name is there. */
  hasSecret(reference: string): Promise<boolean>;
  /** True when the SSM parameter of this ARN or name is there. */
  hasParameter(reference: string): Promise<boolean>;
  /** ARNs of secrets and parameters, the first hundreds. */
  list(): Promise<string[]>;
}
