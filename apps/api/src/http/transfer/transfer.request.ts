import { type ExportFormat, exportFormats } from '#transfer';
import { ChoiceField } from '../../edge/fields/choice.field';

export class ExportQuery {
  @ChoiceField(exportFormats, {
    optional: true,
    description:
      'Unless given, json: all branches, to be imported again. The others hold the branch that is shown: markdown, text, a html page that needs nothing else, or jsonl, a line for the fine-tuning of OpenAI’s models',
  })
  format: ExportFormat = 'json';
}
