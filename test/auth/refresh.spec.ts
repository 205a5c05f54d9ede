import { authSuite, PASSWORD, unauthenticated } from './suite';

const suite = authSuite();

describe('SignIn.refresh', () => {
  it('gives a new pair, and the session as long again', async () => {
    const { user, tokens } = await suite.someone();
    suite.clock.advance(6 * 24 * 3_600_000);
    const pair = await suite.here.signIn.refresh(tokens.refreshToken);
    expect(pair.refreshToken).not.toBe(tokens.refreshToken);
    suite.clock.advance(6 * 24 * 3_600_000);
    const next = await suite.there.signIn.refresh(pair.refreshToken);
    expect((await suite.here.identity.actorOf(next.accessToken)).userId).toBe(user.id);
  });

  it('ends with the time of the refresh token', async () => {
    const { tokens } = await suite.someone();
    suite.clock.advance(7 * 24 * 3_600_000);
    await expect(suite.here.signIn.refresh(tokens.refreshToken)).rejects.toEqual(unauthenticated);
  });

  it('gives twenty who refresh at once in two processes one successor', async () => {
    const { tokens } = await suite.someone();
    const pairs = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? suite.here : suite.there).signIn.refresh(tokens.refreshToken),
      ),
    );
    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    for (const { accessToken } of pairs) await suite.here.identity.actorOf(accessToken);
  });

  it('gives the same successor for ten seconds', async () => {
    const { tokens } = await suite.someone();
    suite.clock.advance(345);
    const { refreshToken: successor } = await suite.here.signIn.refresh(tokens.refreshToken);
    suite.clock.advance(10_000);
    const again = await suite.there.signIn.refresh(tokens.refreshToken);
    expect(again.refreshToken).toBe(successor);
    await suite.here.identity.actorOf(again.accessToken);
  });

  it('ends the session when a token comes back after that, its access tokens included, and no other', async () => {
    const { user, tokens } = await suite.someone();
    const other = await suite.here.signIn.login({ login: user.username, password: PASSWORD });
    const successor = await suite.here.signIn.refresh(tokens.refreshToken);
    await suite.here.identity.actorOf(successor.accessToken);
    suite.clock.advance(10_001);
    await suite.here.identity.actorOf(successor.accessToken);

    await expect(suite.here.signIn.refresh(tokens.refreshToken)).rejects.toEqual(unauthenticated);

    await expect(suite.here.identity.actorOf(successor.accessToken)).rejects.toEqual(unauthenticated);
    await expect(suite.here.signIn.refresh(successor.refreshToken)).rejects.toEqual(unauthenticated);
    await suite.here.signIn.refresh(other.tokens.refreshToken);
    expect((await suite.auditOf(user.id))[0]).toMatchObject({ action: 'auth.refresh_reused' });
  });

  it('ends the session when an older token comes back, within the ten seconds too', async () => {
    const { tokens } = await suite.someone();
    const second = await suite.here.signIn.refresh(tokens.refreshToken);
    const third = await suite.here.signIn.refresh(second.refreshToken);
    await expect(suite.here.signIn.refresh(tokens.refreshToken)).rejects.toEqual(unauthenticated);
    await expect(suite.here.signIn.refresh(third.refreshToken)).rejects.toEqual(unauthenticated);
  });

  it('takes no access token', async () => {
    const { tokens } = await suite.someone();
    await expect(suite.here.signIn.refresh(tokens.accessToken)).rejects.toEqual(unauthenticated);
    await suite.here.signIn.refresh(tokens.refreshToken);
  });

  it('goes on after the signing key was rotated, and not once the old one is removed', async () => {
    const { tokens } = await suite.someone();
    const [old, fresh] = ['a-signing-key-of-at-least-32-bytes!', 'a-newer-key-of-at-least-32-bytes!!!'] as const;
    const rotated = await suite.another({ tokenKeys: [fresh, old] });
    const removed = await suite.another({ tokenKeys: [fresh] });
    await rotated.identity.actorOf(tokens.accessToken);
    await expect(removed.identity.actorOf(tokens.accessToken)).rejects.toEqual(unauthenticated);
    const pair = await rotated.signIn.refresh(tokens.refreshToken);
    await removed.identity.actorOf(pair.accessToken);
    await removed.signIn.refresh(pair.refreshToken);
    await rotated.close();
    await removed.close();
  });
});
