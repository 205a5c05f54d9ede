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

/** A variable that has faults keeps those of the first who looked: what follows from them would only confuse. */
export class Faults {
  private readonly found: Fault[] = [];

  add(variable: string, issue: string): void {
    this.addAll([{ variable, issue }]);
  }

  addAll(faults: readonly Fault[]): void {
    this.found.push(...faults.filter(({ variable }) => !this.has(variable)));
  }

  has(variable: string): boolean {
    return this.found.some((fault) => fault.variable === variable);
  }

  throwIfAny(): void {
    if (this.found.length > 0) throw new ConfigurationError(this.found);
  }
}
