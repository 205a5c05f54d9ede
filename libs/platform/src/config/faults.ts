import type { VariableName } from './variables/table';

export interface Fault {
  readonly variable: string;
  /** Reads on after the variable's name. */
  readonly issue: string;
}

/** Everything that is wrong with the configuration at once; its message is for the operator and holds no secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly faults: readonly Fault[]) {
    super(
      [
        'The configuration has faults:',
        ...faults.map(({ variable, issue }) => `  ${variable} ${issue}`),
        '.env.example lists every variable.',
      ].join('\n'),
    );
  }
}

/** One fault for each variable: what follows from the first would only confuse. */
export class Faults {
  private readonly issues = new Map<VariableName, string>();

  add(variable: VariableName, issue: string): void {
    if (!this.issues.has(variable)) this.issues.set(variable, issue);
  }

  has(variable: VariableName): boolean {
    return this.issues.has(variable);
  }

  throwIfAny(): void {
    if (this.issues.size > 0) {
      throw new ConfigurationError([...this.issues].map(([variable, issue]) => ({ variable, issue })));
    }
  }
}
