import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Webhooks } from '#webhooks';
import { API } from '../../edge/addresses';
import { RequirePermission } from '../../edge/auth/access.decorators';
import { ApiRoute } from '../../edge/docs/api-route.decorator';
import { SearchDeliveriesQuery } from './webhooks.request';
import { DeliveriesResponse, presentDeliveries } from './webhooks.response';

@ApiTags('Administration')
@Controller(`${API}/admin/webhook-deliveries`)
export class AdminWebhooksController {
  constructor(private readonly webhooks: Webhooks) {}

  @ApiRoute({
    summary: 'What WEBHOOK_URL was told, or is to be told, the newest first (audit:read)',
    description: 'What is not answered with 2xx is tried again, eight times within a day. Kept for thirty days.',
    answers: DeliveriesResponse,
    errors: ['invalid', 'unauthenticated', 'forbidden'],
  })
  @RequirePermission('audit:read')
  @Get()
  async search(@Query() { size, ...filters }: SearchDeliveriesQuery): Promise<DeliveriesResponse> {
    return presentDeliveries(await this.webhooks.deliveries({ ...filters, limit: size }));
  }
}
