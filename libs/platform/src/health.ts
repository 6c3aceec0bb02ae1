import { Controller, Get, Global, Injectable, Module } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type HealthCheckResult, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';

type Check = () => Promise<boolean> | boolean;

/** What must hold before this process is given work; each part that depends on something adds its own check. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, Check>();

  constructor(private readonly indicators: HealthIndicatorService) {}

  /** @param check true when usable; false or a rejection when not. */
  add(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  all() {
    return [...this.checks].map(([name, check]) => async () => {
      const indicator = this.indicators.check(name);
      try {
        return (await check()) ? indicator.up() : indicator.down();
      } catch (error) {
        return indicator.down(error instanceof Error ? error.message : String(error));
      }
    });
  }
}

@ApiExcludeController()
@Controller('health')
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly readiness: Readiness,
  ) {}

  /** The process runs. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The process can do its work: 200, else 503 with what is missing. */
  @Get('ready')
  ready(): Promise<HealthCheckResult> {
    return this.health.check(this.readiness.all());
  }
}

@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [Readiness],
  exports: [Readiness],
})
export class HealthModule {}
