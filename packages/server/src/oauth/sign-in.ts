/** Somebody who sits at a browser and has proved who they are. */
export interface SignedInPerson {
  /** What the API knows them by: the subject of every token that they grant. */
  readonly subject: string;
  readonly name: string;
  /** What the forms of this browser carry, so that no page elsewhere can send them. */
  readonly csrf: string;
  /** Whether a form came from a page of ours that was made for this browser. */
  isCsrf(token: unknown): boolean;
}

/** What the authorization server asks of whatever signs people in. */
export interface SignIn {
  signedIn(request: Request): Promise<SignedInPerson | undefined>;
  /** Where somebody signs in, to be sent back to a path of this server. */
  pathFor(returnTo: string): string;
  /** Whether somebody with this subject may still act: not where they were disabled. */
  isActive(subject: string): Promise<boolean>;
}
