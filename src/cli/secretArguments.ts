/** What `slipway secret` and `slipway env` are asked for. Never a value. */

export type SecretArguments =
  | { readonly action: "list" }
  | { readonly action: "check" }
  | {
      readonly action: "set";
      readonly name: string;
      readonly container: string | undefined;
      readonly secret: string | undefined;
      readonly key: string | undefined;
      readonly fromStdin: boolean;
    }
  | {
      readonly action: "use";
      readonly name: string;
      readonly reference: string;
      readonly container: string | undefined;
    };

export interface EnvArguments {
  readonly file: string;
  readonly secrets: readonly string[];
  readonly plain: readonly string[];
  readonly container: string | undefined;
}
