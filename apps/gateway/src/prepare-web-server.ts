import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CONFIG, type Config } from '@axis/platform';
import { describeApi } from './openapi';
import { DESCRIPTION_BYTES } from './submission/submission.schema';
import { openVxpDoor } from './vxp/door';

export async function prepareWebServer(app: NestFastifyApplication): Promise<void> {
  const { limits } = app.get<Config>(CONFIG);
  await app.register(multipart, {
    // Each limit here is one past ours, the description counted in: going over is answered by our own check, with a code.
    limits: {
      files: limits.files + 2,
      fileSize: Math.max(limits.fileBytes, DESCRIPTION_BYTES) + 1,
      headerPairs: 50,
    },
    throwFileSizeLimit: false,
    // Every part is streamed, and a name comes as it was given: what it would do to a path is ours to refuse.
    isPartAFile: () => true,
    preservePath: true,
  });
  openVxpDoor(app);
  describeApi(app);
}
