/** What a request brings along: the username on whose behalf it is made, or null for nobody's. */
export interface ForgeContext {
  readonly subject: string | null;
}
