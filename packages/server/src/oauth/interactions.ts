import type { IncomingMessage, ServerResponse } from 'node:http';

import type { GranularGrant } from 'ambit';
import type { Context } from 'hono';
import { html } from 'hono/html';
import type ProviderType from 'oidc-provider';
import type { Client, Interaction } from 'oidc-provider';

import type { Route } from '../api/route.ts';
import type { Words } from '../consent/describe.ts';
import { consentGroups } from '../consent/groups.ts';
import { consented, readConsent } from '../consent/read.ts';
import { renderConsent } from '../consent/render.ts';
import type { Consented, ConsentView } from '../consent/view.ts';
import { formTarget, pageHeaders } from '../pages/headers.ts';
import { layout } from '../pages/layout.ts';
import type { Store } from '../store/store.ts';
import type { OAuthConfig, ScopeDescriptions } from './config.ts';
import { detailsOf, readDetails } from './details.ts';
import { ceilingOf, type LimitParts } from './limits.ts';
import type { SignedInPerson, SignIn } from './sign-in.ts';

const DAY_SECONDS = 86_400;
const PATH = '/oauth/interaction';

export interface InteractionParts extends LimitParts {
  readonly provider: ProviderType;
  readonly config: OAuthConfig;
  readonly scopes: ScopeDescriptions;
  readonly store: Store;
  readonly signIn: SignIn;
  readonly words: Words;
  readonly now: () => Date;
}

/** One request of a browser in the middle of an authorization. */
interface Visit {
  readonly context: Context;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly interaction: Interaction;
  readonly client: Client;
  readonly person: SignedInPerson;
  readonly asked: { readonly scopes: readonly string[]; readonly granular: readonly GranularGrant[] };
}

/**
 * Where a person is asked: one page with everything that the client asks for and may have. What is ticked there is
 * granted, everything else is rejected, and both are said to the library, which would ask again otherwise.
 */
export function interactionRoutes(parts: InteractionParts): readonly Route[] {
  return [
    { method: 'GET', path: `${PATH}/:uid`, guards: [], handle: (c) => visited(c, parts, show) },
    { method: 'POST', path: `${PATH}/:uid`, guards: [], handle: (c) => visited(c, parts, decide) },
  ];
}

async function visited(
  context: Context,
  parts: InteractionParts,
  answer: (visit: Visit, parts: InteractionParts) => Promise<Response>,
): Promise<Response> {
  const { incoming, outgoing } = context.env as { incoming: IncomingMessage; outgoing: ServerResponse };
  const interaction = await parts.provider.interactionDetails(incoming, outgoing).catch(() => undefined);
  const uid = context.req.param('uid') ?? '';
  if (interaction === undefined || interaction.uid !== uid) return over();
  const client = await parts.provider.Client.find(String(interaction.params['client_id']));
  if (client === undefined) return over();
  const person = await parts.signIn.signedIn(context.req.raw);
  if (person === undefined) return context.redirect(parts.signIn.pathFor(`${PATH}/${uid}`), 303);
  // What began for one person is not granted by another who has signed in to this browser since.
  const { accountId } = interaction.session ?? {};
  if (accountId !== undefined && accountId !== person.subject) return over();
  const asked = askedOf(interaction, client, parts);
  return answer({ context, incoming, outgoing, interaction, client, person, asked }, parts);
}

// What the client may not have is not shown: nobody should think that they granted it.
function askedOf({ params }: Interaction, client: Client, parts: InteractionParts): Visit['asked'] {
  const scopes = String(params['scope'] ?? '')
    .split(' ')
    .filter((scope) => scope !== '');
  const granular = readDetails(params['authorization_details'], parts.checkGrants);
  const { grants } = parts.narrow(ceilingOf(client), { scopes: [...new Set(scopes)], granular });
  return { scopes: grants.scopes ?? [], granular: grants.granular ?? [] };
}

function viewOf({ interaction, client, person, asked }: Visit, parts: InteractionParts): ConsentView {
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
    csrf: person.csrf,
    returnTo: `${PATH}/${interaction.uid}`,
  };
}

async function show(visit: Visit, parts: InteractionParts): Promise<Response> {
  return page(visit, viewOf(visit, parts));
}

async function page({ interaction }: Visit, view: ConsentView): Promise<Response> {
  const uri = interaction.params['redirect_uri'];
  const target = typeof uri === 'string' ? formTarget(uri) : undefined;
  const body = String(await renderConsent(view));
  const status = view.error === undefined ? 200 : 422;
  return new Response(body, { status, headers: pageHeaders(target === undefined ? [] : [target]) });
}

async function decide(visit: Visit, parts: InteractionParts): Promise<Response> {
  const form = new URLSearchParams(await visit.context.req.text());
  if (!visit.person.isCsrf(form.get('csrf'))) return over();
  const view = viewOf(visit, parts);
  const decision = readConsent(form, view);
  if (decision.decision === 'again')
    return page(visit, { ...view, error: decision.error, ticked: decision.ticked });
  const granted = decision.decision === 'allow' ? consented(decision.values, view) : undefined;
  await tell(visit, granted, parts);
  const result =
    granted === undefined
      ? { error: 'access_denied', error_description: 'the person did not allow it' }
      : {
          login: { accountId: visit.person.subject, remember: false },
          consent: { grantId: await grant(visit, granted, parts) },
        };
  const to = await parts.provider.interactionResult(visit.incoming, visit.outgoing, result, {
    mergeWithLastSubmission: false,
  });
  return visit.context.redirect(to, 303);
}

async function grant(
  { client, person, asked }: Visit,
  granted: Consented,
  { provider, resource }: InteractionParts,
): Promise<string> {
  const made = new provider.Grant({ accountId: person.subject, clientId: client.clientId });
  const rest = asked.scopes.filter((scope) => !granted.scopes.includes(scope));
  if (granted.scopes.length > 0) made.addResourceScope(resource, granted.scopes.join(' '));
  if (rest.length > 0) made.rejectResourceScope(resource, rest.join(' '));
  for (const detail of detailsOf(granted.granular)) made.addRar(detail);
  return made.save();
}

async function tell(
  { client, person, asked }: Visit,
  granted: Consented | undefined,
  { store, now }: InteractionParts,
): Promise<void> {
  await store.write((unit) =>
    unit.audit.add({
      at: now(),
      action: granted === undefined ? 'grant.refused' : 'grant.made',
      actor: person.subject,
      client: client.clientId,
      subject: person.subject,
      details: { asked, ...(granted === undefined ? {} : { granted }) },
    }),
  );
}

// One sentence for all that is over, unknown or somebody else's: who comes here by mistake has nothing to find out.
async function over(): Promise<Response> {
  const main = html`<h1>This request is over</h1>
<p>It took too long, was answered already, or began in another browser or for somebody else. Go back to the application
and begin again.</p>`;
  const body = String(await layout({ title: 'This request is over', main, failed: true }));
  return new Response(body, { status: 400, headers: pageHeaders() });
}
