import type { IncomingMessage, ServerResponse } from 'node:http';

import type { GranularGrant } from 'ambit';
import type ProviderType from 'oidc-provider';
import type { Client, Grant, Interaction, InteractionResults } from 'oidc-provider';

import type { Route } from '../api/route.ts';
import type { Words } from '../consent/describe.ts';
import { consentGroups } from '../consent/groups.ts';
import { consented, readConsent } from '../consent/read.ts';
import { renderConsent } from '../consent/render.ts';
import type { Consented, ConsentView } from '../consent/view.ts';
import { formTarget } from '../pages/headers.ts';
import { type Pager, type Reply, Trouble, toSignIn } from '../pages/page.ts';
import type { Visit } from '../pages/visit.ts';
import { isStillSignedIn, type SignedIn } from '../people/signins.ts';
import type { OAuthConfig, ScopeDescriptions } from './config.ts';
import { detailsOf, readDetails } from './details.ts';
import { ceilingOf, type TargetParts } from './limits.ts';
import type { Step, Together } from './together.ts';

const DAY_SECONDS = 86_400;
const PATH = '/oauth/interaction';

export interface InteractionParts extends TargetParts {
  /** Another one once the keys have changed. */
  readonly provider: ProviderType;
  readonly config: OAuthConfig;
  readonly scopes: ScopeDescriptions;
  readonly together: Together;
  readonly page: Pager;
  readonly words: Words;
  readonly now: () => Date;
}

/** One request of a browser in the middle of an authorization. */
interface Asking {
  readonly visit: Visit;
  readonly interaction: Interaction;
  readonly client: Client;
  readonly signedIn: SignedIn;
  readonly asked: { readonly scopes: readonly string[]; readonly granular: readonly GranularGrant[] };
}

/**
 * Where a person is asked: one page with everything that the client asks for and may have. What is ticked there is
 * granted, everything else is rejected, and both are said to the library, which would ask again otherwise.
 */
export function interactionRoutes(parts: InteractionParts): readonly Route[] {
  const path = `${PATH}/:uid`;
  return [
    parts.page('GET', path, (visit) => asking(visit, parts, async (at) => shown(at, viewOf(at, parts)))),
    parts.page('POST', path, (visit) => asking(visit, parts, (at) => decide(at, parts))),
  ];
}

async function asking(
  visit: Visit,
  parts: InteractionParts,
  answer: (at: Asking) => Promise<Reply>,
): Promise<Reply> {
  const first = toSignIn(visit);
  if (first !== undefined) return first;
  const { incoming, outgoing } = nodeOf(visit);
  const interaction = await parts.provider.interactionDetails(incoming, outgoing).catch(() => undefined);
  if (interaction === undefined || interaction.uid !== visit.context.req.param('uid')) throw over();
  const client = await parts.provider.Client.find(String(interaction.params['client_id']));
  const { signedIn } = visit;
  if (client === undefined || signedIn === undefined) throw over();
  // What began for one person is not granted by another who has signed in to this browser since.
  const { accountId } = interaction.session ?? {};
  if (accountId !== undefined && accountId !== signedIn.person.subject) throw over();
  return answer({ visit, interaction, client, signedIn, asked: askedOf(interaction, client, parts) });
}

function nodeOf({ context }: Visit): {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
} {
  return context.env as { incoming: IncomingMessage; outgoing: ServerResponse };
}

// What the client may not have is not shown: nobody should think that they granted it.
function askedOf({ params }: Interaction, client: Client, parts: InteractionParts): Asking['asked'] {
  const scopes = String(params['scope'] ?? '')
    .split(' ')
    .filter((scope) => scope !== '');
  const granular = readDetails(params['authorization_details'], parts.checkGrants);
  const { grants } = parts.narrow(ceilingOf(client), { scopes: [...new Set(scopes)], granular });
  return { scopes: grants.scopes ?? [], granular: grants.granular ?? [] };
}

