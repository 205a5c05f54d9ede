import type { Locale } from '#platform';

interface ResetMail {
  readonly subject: string;
  readonly text: string;
}

interface ResetWords {
  readonly username: string;
  readonly link: string;
  readonly minutes: number;
}

const words: Readonly<Record<Locale, (words: ResetWords) => ResetMail>> = {
  en: ({ username, link, minutes }) => ({
    subject: 'Reset your password',
    text: `Hello ${username},

someone, probably you, asked to reset the password of your account. To choose a new one, open this link:

${link}

It works once, within ${minutes} min. If it was not you, ignore this mail: nothing has changed.
`,
  }),
  zh: ({ username, link, minutes }) => ({
    subject: '重置密码',
    text: `${username}，您好：

我们收到了重置您账户密码的请求。请打开以下链接设置新密码：

${link}

该链接仅可使用一次，${minutes} 分钟内有效。如果这不是您本人的操作，请忽略此邮件，您的账户没有任何变化。
`,
  }),
};

export function resetMail(locale: Locale, { username, link, minutes }: ResetWords): ResetMail {
  return words[locale]({ username, link, minutes });
}
