export const masks = { name: 'masks', measure: async () => ({}), print: () => '' };
