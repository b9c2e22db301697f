/**
 * Reads untyped JSON field by field. Every complaint names the path of the field, what was expected and what was
 * found. Unknown fields are ignored, so that a newer writer does not break an older reader.
 */

/** A place in a JSON document, with its path for messages. */
export class JsonReader {
  private readonly value: unknown;
  private readonly path: string;
  private readonly fail: (message: string) => Error;

  /**
   * @param fail makes the error to throw from "`path` must be ..., found ..."
   */
  constructor(value: unknown, path: string, fail: (message: string) => Error) {
    this.value = value;
    this.path = path;
    this.fail = fail;
  }

  field(name: string): JsonReader {
    const record = this.record();
    return new JsonReader(
      record[name],
      this.path === '' ? name : `${this.path}.${name}`,
      this.fail,
    );
  }

  isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  record(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) {
      throw this.error('an object');
    }
    return this.value as Readonly<Record<string, unknown>>;
  }

  entries<T>(read: (reader: JsonReader) => T): Record<string, T> {
    return Object.fromEntries(
      Object.keys(this.record()).map((name) => [name, read(this.field(name))]),
    );
  }

  list<T>(read: (reader: JsonReader) => T): T[] {
    if (!Array.isArray(this.value)) throw this.error('a list');
    return (this.value as unknown[]).map((item, index) =>
      read(new JsonReader(item, `${this.path}[${String(index)}]`, this.fail)),
    );
  }

  text(): string {
    if (typeof this.value !== 'string') throw this.error('a text');
    return this.value;
  }

  flag(): boolean {
    if (typeof this.value !== 'boolean') throw this.error('true or false');
    return this.value;
  }

  finite(): number {
    if (typeof this.value !== 'number' || !Number.isFinite(this.value))
      throw this.error('a number');
    return this.value;
  }

  positive(): number {
    const value = this.finite();
    if (value <= 0) throw this.error('a number above 0');
    return value;
  }

  whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER): number {
    const value = this.value;
    if (
      typeof value !== 'number' ||
      !Number.isSafeInteger(value) ||
      value < minimum ||
      value > maximum
    ) {
      const upTo = maximum === Number.MAX_SAFE_INTEGER ? 'or more' : `to ${String(maximum)}`;
      throw this.error(`a whole number, ${String(minimum)} ${upTo}`);
    }
    return value;
  }

  oneOf<const T extends string>(choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value);
    if (found === undefined) throw this.error(choices.map((choice) => `"${choice}"`).join(' or '));
    return found;
  }

  matching(pattern: RegExp, description: string): string {
    if (typeof this.value !== 'string' || !pattern.test(this.value)) throw this.error(description);
    return this.value;
  }

  error(expected: string): Error {
    const found = this.value === undefined ? 'nothing' : JSON.stringify(this.value).slice(0, 60);
    return this.fail(
      `${this.path === '' ? 'the document' : this.path} must be ${expected}, found ${found}`,
    );
  }
}
