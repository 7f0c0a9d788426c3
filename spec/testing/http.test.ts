import { granularChecks, runChecks, type World } from 'ambit/testing';
import { describe, expect, it } from 'vitest';
import { serve } from '../harness/http.ts';
import { openDesk } from './desk.mjs';
import { adding, reading } from './questions.ts';

/** The kit before a server: what it sees is what came over HTTP. */

/** Serves a desk of its own; a token is what it holds, as Base64. */
async function overHttp(options: Parameters<typeof openDesk>[0] = {}, status = 200): Promise<World> {
  const world = openDesk(options);
  const { url, close } = await serve(async (request) => {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    const grants = JSON.parse(Buffer.from(token, 'base64').toString());
    const { query, variables } = (await request.json()) as {
      query: string;
      variables?: Record<string, unknown>;
    };
    const answer = status === 200 ? await world.execute({ document: query, variables, grants }) : 'broken';
    return Response.json(answer, { status });
  });
  return {
    async execute({ document, variables, grants }) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${Buffer.from(JSON.stringify(grants)).toString('base64')}` },
        body: JSON.stringify({ query: document, variables }),
      });
      return response.json();
    },
    state: world.state,
    close,
  };
}

describe.each([
  ['adding', adding],
  ['reading', reading],
])('a server, %s', (_, asked) => {
  it('keeps every promise', async () => {
    const results = await runChecks(
      granularChecks({
        ...asked,
        open: () => overHttp(),
        openSwitchedOff: () => overHttp({ granular: false }),
      }),
    );
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(7);
  });

  it('that answers no GraphQL keeps none', async () => {
    const results = await runChecks(
      granularChecks({ ...asked, open: () => overHttp({}, 500), openSwitchedOff: () => overHttp({}, 500) }),
    );
    const [first] = results;
    expect(first?.sentences.join()).toContain('what came is no answer of GraphQL: "broken"');
    expect(results.filter(({ outcome }) => outcome === 'passed')).toEqual([]);
  });
});
