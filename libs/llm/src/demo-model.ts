import type { Model } from './model';

export const demoModel: Model = {
  id: 'demo',
  name: 'Demo (演示)',
  description: {
    en: 'A demonstration: no language model answers here until an API key is set',
    zh: '仅供演示：设置 API 密钥之前，这里没有真正的语言模型作答',
  },
  contextWindow: 32_768,
  maxOutputTokens: 4_096,
  costPer1kTokens: { input: 0, output: 0 },
  capabilities: ['chat'],
};
