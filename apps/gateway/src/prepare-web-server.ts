import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CONFIG, type Config } from '@axis/platform';
import { describeApi } from './openapi';
import { DESCRIPTION_BYTES } from './submission/submission.schema';

export async function prepareWebServer(app: NestFastifyApplication): Promise<void> {
  const { limits } = app.get<Config>(CONFIG);
  await app.register(multipart, {
    // Each limit here is one past ours: going over is answered by our own check, with a code.
    limits: {
      fields: 1,
      fieldSize: DESCRIPTION_BYTES,
      files: limits.files + 1,
      fileSize: limits.fileBytes + 1,
      headerPairs: 50,
    },
    throwFileSizeLimit: false,
  });
  describeApi(app);
}
