import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Departures, type QuotaConfig } from '#platform';
import { QuotaAdministration } from './administration/quota-administration';
import { QuotaOverrideEntity } from './administration/quota-override.entity';
import { UsageEntryEntity } from './ledger/usage-entry.entity';
import { AlertCatchUp } from './alerts/alert-catch-up';
import { QuotaAlertEntity } from './alerts/quota-alert.entity';
import { QuotaAlerts } from './alerts/quota-alerts';
import { PlanEntity } from './plans/plan.entity';
import { Plans } from './plans/plans';
import { Quota } from './quota';
import { QuotaCounterEntity } from './quota-counter.entity';
import { QuotaHoldEntity } from './quota-hold.entity';
import { QuotaParts } from './quota-parts';
import { QuotaRepository } from './quota.repository';
import { UsageDayEntity } from './usage/usage-day.entity';
import { UsageReports } from './usage/usage-reports';
import { UsageRepository } from './usage/usage.repository';
import { QuotaWindows } from './windows/quota-windows';

const entities = [
  PlanEntity,
  QuotaAlertEntity,
  QuotaCounterEntity,
  QuotaHoldEntity,
  QuotaOverrideEntity,
  UsageDayEntity,
  UsageEntryEntity,
];

@Module({})
export class QuotaModule {
  static forRoot({ timeZone }: QuotaConfig): DynamicModule {
    return {
      module: QuotaModule,
      global: true,
      imports: [TypeOrmModule.forFeature(entities)],
      providers: [
        { provide: QuotaWindows, useValue: new QuotaWindows(timeZone) },
        {
          provide: Symbol('usage of who leaves'),
          inject: [Departures],
          useFactory: (departures: Departures) => departures.addKept('usage_ledger', 'usage_entries'),
        },
        AlertCatchUp,
        Plans,
        Quota,
        QuotaAdministration,
        QuotaAlerts,
        QuotaParts,
        QuotaRepository,
        UsageReports,
        UsageRepository,
      ],
      exports: [Plans, Quota, QuotaAdministration, QuotaAlerts, QuotaParts, UsageReports],
    };
  }
}