function viewOf(
  { visit, interaction, client, signedIn: { person }, asked }: Asking,
  parts: InteractionParts,
): ConsentView {
  const uri = interaction.params['redirect_uri'];
  const renews = client.grantTypeAllowed('refresh_token');
  const scopeDescriptions = Object.fromEntries(
    Object.entries(parts.scopes).map(([scope, { description }]) => [scope, description]),
  );
  return {
    client: {
      name: client.clientName ?? client.clientId,
      ...(typeof uri === 'string' && URL.canParse(uri) ? { host: new URL(uri).host } : {}),
    },
    person: { name: person.name, subject: person.subject },
    groups: consentGroups({ words: parts.words, scopeDescriptions }, asked),
    expiresIn: renews ? parts.config.refreshTokenDays * DAY_SECONDS : parts.accessTokenSeconds,
    renews,
    formAction: `${PATH}/${interaction.uid}`,
    csrf: visit.csrf,
    returnTo: `${PATH}/${interaction.uid}`,
  };
}

function shown({ interaction }: Asking, view: ConsentView): Reply {
  const uri = interaction.params['redirect_uri'];
  const target = typeof uri === 'string' ? formTarget(uri) : undefined;
  return {
    page: renderConsent(view),
    status: view.error === undefined ? 200 : 400,
    formTargets: target === undefined ? [] : [target],
  };
}

async function decide(at: Asking, parts: InteractionParts): Promise<Reply> {
  const view = viewOf(at, parts);
  const decision = readConsent(at.visit.form, view);
  if (decision.decision === 'again')
    return shown(at, { ...view, error: decision.error, ticked: decision.ticked });
  const granted = decision.decision === 'allow' ? consented(decision.values, view) : undefined;
  const result =
    granted === undefined
      ? await refuse(at, parts)
      : {
          login: { accountId: at.signedIn.person.subject, remember: false },
          consent: { grantId: await grant(at, granted, parts) },
        };
  const { incoming, outgoing } = nodeOf(at.visit);
  const options = { mergeWithLastSubmission: false };
  return { to: await parts.provider.interactionResult(incoming, outgoing, result, options) };
}

async function refuse(at: Asking, parts: InteractionParts): Promise<InteractionResults> {
  await parts.together.all([audited(at, undefined, parts)]);
  return { error: 'access_denied', error_description: 'the person did not allow it' };
}

// In one unit of work with the question whether the sign-in is there still: what ends grants, disabling or another
// password, ends the sign-in with them, and comes before this unit or after it.
async function grant(at: Asking, granted: Consented, parts: InteractionParts): Promise<string> {
  const isThere: Step = async (unit) => ((await isStillSignedIn(unit, at.signedIn)) ? undefined : over());
  const made = grantOf(at, granted, parts);
  const { value, steps } = await parts.together.gather(() => made.save());
  await parts.together.all([isThere, ...steps, audited(at, granted, parts)]);
  return value;
}

function grantOf(
  { client, signedIn: { person }, asked, interaction }: Asking,
  granted: Consented,
  { provider, resource }: InteractionParts,
): Grant {
  const made = new provider.Grant({ accountId: person.subject, clientId: client.clientId });
  const rest = asked.scopes.filter((scope) => !granted.scopes.includes(scope));
  for (const one of resourcesOf(interaction, resource)) {
    if (granted.scopes.length > 0) made.addResourceScope(one, granted.scopes.join(' '));
    if (rest.length > 0) made.rejectResourceScope(one, rest.join(' '));
  }
  for (const detail of detailsOf(granted.granular)) made.addRar(detail);
  return made;
}

// They were checked when the authorization began; one that is not ours is refused again with each token.
function resourcesOf({ params }: Interaction, gateway: string): readonly string[] {
  const { resource = gateway } = params;
  return Array.isArray(resource) ? resource.map(String) : [String(resource)];
}

function audited(
  { client, signedIn: { person }, asked }: Asking,
  granted: Consented | undefined,
  { now }: InteractionParts,
): Step {
  return async (unit) => {
    await unit.audit.add({
      at: now(),
      action: granted === undefined ? 'grant.refused' : 'grant.made',
      actor: person.subject,
      client: client.clientId,
      subject: person.subject,
      details: { asked, ...(granted === undefined ? {} : { granted }) },
    });
    return undefined;
  };
}

// One sentence for all that is over, unknown or somebody else's: who comes here by mistake has nothing to find out.
function over(): Trouble {
  return new Trouble(
    400,
    'This request is over: it took too long, was answered already, or began in another browser or for somebody else. Go back to the application and begin again.',
  );
}
