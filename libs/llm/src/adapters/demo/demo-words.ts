const words = {
  en:
    'This is a demo. No language model is connected to this server yet, so your message was stored, but nothing has ' +
    'read it. As soon as an API key is set, a real model will answer here.',
  zh: '这是演示。服务器尚未连接语言模型，您的消息已保存，但没有任何模型读过它。设置 API 密钥之后，这里将由真正的模型作答。',
};

/** What the demo model says, in the language of the question and in the pieces in which it says it. */
export function demoPieces(question: string): readonly string[] {
  const text = /\p{Script=Han}/u.test(question) ? words.zh : words.en;
  return text.match(/\p{Script=Han}{1,2}|\s*[^\s\p{Script=Han}]+/gu) ?? [];
}
