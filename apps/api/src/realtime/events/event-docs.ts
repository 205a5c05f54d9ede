import type { ClientEventType } from './client-event.request';
import type { ServerEventType } from './server-event.response';

/** What each event is, in a sentence, for those who read the document. */
export const clientEventDocs: Readonly<Record<ClientEventType, string>> = {
  chat_message: 'Send a message, and have it answered',
  stop: 'End an answer that is being written; what came of it is kept, and a message_end tells so',
  regenerate: 'Have another answer to the same message; the old one stays, inactive',
  resume: 'Read an answer from where it was lost, or from its beginning: while it is written, or afterwards',
  authenticate: 'Go on with a fresh access token of the same user, without reconnecting',
  ping: 'Is anybody there?',
};

export const serverEventDocs: Readonly<Record<ServerEventType, string>> = {
  message_start: 'An answer begins, or its reading does',
  message_content: 'A piece of an answer; the pieces in their order are the answer',
  message_end: 'An answer is over; how, its status tells',
  error: 'What was asked for was refused, or an answer broke off; the codes are those of the REST API',
  message_created: 'A message was said, on another device',
  message_updated: 'A message has changed, such as an answer that is over by now',
  message_deleted: 'A message is gone',
  conversation_created: 'There is one more conversation',
  conversation_updated: 'A conversation has changed, such as its title or its last message',
  conversation_deleted: 'A conversation is gone, with all that was said in it',
  quota_updated: 'What may still be sent has changed',
  quota_alert: 'Of a limit, 80 or 100 per cent are spent; told once in each day or month, unless it is reset',
  session_expiring: 'The token of this connection expires within a minute: authenticate, or it ends',
  pong: 'The answer to a ping',
};
