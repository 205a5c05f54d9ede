import type { ErrorKind, Reason } from '#kernel';

export const locales = ['en', 'zh'] as const;
export type Locale = (typeof locales)[number];
export type Text = Readonly<Record<Locale, string>>;

export const errorTexts: Readonly<Record<ErrorKind, Text>> = {
  invalid: { en: 'The input is not valid', zh: '输入无效' },
  malformed: { en: 'The request cannot be read', zh: '无法解析请求' },
  unauthenticated: { en: 'Sign in to do this', zh: '请先登录' },
  forbidden: { en: 'You are not allowed to do this', zh: '您没有执行此操作的权限' },
  not_found: { en: 'There is no such resource', zh: '资源不存在' },
  method_not_allowed: { en: 'This resource does not know that method', zh: '此资源不支持该请求方法' },
  conflict: { en: 'This conflicts with the present state', zh: '与当前状态冲突' },
  too_large: { en: 'The request is too large', zh: '请求内容过大' },
  unsupported_media: { en: 'This kind of content is not accepted', zh: '不支持的内容类型' },
  range_not_satisfiable: { en: 'The file has no such range of bytes', zh: '请求的字节范围无效' },
  quota_exceeded: { en: 'Your quota is used up', zh: '您的配额已用完' },
  rate_limited: { en: 'Too many requests, try again later', zh: '请求过于频繁，请稍后再试' },
  upstream_limited: { en: 'The language model is busy, try again later', zh: '语言模型繁忙，请稍后再试' },
  upstream_timeout: { en: 'The language model did not answer in time', zh: '语言模型响应超时' },
  upstream_down: { en: 'The language model cannot be reached', zh: '暂时无法连接语言模型' },
  database_unavailable: { en: 'The data store is not available, try again later', zh: '数据存储暂不可用，请稍后再试' },
  unavailable: { en: 'The service is not available, try again later', zh: '服务暂不可用，请稍后再试' },
  internal: {
    en: 'Something went wrong on our side; the request id helps us find it',
    zh: '服务器内部错误，请提供请求编号以便排查',
  },
};

