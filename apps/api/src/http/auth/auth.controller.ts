import { Body, Controller, Delete, Get, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { PasswordReset, Registration, Sessions, SignIn } from '#auth';
import { type Actor, AppError } from '#kernel';
import { Locales } from '#platform';
import { API } from '../../edge/addresses';
import { CurrentActor, Public, ReadsCredential, SessionOnly } from '../../edge/auth/access.decorators';
import { bearerIn } from '../../edge/auth/bearer.strategy';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { nothing, NothingResponse } from '../../edge/docs/nothing.response';
import { IdParam } from '../../edge/fields/id-param.decorator';
import { presentSessions, SessionsResponse } from '../../edge/presenters/session.response';
import { PublicUrl } from '../../edge/public-url';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import {
  ForgotPasswordRequest,
  LoginRequest,
  RefreshRequest,
  RegisterRequest,
  ResetPasswordRequest,
} from './auth.request';
import { presentSignedIn, presentTokens, SignedInResponse, TokensResponse } from './auth.response';

@ApiTags('Accounts')
@SessionOnly()
@Controller(`${API}/auth`)
export class AuthController {
  constructor(
    private readonly registration: Registration,
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
  ) {}

  @ApiRoute({
    summary: 'Make an account and sign in to it',
    answers: SignedInResponse,
    status: 201,
    message: 'registered',
    errors: ['invalid'],
  })
  @Public()
  @RateLimit('auth')
  @Post('register')
  async register(@Body() { username, email, password }: RegisterRequest): Promise<SignedInResponse> {
    return presentSignedIn(await this.registration.register({ username, email, password }));
  }

  @ApiRoute({
    summary: 'Sign in with username or email',
    answers: SignedInResponse,
    message: 'signed_in',
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @Public()
  @RateLimit('login')
  @Post('login')
  async login(@Body() { username, password }: LoginRequest): Promise<SignedInResponse> {
    return presentSignedIn(await this.signIn.login({ login: username, password }));
  }

  @ApiRoute({
    summary: 'Exchange a refresh token for a new pair; the old one is dead',
    description:
      'The token just replaced answers for 10 seconds with the same successor, for two tabs that refresh at once. Any later use of it ends the session.',
    answers: TokensResponse,
    errors: ['invalid', 'unauthenticated'],
  })
  @Public()
  @Post('refresh')
  async refresh(@Body() { refresh_token }: RefreshRequest): Promise<TokensResponse> {
    return presentTokens(await this.signIn.refresh(refresh_token));
  }

  @ApiRoute({
    summary: 'End this session; also with an access token that has expired, and twice',
    answers: NothingResponse,
    message: 'signed_out',
    errors: ['unauthenticated', 'forbidden'],
  })
  @ReadsCredential()
  @Post('logout')
  async logout(@Req() request: Request): Promise<NothingResponse> {
    const bearer = bearerIn(request) ?? '';
    if (bearer.startsWith('sk-')) throw new AppError('forbidden');
    await this.signIn.logout(bearer);
    return nothing;
  }

  @ApiRoute({
    summary: 'End every session of this account',
    answers: NothingResponse,
    message: 'signed_out',
    errors: ['unauthenticated', 'forbidden'],
  })
  @Post('logout-all')
  async logoutAll(@CurrentActor() actor: Actor): Promise<NothingResponse> {
    await this.signIn.logoutAll(actor);
    return nothing;
  }

  @ApiRoute({
    summary: 'Where this account is signed in',
    answers: SessionsResponse,
    errors: ['unauthenticated', 'forbidden'],
  })
  @Get('sessions')
  async list(@CurrentActor() actor: Actor): Promise<SessionsResponse> {
    return presentSessions(await this.sessions.list(actor), actor.credential.id);
  }

  @ApiRoute({
    summary: 'End one session',
    answers: NothingResponse,
    message: 'session_ended',
    errors: ['unauthenticated', 'forbidden', 'not_found'],
  })
  @Delete('sessions/:id')
  async revoke(@CurrentActor() actor: Actor, @IdParam() id: string): Promise<NothingResponse> {
    await this.sessions.revoke(actor, id);
    return nothing;
  }
}

@ApiTags('Accounts')
@Public()
@RateLimit('auth')
@Controller(`${API}/auth`)
export class PasswordResetController {
  constructor(
    private readonly passwordReset: PasswordReset,
    private readonly publicUrl: PublicUrl,
    private readonly locales: Locales,
  ) {}

  @ApiRoute({
    summary: 'Ask for a mail with a link to a new password',
    description: 'Answers the same, in the same time, whether there is such an account or not.',
    answers: NothingResponse,
    message: 'reset_mail_sent',
    errors: ['invalid'],
  })
  @Post('forgot-password')
  forgot(@Body() { email }: ForgotPasswordRequest, @Req() request: Request): NothingResponse {
    const locale = this.locales.pick(request.headers['accept-language']);
    this.passwordReset.request({ email, locale, publicUrl: this.publicUrl.of(request) });
    return nothing;
  }

  @ApiRoute({
    summary: 'Set a new password with the token of the mail; ends every session',
    answers: NothingResponse,
    message: 'password_changed',
    errors: ['invalid'],
  })
  @Post('reset-password')
  async reset(@Body() { token, new_password }: ResetPasswordRequest): Promise<NothingResponse> {
    await this.passwordReset.reset(token, new_password);
    return nothing;
  }
}
