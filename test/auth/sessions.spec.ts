import { newId } from '#kernel';
import { asRequest } from './auth-services';
import { authSuite, PASSWORD, unauthenticated } from './suite';

const suite = authSuite();
const notFound = expect.objectContaining({ kind: 'not_found' });

describe('Sessions', () => {
  it('lists the devices of a user, the one used last first', async () => {
    const { user, tokens } = await suite.someone();
    suite.clock.advance(5_000);
    const login = { login: user.username, password: PASSWORD };
    await asRequest(() => suite.here.signIn.login(login), { ip: '192.0.2.7', userAgent: 'Phone' });
    suite.clock.advance(5_000);
    await suite.here.signIn.refresh(tokens.refreshToken);
    const actor = await suite.here.identity.actorOf(tokens.accessToken);
    const now = suite.clock.now();
    const [first, second, ...rest] = await suite.here.sessions.list(actor);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({
      id: actor.credential.id,
      createdAt: new Date(now - 10_000),
      lastUsedAt: new Date(now),
      ip: null,
      userAgent: null,
    });
    expect(second).toMatchObject({ createdAt: new Date(now - 5_000), ip: '192.0.2.7', userAgent: 'Phone' });
  });

  it('shows what has expired no more', async () => {
    const { user } = await suite.someone();
    suite.clock.advance(7 * 24 * 3_600_000);
    const { tokens } = await suite.here.signIn.login({ login: user.username, password: PASSWORD });
    const actor = await suite.here.identity.actorOf(tokens.accessToken);
    expect(await suite.here.sessions.list(actor)).toHaveLength(1);
  });

  it('revokes one', async () => {
    const { user, tokens } = await suite.someone();
    const other = await suite.here.signIn.login({ login: user.username, password: PASSWORD });
    const actor = await suite.here.identity.actorOf(tokens.accessToken);
    const { credential } = await suite.here.identity.actorOf(other.tokens.accessToken);
    await suite.here.sessions.revoke(actor, credential.id.toUpperCase());
    await expect(suite.here.identity.actorOf(other.tokens.accessToken)).rejects.toEqual(unauthenticated);
    await suite.here.identity.actorOf(tokens.accessToken);
    await expect(suite.here.sessions.revoke(actor, credential.id)).rejects.toEqual(notFound);
    expect((await suite.auditOf(user.id))[0]).toMatchObject({
      action: 'auth.session_revoked',
      target: { type: 'session', id: credential.id },
    });
  });

  it("does not find another's", async () => {
    const actor = await suite.here.identity.actorOf((await suite.someone()).tokens.accessToken);
    const { tokens } = await suite.someone();
    const { credential } = await suite.here.identity.actorOf(tokens.accessToken);
    await expect(suite.here.sessions.revoke(actor, credential.id)).rejects.toEqual(notFound);
    await suite.there.identity.actorOf(tokens.accessToken);
  });

  it('lets an admin see and end all of a user', async () => {
    const admin = await suite.here.identity.actorOf((await suite.someone()).tokens.accessToken);
    const { user, tokens } = await suite.someone();
    await suite.here.identity.actorOf(tokens.accessToken);
    expect(await suite.here.sessions.listOf(user.id)).toHaveLength(1);
    await suite.here.sessions.endAllOf(admin, user.id);
    await expect(suite.here.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);
    expect(await suite.here.sessions.listOf(user.id)).toEqual([]);
    expect((await suite.auditOf(user.id))[0]).toMatchObject({
      action: 'user.sessions_ended',
      actor: { id: admin.userId },
    });
    await expect(suite.here.sessions.listOf(newId())).rejects.toEqual(notFound);
    await expect(suite.here.sessions.endAllOf(admin, newId())).rejects.toEqual(notFound);
  });
});
