import { IntegerField } from './integer.field';
import { NumberField } from './number.field';
import { TextField } from './text.field';

/** What is asked of the model, the same over every transport. */
export const ModelField = (): PropertyDecorator =>
  TextField({ min: 1, max: 100, optional: true, description: "Unless given, the conversation's" });

export const TemperatureField = (): PropertyDecorator =>
  NumberField({ min: 0, max: 2, optional: true, description: 'Unless given, as this installation has it' });

export const MaxTokensField = (): PropertyDecorator =>
  IntegerField({
    min: 1,
    max: 1_000_000,
    optional: true,
    description: 'The longest answer, at most what the model can; unless given, as this installation has it',
  });
