import { Module, type OnModuleInit } from '@nestjs/common';
import { ForeignDoors } from '../../edge/doors/foreign-doors';
import { OPENAI_DOOR } from './addresses';
import { Completions } from './completions';
import { CompletionsController } from './completions.controller';
import { KeptCompletions } from './kept-completions';
import { presentOpenAiError } from './openai-error';
import { OpenAiModelsController } from './openai-models.controller';

/** Images travel in it. */
const LARGEST_BODY = 20 * 1024 * 1024;

@Module({
  controllers: [CompletionsController, OpenAiModelsController],
  providers: [Completions, KeptCompletions],
})
export class OpenAiDoorModule implements OnModuleInit {
  constructor(private readonly doors: ForeignDoors) {}

  onModuleInit(): void {
    this.doors.open({ prefix: `/${OPENAI_DOOR}`, maxBodyBytes: LARGEST_BODY, presentError: presentOpenAiError });
  }
}
