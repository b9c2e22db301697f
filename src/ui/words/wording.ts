/** The keys of an English part with sentences of another language. German has the same plural forms as English. */
export type Wording<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Wording<English[Key]>;
};
