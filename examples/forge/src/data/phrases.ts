/** Words from which titles and texts are put together. */

export const issueSubjects: readonly string[] = [
  'Login form',
  'Search',
  'Nightly job',
  'Settings page',
  'Invoice export',
  'Webhook delivery',
  'Release script',
  'Audit log',
  'Password reset',
  'Date picker',
  'Upload of large files',
  'Rate limit',
];

export const issueTroubles: readonly string[] = [
  'is slow with many rows',
  'fails behind a proxy',
  'loses the last entry',
  'shows the wrong time zone',
  'needs a test',
  'logs too much',
  'breaks on an empty value',
  'is not reachable by keyboard',
  'should retry after a timeout',
  'ignores the language of the browser',
];

export const changes: readonly string[] = [
  'Upgrade the HTTP client',
  'Split the settings module',
  'Cache the expensive query',
  'Replace the home-made date parser',
  'Add an index for the nightly job',
  'Remove the old feature switch',
  'Describe the release steps',
];

export const remarks: readonly string[] = [
  'I can reproduce this on the current release.',
  'Happens only with more than one tab open.',
  'Could we take this into the next sprint?',
  'The cause is the cache in front of it.',
  'A fix is up for review.',
  'Works for me after clearing the session.',
  'Customers ask about this every week.',
  'Let us split this in two.',
];

export const labels: readonly string[] = [
  'accessibility',
  'backend',
  'bug',
  'chore',
  'feature',
  'frontend',
  'performance',
];

export const variableKeys: readonly string[] = ['DEPLOY_TOKEN', 'DATABASE_URL', 'SIGNING_KEY'];