/** `{name}` is filled from the reason's parameters. */
export const reasonTexts: Readonly<Record<Reason, Text>> = {
  required: { en: 'is required', zh: '为必填项' },
  unknown_field: { en: 'is not a known field', zh: '不是可识别的字段' },
  must_be_string: { en: 'must be a string', zh: '必须是字符串' },
  must_be_integer: { en: 'must be an integer', zh: '必须是整数' },
  must_be_number: { en: 'must be a number', zh: '必须是数字' },
  must_be_boolean: { en: 'must be true or false', zh: '必须是 true 或 false' },
  must_be_object: { en: 'must be an object', zh: '必须是对象' },
  must_be_array: { en: 'must be an array', zh: '必须是数组' },
  must_be_uuid: { en: 'must be a UUID', zh: '必须是 UUID' },
  must_be_email: { en: 'must be an email address', zh: '必须是电子邮箱地址' },
  must_be_date: { en: 'must be an ISO 8601 date or time', zh: '必须是 ISO 8601 日期或时间' },
  must_be_future: { en: 'must be in the future', zh: '必须是将来的时间' },
  must_be_one_of: { en: 'must be one of: {choices}', zh: '必须是以下之一：{choices}' },
  must_be_well_formed_text: {
    en: 'must be well-formed text without NUL, lone surrogates or non-characters',
    zh: '必须是合法文本，不得包含 NUL、孤立代理项或非字符',
  },
  must_be_printable_ascii: {
    en: 'must be printable ASCII characters without spaces',
    zh: '只能包含可打印的 ASCII 字符，不能有空格',
  },
  must_not_be_blank: { en: 'must not be blank', zh: '不能为空白' },
  username_characters: {
    en: 'may hold letters and digits of any script, and _ . - alone',
    zh: '只能包含各种文字的字母和数字，以及 _ . -',
  },
  label_characters: {
    en: 'must be more than . or .., with single spaces between words and no invisible or control characters',
    zh: '不能是 . 或 ..，词之间只能有一个空格，也不能包含不可见字符或控制字符',
  },
  password_common: { en: 'is among the passwords that everyone tries first', zh: '过于常见，容易被猜到' },
  password_is_username: { en: 'must not be the username', zh: '不能与用户名相同' },
  wrong_credentials: { en: 'The username or the password is wrong', zh: '用户名或密码错误' },
  deactivated: { en: 'This account is deactivated', zh: '该账号已停用' },
  taken: { en: 'is taken', zh: '已被占用' },
  no_such_role: { en: 'must name a role that exists', zh: '必须是已存在的角色' },
  no_such_plan: { en: 'must name a plan that exists', zh: '必须是已存在的套餐' },
  last_admin: { en: 'The last admin must remain an active one', zh: '必须至少保留一名有效的管理员' },
  built_in: { en: 'What is built in can neither be changed nor deleted', zh: '内置项不能修改或删除' },
  name_exists: { en: 'The name is in use already', zh: '该名称已存在' },
  turn_running: { en: 'An answer is being written in this conversation', zh: '此对话正在生成回答' },
  too_many_turns: {
    en: 'Too many of your answers are being written at once; wait for one to end',
    zh: '同时生成的回答过多，请等待其中一个完成',
  },
  too_long_for_model: { en: "does not fit the model's context window", zh: '超出了模型的上下文长度' },
  not_in_a_conversation: {
    en: 'cannot be kept in a conversation; leave X-Conversation-ID out',
    zh: '无法保存到对话中，请不要发送 X-Conversation-ID',
  },
  no_such_model: { en: 'There is no model {model}', zh: '模型 {model} 不存在' },
  refused_by_model: { en: 'The model refused the request: {words}', zh: '模型拒绝了该请求：{words}' },
  shutting_down: { en: 'The server is shutting down, try again in a moment', zh: '服务器正在关闭，请稍后重试' },
  idempotency_key_reused: {
    en: 'The idempotency key was used for another request',
    zh: '该幂等键已用于其他请求',
  },
  too_many_api_keys: { en: 'An account may have at most {max} API keys', zh: '每个账户最多 {max} 个 API 密钥' },
  too_many_shares: { en: 'A conversation may have at most {max} links', zh: '每个对话最多 {max} 个分享链接' },
  too_long_to_share: { en: 'The conversation is too long to be shared', zh: '对话过长，无法分享' },
  share_password: { en: 'This link needs its password', zh: '此链接需要正确的访问密码' },
  beyond_own_permissions: {
    en: 'You can give or take only what you are allowed to do yourself',
    zh: '您只能授予或收回自己拥有的权限',
  },
  length: { en: 'must have {min} to {max} characters', zh: '长度必须为 {min} 到 {max} 个字符' },
  too_long: { en: 'must have at most {max} characters', zh: '最多 {max} 个字符' },
  too_short: { en: 'must have at least {min} characters', zh: '至少 {min} 个字符' },
  range: { en: 'must be between {min} and {max}', zh: '必须在 {min} 到 {max} 之间' },
  too_small: { en: 'must be at least {min}', zh: '不能小于 {min}' },
  too_great: { en: 'must be at most {max}', zh: '不能大于 {max}' },
  given_more_than_once: { en: 'must be given only once', zh: '只能出现一次' },
  must_match: { en: 'must be the same as what it confirms', zh: '两次输入必须一致' },
  too_many_items: { en: 'must have at most {max} items', zh: '最多 {max} 项' },
  file_kinds: {
    en: 'Files are PNG, JPEG, WebP or GIF images, or texts in UTF-8',
    zh: '文件须为 PNG、JPEG、WebP 或 GIF 图片，或 UTF-8 文本',
  },
  image_damaged: { en: 'The image cannot be read', zh: '无法读取该图片' },
  json_wanted: {
    en: 'Send the body as application/json in UTF-8',
    zh: '请以 UTF-8 编码的 application/json 发送请求体',
  },
  transfer_coding: { en: 'Transfer-Encoding may be chunked and nothing else', zh: 'Transfer-Encoding 只能为 chunked' },
  empty_file: { en: 'must not be empty', zh: '不能是空文件' },
  too_many_pixels: { en: 'must have at most {max} pixels', zh: '最多 {max} 像素' },
  allowance_used_up: {
    en: 'Your files take as much room as they may; delete some first',
    zh: '文件空间已满，请先删除部分文件',
  },
  no_such_file: { en: 'must name files of your own', zh: '必须是您自己的文件' },
  model_without_vision: { en: 'holds images, which this model cannot see', zh: '包含图片，但此模型无法识别图片' },
  images_too_large: { en: 'holds images that are too large to be sent together', zh: '所含图片总大小超出限制' },
  archive_broken: { en: 'The archive cannot be read', zh: '无法读取压缩包' },
  imports_waiting: {
    en: 'Other imports are waiting; send it again later',
    zh: '其他导入正在排队，请稍后重新发送',
  },
  imports_of_one: {
    en: 'Your other imports have to end first; send it again later',
    zh: '请等待您的其他导入完成后再重新发送',
  },
  no_conversations: { en: 'holds no conversations', zh: '不包含对话' },
  not_a_web_socket: {
    en: 'The handshake is not one of a WebSocket of version 13',
    zh: '握手不符合 WebSocket 第 13 版',
  },
  body_not_json: { en: 'The body is not valid JSON', zh: '请求体不是有效的 JSON' },
  body_not_object: { en: 'The body must be a JSON object', zh: '请求体必须是 JSON 对象' },
  body_not_utf8: { en: 'The body is not valid UTF-8', zh: '请求体不是有效的 UTF-8' },
  body_too_complex: { en: 'The body is nested too deeply or has too many fields', zh: '请求体嵌套过深或字段过多' },
  field_given_twice: { en: 'The body gives the field {field} twice', zh: '请求体中字段 {field} 重复出现' },
  path_not_utf8: { en: 'The address is not well-formed UTF-8', zh: '请求地址不是有效的 UTF-8' },
  invalid: { en: 'is not valid', zh: '无效' },
};

/** What a success says. */
export const successTexts = {
  ok: { en: 'OK', zh: '成功' },
  registered: { en: 'Welcome, your account has been made', zh: '注册成功，欢迎使用' },
  signed_in: { en: 'You are signed in', zh: '登录成功' },
  signed_out: { en: 'You are signed out', zh: '已退出登录' },
  reset_mail_sent: {
    en: 'If there is an account with this address, a mail with a link is on its way',
    zh: '如果该邮箱已注册，重置邮件将很快送达',
  },
  password_changed: { en: 'The password has been changed', zh: '密码已修改' },
  created: { en: 'Created', zh: '创建成功' },
  updated: { en: 'Updated', zh: '更新成功' },
  deleted: { en: 'Deleted', zh: '删除成功' },
  account_deleted: { en: 'The account and all its data have been deleted', zh: '账户及其全部数据已删除' },
  session_ended: { en: 'The session has been ended', zh: '会话已结束' },
} as const satisfies Readonly<Record<string, Text>>;

export type SuccessKey = keyof typeof successTexts;
