import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Tokens } from './tokens';

@ApiTags('access')
@Controller('oauth')
export class TokenController {
  constructor(private readonly tokens: Tokens) {}

  @Post('token')
  @HttpCode(200)
  @ApiOperation({ summary: 'Get an access token (OAuth 2.0 client credentials, RFC 6749 §4.4)' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['grant_type'],
      properties: {
        grant_type: { type: 'string', enum: ['client_credentials'] },
        client_id: { type: 'string' },
        client_secret: { type: 'string' },
      },
    },
  })
  @ApiOkResponse({ description: 'access_token, token_type, expires_in' })
  async token(@Req() request: FastifyRequest, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const answer = await this.tokens.issue(headers, body);
    await reply.status(answer.status).headers(answer.headers).header('cache-control', 'no-store').send(answer.body);
  }
}
