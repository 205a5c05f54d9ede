export const OPENAI_DOOR = 'v1';
export const OPENAI_TAG = 'OpenAI';
