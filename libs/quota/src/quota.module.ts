import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { QuotaConfig } from '#platform';
import { QuotaAdministration } from './administration/quota-administration';
import { QuotaOverrideEntity } from './administration/quota-override.entity';
import { UsageEntryEntity } from './ledger/usage-entry.entity';
import { PlanEntity } from './plans/plan.entity';
import { Plans } from './plans/plans';
import { Quota } from './quota';
import { QuotaCounterEntity } from './quota-counter.entity';
import { QuotaHoldEntity } from './quota-hold.entity';
import { QuotaRepository } from './quota.repository';
import { QuotaWindows } from './windows/quota-windows';

const entities = [PlanEntity, QuotaCounterEntity, QuotaHoldEntity, QuotaOverrideEntity, UsageEntryEntity];

@Module({})
export class QuotaModule {
  static forRoot({ timeZone }: QuotaConfig): DynamicModule {
    return {
      module: QuotaModule,
      global: true,
      imports: [TypeOrmModule.forFeature(entities)],
      providers: [
        { provide: QuotaWindows, useValue: new QuotaWindows(timeZone) },
        Plans,
        Quota,
        QuotaAdministration,
        QuotaRepository,
      ],
      exports: [Plans, Quota, QuotaAdministration],
    };
  }
}
