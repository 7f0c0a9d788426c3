/** The part of an upstream's answer that GraphQL defines. */
export interface UpstreamBody {
  readonly data: unknown;
  readonly errors: readonly unknown[];
}
