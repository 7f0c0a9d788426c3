import { isDeepStrictEqual } from 'node:util';

/** What a row has answered was not what the workload promises. */
export class WrongAnswer extends Error {}

/**
 * Holds an answer against the unprotected one. Returns how it was denied, in a few words for the notes.
 * @throws WrongAnswer for data that the token may not read, data that is missing, and a mutation that ran
 */
export function verify(workload, result, reference, { written }) {
  const plain = { data: toPlain(result?.data), errors: result?.errors ?? [] };
  const check = { whole, leaves, objects, refused }[workload.answer];
  return check(workload, plain, toPlain(reference.data), written);
}

function whole(_workload, { data, errors }, reference) {
  if (errors.length > 0) throw new WrongAnswer(`${errors.length} errors: ${errors[0].message}`);
  if (!isDeepStrictEqual(data, reference)) throw new WrongAnswer('the answer is not the unprotected one');
  return 'whole';
}

function leaves({ denied }, { data, errors }, reference) {
  if (isEmpty(data)) throw new WrongAnswer(`refuses the whole operation (${errors.length} errors)`);
  const expected = reference.articles.map((item) => ({
    ...item,
    ...Object.fromEntries(denied.map((name) => [name, null])),
  }));
  if (!isDeepStrictEqual(data.articles, expected))
    throw new WrongAnswer('not exactly the denied leaves are null');
  if (errors.length === 0) throw new WrongAnswer('no error names the denied leaves');
  return `${errors.length} errors`;
}

function objects({ token }, { data, errors }, reference) {
  if (isEmpty(data)) throw new WrongAnswer(`refuses the whole operation (${errors.length} errors)`);
  const kept = data.orders.filter((item) => item !== null);
  const expected = reference.orders.filter(({ shop }) => token.places.has(shop));
  if (!isDeepStrictEqual(kept, expected))
    throw new WrongAnswer('not exactly the orders of the shops are there');
  return `${data.orders.length - kept.length} nulls, ${errors.length} errors`;
}

function refused(_workload, { data, errors }, _reference, written) {
  if (written > 0) throw new WrongAnswer('the mutation ran');
  if (!isEmpty(data) || errors.length === 0) throw new WrongAnswer('there is data, or no error');
  return `${errors.length} errors`;
}

const isEmpty = (data) => data == null || Object.values(data).every((value) => value === null);

/** Without prototypes, so that answers of different makers can be compared. */
const toPlain = (data) => (data == null ? data : JSON.parse(JSON.stringify(data)));
