import { ApiProperty } from '@nestjs/swagger';
import type { SignedIn, TokenPair } from '#auth';
import { presentUser, UserResponse } from '../../edge/presenters/user.response';

export class TokensResponse {
  @ApiProperty({ description: 'For the Authorization header, as `Bearer …`', example: 'eyJhbGciOiJIUzI1NiJ9.…' })
  readonly access_token!: string;

  @ApiProperty({ description: 'For one call of /auth/refresh', example: 'eyJhbGciOiJIUzI1NiJ9.…' })
  readonly refresh_token!: string;

  @ApiProperty({ enum: ['bearer'] })
  readonly token_type!: 'bearer';

  @ApiProperty({ type: 'integer', description: 'Seconds until the access token expires', example: 1_800 })
  readonly expires_in!: number;
}

export class SignedInResponse extends TokensResponse {
  @ApiProperty()
  readonly user!: UserResponse;
}

export function presentTokens({ accessToken, refreshToken, expiresIn }: TokenPair): TokensResponse {
  return { access_token: accessToken, refresh_token: refreshToken, token_type: 'bearer', expires_in: expiresIn };
}

export function presentSignedIn({ user, tokens }: SignedIn): SignedInResponse {
  return { user: presentUser(user), ...presentTokens(tokens) };
}
