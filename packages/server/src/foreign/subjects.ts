import { ServerError } from '../errors.ts';
import type { IntrospectionConfig, IssuerConfig } from './config.ts';

/** Who says on whose behalf a token acts, besides this server. */
export interface SubjectSources {
  readonly issuers: readonly IssuerConfig[];
  readonly introspection?: IntrospectionConfig | undefined;
}

/**
 * Two issuers may each call somebody `alice`, and to the API that is one person. Throws `ServerError` `CONFIG_INVALID`
 * where there are several of them, unless each says its prefix, and be it that there is none.
 */
export function checkSubjects(sources: SubjectSources): void {
  const all = sourcesOf(sources);
  if (new Set(all.map(({ issuer }) => issuer)).size < 2) return;
  const silent = all.filter(({ prefix }) => prefix === undefined).map(({ where }) => `\`${where}\``);
  if (silent.length === 0) return;
  throw new ServerError(
    'CONFIG_INVALID',
    `Tokens come from several issuers, and a subject that two of them have is one person to the API; ${silent.join(', ')} must say \`subjectPrefix\`.`,
    'Give each its own, such as subjectPrefix: "okta|"; subjectPrefix: "" where its subjects are to be taken as they are.',
  );
}

/** Issuers whose subjects may be taken for the people of this server, since nothing is said about it. */
export function sharedSubjects(
  sources: SubjectSources & { readonly signIn?: { readonly issuer: string } | undefined },
): readonly string[] {
  return sourcesOf(sources)
    .filter(({ prefix, issuer }) => prefix === undefined && issuer !== sources.signIn?.issuer)
    .map(({ where }) => where);
}

interface Source {
  readonly where: string;
  /** Nothing where the configuration does not say who answers. */
  readonly issuer: string | undefined;
  readonly prefix: string | undefined;
}

function sourcesOf({ issuers, introspection }: SubjectSources): readonly Source[] {
  const jwts = issuers.map(({ issuer, mapping }, at) => ({
    where: `issuers.${at}`,
    issuer,
    prefix: mapping.subjectPrefix,
  }));
  if (introspection === undefined) return jwts;
  const { issuer, mapping } = introspection;
  return [...jwts, { where: 'introspection', issuer, prefix: mapping.subjectPrefix }];
}
