import type { Topic } from './proposal.ts';

/** What a person reads about one topic. */
export interface TopicText {
  readonly title: string;
  readonly text: string;
}

/** Topics in the order in which a person should go through them. */
export const TOPICS: ReadonlyMap<Topic, TopicText> = new Map([
  [
    'kinds',
    {
      title: 'Kinds of boundary',
      text: 'A token can be limited to one of these. Is each a place in your product, is its identity one that never names another place, and is a kind missing? Identities are compared byte by byte: where your API takes two spellings for one, give the kind `canonical: lowercase`.',
    },
  ],
  [
    'near kinds',
    {
      title: 'What looks like a place',
      text: 'It has a name of its own, and others point to it, but it was not taken for a kind of boundary. Where a token should be limited to one of these, and no two have the same name, begin again with `ambit init --kind`.',
    },
  ],
  [
    'nesting',
    {
      title: 'What lies in what',
      text: 'A grant on what is above covers what is below. This holds only if the identity above is the beginning of the identity below, cut at a `/`, for every object.',
    },
  ],
  [
    'unplaced mutations',
    {
      title: 'Mutations without a place',
      text: 'No argument says where they act, or none that could be read. They ask for a grant for the whole API (`instance`). Give `boundaryType` and `boundaryArgument` where there is a place.',
    },
  ],
  [
    'named otherwise',
    {
      title: 'Places that no rule can tell',
      text: 'An argument or input field names a place by something else than the identity of its kind, or where no rule can read it. The mutation asks for a grant for the whole API (`instance`) too, so no token with a boundary can use it. Name the kind with `ambit init --kind NAME=Type.field`, or let the API take the identity.',
    },
  ],
  [
    'unplaced ids',
    {
      title: 'Ids of what is in no place',
      text: 'The mutation asks for a grant for the whole API (`instance`) for these, beside the place, so no token with a boundary can use it. Remove that group where what they name is for everybody.',
    },
  ],
  [
    'guessed ids',
    {
      title: 'Ids of something',
      text: 'The place is read from whatever object the id is of; one that is not found there is denied. Is this the object on which the mutation acts?',
    },
  ],
  [
    'one of two places',
    {
      title: 'From one place to another',
      text: 'Only one end of the move could be told. The other asks for a grant for the whole API (`instance`).',
    },
  ],
  [
    'unchecked arguments',
    {
      title: 'Arguments that name further objects',
      text: 'Nothing asks where these are. Does your API itself refuse objects of places that the caller may not change? Where it does not, give the argument or input field a rule.',
    },
  ],
  [
    'optional place',
    {
      title: 'A place that may be left out',
      text: 'Without the argument the mutation is denied. Is the argument all that says where it acts?',
    },
  ],
  [
    'unplaced types',
    {
      title: 'Types without a place',
      text: 'No path leads from them to a place. They ask for a grant for the whole API (`instance`). Add a field that leads to the place, choose a path of your own, or leave them.',
    },
  ],
  [
    'several places',
    {
      title: 'Types with several paths',
      text: 'The first path was taken. Is it the place that owns the object? Where it is null, the object is denied: add the other as an alternative if it has to count then.',
    },
  ],
  [
    'people',
    {
      title: 'People',
      text: 'They are in no place and ask for a grant for the whole API (`instance`). Leave it, or let them inherit (`inherits: true`): then they are seen where they appear, and their private fields have to be rules.',
    },
  ],
  [
    'owned',
    {
      title: "People's own things",
      text: 'They ask for the boundary `user`: the path has to lead to what your tokens have as their subject. Does it?',
    },
  ],
  [
    'values',
    {
      title: 'Types that inherit',
      text: 'They have no identity and are seen with what they hang on. Give one a rule of its own if it tells more than that.',
    },
  ],
  [
    'sensitive',
    {
      title: 'Fields that look like secrets or private data',
      text: 'Each asks for a permission of its own. Remove the rule from what everybody may see who may see the object, and look for fields that the names did not give away.',
    },
  ],
  [
    'counts',
    {
      title: 'Counts of something else',
      text: 'They tell of other objects and ask for the permission to read those.',
    },
  ],
  [
    'weighty inputs',
    {
      title: 'Inputs that decide more than their mutation',
      text: 'They ask for a permission of their own. Is the list whole?',
    },
  ],
  [
    'root fields',
    {
      title: 'Root fields that no type covers',
      text: 'They ask for a grant for the whole API (`instance`). Mark as public what is; a search stays safe when public only if nobody minds how many results there are.',
    },
  ],
  [
    'public',
    { title: 'Public', text: 'These ask for nothing. The rules of what they lead to hold all the same.' },
  ],
  [
    'shared names',
    {
      title: 'Permissions for several things',
      text: 'What is called differently asks for the same permission. Rename where one should be held without the other.',
    },
  ],
  [
    'unsettled',
    { title: 'Not settled', text: '`ambit check` still finds these errors. What nobody settles is denied.' },
  ],
]);
