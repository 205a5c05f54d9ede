import { Injectable } from '@nestjs/common';
import { Clock } from '#kernel';
import { DatabaseProbe, RedisClient, Shutdown } from '#platform';
import { LanguageModel } from '#llm';
import { product } from '../../edge/product';
import type { HealthResponse, ReadyResponse } from './health.response';

@Injectable()
export class HealthService {
  constructor(
    private readonly database: DatabaseProbe,
    private readonly redis: RedisClient,
    private readonly model: LanguageModel,
    private readonly shutdown: Shutdown,
    private readonly clock: Clock,
  ) {}

  async overall(): Promise<HealthResponse> {
    const [database, redis] = await Promise.all([this.database.check(), this.redis.check()]);
    const services = { database, redis, openai: this.model.state };
    return {
      status: overallOf(services),
      timestamp: this.clock.date().toISOString(),
      version: product.version,
      services,
      uptime: process.uptime(),
    };
  }

  async readiness(): Promise<ReadyResponse> {
    const database = (await this.database.check()) === 'healthy';
    const migrations = database && (await this.database.schemaReady());
    const draining = this.shutdown.begun;
    return { status: migrations && !draining ? 'ready' : 'not_ready', database, migrations, draining };
  }
}

/** Without its database nothing works; without the rest, less does. */
function overallOf({ database, redis, openai }: HealthResponse['services']): HealthResponse['status'] {
  if (database === 'unhealthy') return 'unhealthy';
  return redis === 'unhealthy' || openai === 'unhealthy' ? 'degraded' : 'healthy';
}
