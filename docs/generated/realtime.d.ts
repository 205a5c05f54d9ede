/**
 * The events of the chat backend, for clients in TypeScript; needs nothing else. Made from the code of the server.
 *
 * Socket.IO: `const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, { auth: { token } })`.
 * Raw sockets: what is sent is the JSON of a `ClientFrame`, what comes is that of a `ServerFrame`.
 */

/** Every event from the server says when. */
export interface Stamped {
  timestamp: string;
}

/** What Socket.IO answers to each event of the client. */
export type Acknowledgement =
  | { success: true; data: { message_id?: string; user_message_id?: string | null; expires_at?: string | null } }
  | { success: false; error: ErrorDescription };

export type ChatMessageRequest = {
  /** Comes back with the message_start, or with the error, that this leads to */
  client_id?: string;
  /** Unless given, the conversation's */
  model?: string;
  /** Unless given, as this installation has it */
  temperature?: number;
  /** The longest answer, at most what the model can; unless given, as this installation has it */
  max_tokens?: number;
  conversation_id: string;
  content: string;
  /** What it follows; unless given, the end of the active branch */
  parent_id?: string;
  /** Ids of files, as in REST */
  attachments?: Array<string>;
  /** As the header Idempotency-Key: the same again within 24 hours is the same turn, charged once */
  idempotency_key?: string;
};

export type StopRequest = {
  /** Comes back with the message_start, or with the error, that this leads to */
  client_id?: string;
  /** The answer's */
  message_id: string;
};

export type RegenerateRequest = {
  /** Comes back with the message_start, or with the error, that this leads to */
  client_id?: string;
  /** Unless given, the conversation's */
  model?: string;
  /** Unless given, as this installation has it */
  temperature?: number;
  /** The longest answer, at most what the model can; unless given, as this installation has it */
  max_tokens?: number;
  /** The answer's */
  message_id: string;
};

export type ResumeRequest = {
  /** Comes back with the message_start, or with the error, that this leads to */
  client_id?: string;
  /** The answer's */
  message_id: string;
  /** How much of the answer the client holds, in UTF-16 units */
  offset?: number;
};

export type AuthenticateRequest = {
  /** Comes back with the message_start, or with the error, that this leads to */
  client_id?: string;
  /** A fresh access token, or an API key, of the same user */
  token: string;
};

export type PingRequest = {
  /** Comes back with the message_start, or with the error, that this leads to */
  client_id?: string;
};

export type RemainingQuotaResponse = {
  /** Of today; null: no limit */
  requests_remaining: number | null;
  /** Of today; null: no limit */
  tokens_remaining: number | null;
};

export type MessageStartEvent = {
  conversation_id: string;
  /** The answer's */
  message_id: string;
  /** What is answered; null: it was deleted */
  user_message_id: string | null;
  /** As the client gave it */
  client_id?: string;
  quota: RemainingQuotaResponse;
};

export type MessageContentEvent = {
  conversation_id: string;
  /** The answer's */
  message_id: string;
  /** The next piece of the answer */
  content: string;
  /** Where the piece begins, in UTF-16 units */
  offset: number;
};

export type UsageResponse = {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
};

export type MessageEndEvent = {
  conversation_id: string;
  /** The answer's */
  message_id: string;
  status: 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed';
  finish_reason: string | null;
  usage: UsageResponse;
  /** US dollars */
  cost_estimate: number;
  quota: RemainingQuotaResponse;
};

export type ErrorDescription = {
  code: 'VALIDATION_ERROR' | 'AUTHENTICATION_ERROR' | 'AUTHORIZATION_ERROR' | 'RESOURCE_NOT_FOUND' | 'METHOD_NOT_ALLOWED' | 'CONFLICT' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'QUOTA_EXCEEDED' | 'RATE_LIMIT_EXCEEDED' | 'OPENAI_API_ERROR' | 'DATABASE_ERROR' | 'SERVICE_UNAVAILABLE' | 'INTERNAL_SERVER_ERROR';
  /** For people, in the language asked for */
  message: string;
  /** What the code alone does not say; for a VALIDATION_ERROR the first issue and the list of all */
  details?: Record<string, unknown>;
};

export type ErrorEvent = {
  error: ErrorDescription;
  /** As the client gave it */
  client_id?: string;
  /** Of an answer that broke off */
  conversation_id?: string;
  /** The answer that broke off */
  message_id?: string;
};

export type MessageResponse = {
  id: string;
  conversation_id: string;
  /** null: it is a beginning */
  parent_id: string | null;
  role: 'system' | 'user' | 'assistant';
  type: 'text' | 'image' | 'file';
  content: string;
  /** Ids of files; one that was deleted is not found */
  attachments: Array<string>;
  /** Which model answered */
  model: string | null;
  /** Its own: of its text, or of the answer */
  tokens_used: number;
  status: 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed';
  /** Why the model ended, such as stop, length */
  finish_reason: string | null;
  /** Whether it is on the branch that the conversation shows */
  is_active: boolean;
  created_at: string;
  updated_at: string;
  edited_at: string | null;
};

export type MessageEvent = {
  conversation_id: string;
  message_id: string;
  message: MessageResponse;
};

export type MessageDeletedEvent = {
  conversation_id: string;
  message_id: string;
};

export type LastMessageResponse = {
  /** Its first 200 characters */
  content: string;
  role: 'system' | 'user' | 'assistant';
  created_at: string;
};

export type ConversationDetailsResponse = {
  id: string;
  /** Empty: not named yet */
  title: string;
  model: string;
  /** Of the active branch */
  message_count: number;
  is_archived: boolean;
  is_pinned: boolean;
  created_at: string;
  /** Of the newest message or change; pinning and archiving are none */
  updated_at: string;
  /** Of the active branch */
  last_message: LastMessageResponse | null;
  system_message: string | null;
  /** Whether an api_key was given, which itself is not shown */
  has_api_key: boolean;
};

