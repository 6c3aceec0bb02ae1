import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SigningKeys } from '@axis/storage';
import { KeySet } from './event-shapes';

@ApiTags('events')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly keys: SigningKeys) {}

  @ApiOkResponse({ type: KeySet })
  @Get()
  @ApiOperation({ summary: 'The keys by which the axis signs what it sends to you (JSON Web Key Set, RFC 7517)' })
  async list() {
    const keys = await this.keys.publicKeys();
    return {
      keys: keys.map(({ id, key }) => ({ ...key.export({ format: 'jwk' }), kid: id, use: 'sig', alg: 'EdDSA' })),
    };
  }
}
