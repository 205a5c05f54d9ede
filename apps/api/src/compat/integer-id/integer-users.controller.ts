import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Registration, SignIn } from '#auth';
import { Locales, successWords } from '#platform';
import { Public } from '../../edge/auth/access.decorators';
import { RateLimit } from '../../edge/rates/rate-limit.decorator';
import { IntegerLoginRequest, IntegerRegisterRequest } from './integer-id.request';
import { IntegerMessageResponse, IntegerTokenResponse } from './integer-id.response';
import { IntegerRoute } from './integer-route';

@ApiTags('Integer-id door')
@Public()
@Controller('api/users')
export class IntegerUsersController {
  constructor(
    private readonly registration: Registration,
    private readonly signIn: SignIn,
    private readonly locales: Locales,
  ) {}

  @IntegerRoute({
    summary: 'Make an account; it has no email until it adds one',
    answers: IntegerMessageResponse,
    status: 201,
    message: 'registered',
    errors: [],
  })
  @RateLimit('auth')
  @Post('register')
  async register(
    @Req() request: Request,
    @Body() { username, password }: IntegerRegisterRequest,
  ): Promise<IntegerMessageResponse> {
    await this.registration.signUp({ username, email: null, password });
    return { message: successWords('registered', this.locales.pick(request.headers['accept-language'])) };
  }

  @IntegerRoute({
    summary: 'Sign in',
    answers: IntegerTokenResponse,
    message: 'signed_in',
    errors: ['unauthenticated', 'forbidden'],
  })
  @RateLimit('login')
  @Post('login')
  async login(@Body() { username, password }: IntegerLoginRequest): Promise<IntegerTokenResponse> {
    const { tokens } = await this.signIn.login({ login: username, password });
    return { token: tokens.accessToken };
  }
}
