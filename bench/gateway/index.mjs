export const gateway = { name: 'gateway', measure: async () => ({}), print: () => '' };
