import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { type Problem, type ProblemCategory, problem, Refusal } from '@axis/edoc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { ZodSerializationException, ZodValidationException } from 'nestjs-zod';
import { ZodError } from 'zod';
import { dropRest } from '../linger';
import { failAnswer } from '../vxp/answers/answer';
import { isVxp } from '../vxp/door';
import { isOutOfService } from './out-of-service';

const STATUS: Readonly<Record<ProblemCategory, number>> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unavailable: 503,
};

/** Codes whose HTTP status says more than their category's. */
const OWN_STATUS: Partial<Record<Problem['code'], number>> = {
  'request.malformed': 400,
  'request.unsupported': 415,
  'upload.interrupted': 400,
  'range.unsatisfiable': 416,
  'cursor.expired': 410,
  'document.expired': 410,
};

/** How to come in, after coming in wrongly (RFC 6749 §5.2, RFC 6750 §3.1). */
const CHALLENGES: Partial<Record<Problem['code'], string>> = {
  'client.invalid': 'Basic realm="axis"',
  'token.invalid': 'Bearer error="invalid_token"',
};

/** The one place where what went wrong becomes an answer: problem details (RFC 9457), in Vietnamese unless English is asked for. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: PinoLogger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // The health check says itself what is missing.
    if (error instanceof ServiceUnavailableException) {
      void reply.status(503).send(error.getResponse());
      return;
    }
    const { problem: found, status } = this.explain(error, request);
    // What is too large Fastify would close the connection on, before its client has read why.
    if (reply.getHeader('connection') === 'close') {
      reply.removeHeader('connection');
      dropRest(request.raw);
    }
    if (isVxp(request.url)) {
      answerVxp(reply, status, found);
      return;
    }
    // A disk is made room on, a database restarted, in a minute or so.
    if (status === 503) void reply.header('retry-after', '60');
    if (status === 401) void reply.header('www-authenticate', CHALLENGES[found.code] ?? 'Bearer');
    // RFC 9110 §14.4: how long the whole is, for the next try.
    if (status === 416) void reply.header('content-range', `bytes */${found.params['size'] ?? '*'}`);
    if (reply.sent || request.raw.socket.destroyed) return;
    void reply
      .status(status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(
        JSON.stringify({
          type: `urn:axis:problem:${found.code}`,
          title: found.code,
          status,
          code: found.code,
          detail: /^en\b/i.test(request.headers['accept-language'] ?? '') ? found.en : found.vi,
          messages: { vi: found.vi, en: found.en },
          params: found.params,
          // By this name OAuth clients know it (RFC 6749 §5.2).
          ...(found.code === 'client.invalid' && { error: 'invalid_client' }),
        }),
      );
  }

  private explain(error: unknown, request: FastifyRequest): { problem: Problem; status: number } {
    if (error instanceof Refusal) return of(error.problem);
    if (error instanceof ZodValidationException) return of(malformed(error.getZodError()));
    if (error instanceof ZodError) return of(malformed(error));
    const status = statusOf(error);
    if (status === 404) return of(problem('route.not_found'));
    if (status === 413) return of(problem('body.too_large', { limit: request.routeOptions.bodyLimit }));
    if (status === 415)
      return of(problem('request.unsupported', { contentType: request.headers['content-type'] ?? '' }));
    if (status !== undefined && status < 500 && !(error instanceof ZodSerializationException))
      return { problem: problem('request.malformed', { detail: messageOf(error) }), status };
    this.log.error({ err: error, method: request.method, url: request.url }, 'request failed');
    if (isOutOfService(error)) return of(problem('service.unavailable'));
    return { problem: problem('service.unavailable'), status: status ?? 500 };
  }
}

/** By the VXP protocol's own form. What is being streamed out breaks off instead: its reader sees that it is not whole. */
function answerVxp(reply: FastifyReply, status: number, found: Problem): void {
  if (reply.sent || reply.raw.headersSent) return;
  void reply
    .status(status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(failAnswer(found)));
}

function of(found: Problem): { problem: Problem; status: number } {
  return { problem: found, status: OWN_STATUS[found.code] ?? STATUS[found.category] };
}

/** Faults that are told; thousands of addressees can be wrong in the same way. */
const MOST_FAULTS = 50;

/** Every fault at once, so that a vendor mends them in one go. */
function malformed(error: unknown): Problem {
  const faults = error instanceof ZodError ? error.issues : [];
  const told = faults.slice(0, MOST_FAULTS).map((fault) => `${fault.path.join('.') || 'body'}: ${fault.message}`);
  return problem('request.malformed', { detail: told.join('; ') });
}

/** Nest's and Fastify's own errors say their status. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
