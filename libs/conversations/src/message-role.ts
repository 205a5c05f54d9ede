/** Who speaks. */
export const messageRoles = ['system', 'user', 'assistant'] as const;

export type MessageRole = (typeof messageRoles)[number];
