import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { cleanupOpenApiDoc } from 'nestjs-zod';

const ABOUT = `Send signed official documents to other agencies, and receive theirs.

Sign in with OAuth 2.0 client credentials at \`/oauth/token\`, then send \`Authorization: Bearer …\`. Problems are answered as
RFC 9457 \`application/problem+json\` with a stable \`code\`, in Vietnamese, or in English with \`Accept-Language: en\`.`;

/** OpenAPI at /openapi.json, and a page to read it at /docs. */
export function describeApi(app: NestFastifyApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Inter-agency document exchange axis – REST v1')
    .setDescription(ABOUT)
    .setVersion('1')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => cleanupOpenApiDoc(SwaggerModule.createDocument(app, config)), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'REST v1',
  });
}