export type ConversationEvent = {
  conversation_id: string;
  conversation: ConversationDetailsResponse;
};

export type ConversationDeletedEvent = {
  conversation_id: string;
};

export type AllowanceResponse = {
  /** null: no limit */
  requests: number | null;
  /** null: no limit */
  tokens: number | null;
};

export type AmountsResponse = {
  requests: number;
  tokens: number;
};

export type ResetTimesResponse = {
  day: string;
  month: string;
};

export type QuotaResponse = {
  /** Its limits hold, unless an admin has set others for this user */
  plan: string;
  daily_limit: AllowanceResponse;
  monthly_limit: AllowanceResponse;
  /** What answers in the making may use counts as used until they end */
  usage_today: AmountsResponse;
  usage_this_month: AmountsResponse;
  remaining_today: AllowanceResponse;
  remaining_this_month: AllowanceResponse;
  resets_at: ResetTimesResponse;
};

export type QuotaUpdatedEvent = {
  quota: QuotaResponse;
};

export type QuotaAlertEvent = {
  period: 'day' | 'month';
  metric: 'requests' | 'tokens';
  /** Per cent of the limit */
  threshold: '80' | '100';
  limit: number;
  used: number;
  resets_at: string;
};

export type SessionExpiringEvent = {
  expires_at: string;
};

export type PongEvent = object;

export type ServerToClientEvents = {
  /** An answer begins, or its reading does */
  message_start: (event: MessageStartEvent & Stamped) => void;
  /** A piece of an answer; the pieces in their order are the answer */
  message_content: (event: MessageContentEvent & Stamped) => void;
  /** An answer is over; how, its status tells */
  message_end: (event: MessageEndEvent & Stamped) => void;
  /** What was asked for was refused, or an answer broke off; the codes are those of the REST API */
  error: (event: ErrorEvent & Stamped) => void;
  /** A message was said, on another device */
  message_created: (event: MessageEvent & Stamped) => void;
  /** A message has changed, such as an answer that is over by now */
  message_updated: (event: MessageEvent & Stamped) => void;
  /** A message is gone */
  message_deleted: (event: MessageDeletedEvent & Stamped) => void;
  /** There is one more conversation */
  conversation_created: (event: ConversationEvent & Stamped) => void;
  /** A conversation has changed, such as its title or its last message */
  conversation_updated: (event: ConversationEvent & Stamped) => void;
  /** A conversation is gone, with all that was said in it */
  conversation_deleted: (event: ConversationDeletedEvent & Stamped) => void;
  /** What may still be sent has changed */
  quota_updated: (event: QuotaUpdatedEvent & Stamped) => void;
  /** Of a limit, 80 or 100 per cent are spent; told once in each day or month, unless it is reset */
  quota_alert: (event: QuotaAlertEvent & Stamped) => void;
  /** The token of this connection expires within a minute: authenticate, or it ends */
  session_expiring: (event: SessionExpiringEvent & Stamped) => void;
  /** The answer to a ping */
  pong: (event: PongEvent & Stamped) => void;
};

export type ClientToServerEvents = {
  /** Send a message, and have it answered */
  chat_message: (event: ChatMessageRequest, acknowledge?: (answer: Acknowledgement) => void) => void;
  /** End an answer that is being written; what came of it is kept, and a message_end tells so */
  stop: (event: StopRequest, acknowledge?: (answer: Acknowledgement) => void) => void;
  /** Have another answer to the same message; the old one stays, inactive */
  regenerate: (event: RegenerateRequest, acknowledge?: (answer: Acknowledgement) => void) => void;
  /** Read an answer from where it was lost, or from its beginning: while it is written, or afterwards */
  resume: (event: ResumeRequest, acknowledge?: (answer: Acknowledgement) => void) => void;
  /** Go on with a fresh access token of the same user, without reconnecting */
  authenticate: (event: AuthenticateRequest, acknowledge?: (answer: Acknowledgement) => void) => void;
  /** Is anybody there? */
  ping: (event: PingRequest, acknowledge?: (answer: Acknowledgement) => void) => void;
};

export type ServerFrame =
  | ({ type: 'message_start' } & MessageStartEvent & Stamped)
  | ({ type: 'message_content' } & MessageContentEvent & Stamped)
  | ({ type: 'message_end' } & MessageEndEvent & Stamped)
  | ({ type: 'error' } & ErrorEvent & Stamped)
  | ({ type: 'message_created' } & MessageEvent & Stamped)
  | ({ type: 'message_updated' } & MessageEvent & Stamped)
  | ({ type: 'message_deleted' } & MessageDeletedEvent & Stamped)
  | ({ type: 'conversation_created' } & ConversationEvent & Stamped)
  | ({ type: 'conversation_updated' } & ConversationEvent & Stamped)
  | ({ type: 'conversation_deleted' } & ConversationDeletedEvent & Stamped)
  | ({ type: 'quota_updated' } & QuotaUpdatedEvent & Stamped)
  | ({ type: 'quota_alert' } & QuotaAlertEvent & Stamped)
  | ({ type: 'session_expiring' } & SessionExpiringEvent & Stamped)
  | ({ type: 'pong' } & PongEvent & Stamped);

export type ClientFrame =
  | ({ type: 'chat_message' } & ChatMessageRequest)
  | ({ type: 'stop' } & StopRequest)
  | ({ type: 'regenerate' } & RegenerateRequest)
  | ({ type: 'resume' } & ResumeRequest)
  | ({ type: 'authenticate' } & AuthenticateRequest)
  | ({ type: 'ping' } & PingRequest);
