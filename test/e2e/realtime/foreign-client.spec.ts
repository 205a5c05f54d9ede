import { ForeignSocketIoClient } from '../../harness/foreign-socket-io-client';
import { says } from '../../harness/upstream';
import { Talk } from '../chat/talk';

let talk: Talk;

beforeAll(async () => {
  talk = await Talk.start();
});
afterAll(() => talk.stop());

describe('a Socket.IO client that is not from its authors', () => {
  it('is greeted, let in, acknowledged and answered', async () => {
    const conversation = await talk.begin();
    const socket = await ForeignSocketIoClient.open(talk.app.baseUrl, { token: talk.alice.token });
    expect(socket.greeting).toMatchObject({ pingInterval: 25_000, pingTimeout: 15_000, maxPayload: 65_536 });

    talk.upstream.answers(says('Hé', 'l😀'));
    const { success, data } = await socket.ask('chat_message', { conversation_id: conversation, content: 'Hi' });
    expect(success).toBe(true);
    expect(await socket.next('message_start')).toMatchObject(data);
    expect(await socket.inbox.answer()).toMatchObject({ text: 'Hél😀', end: { status: 'complete' } });

    socket.say('nonsense');
    expect(await socket.next('error')).toMatchObject({ error: { code: 'VALIDATION_ERROR' } });
    await socket.leave();
  });

  it('is told why it is not let in', async () => {
    await expect(ForeignSocketIoClient.open(talk.app.baseUrl, { token: 'x' })).rejects.toMatchObject({
      data: { code: 'AUTHENTICATION_ERROR' },
    });
  });
});
