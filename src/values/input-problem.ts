/** What is wrong with an input value, for programs. */
export type InputReason =
  | 'REQUIRED'
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'TOO_FEW'
  | 'TOO_MANY'
  | 'OUT_OF_RANGE'
  | 'FORMAT'
  | 'NOT_ALLOWED'
  | 'DUPLICATE'
  | 'INVALID';

/** What is allowed in the place of an invalid value. */
export type InputParams = {
  readonly min?: number;
  readonly max?: number;
  /** The name of a scalar or of another format, and a value that has it. */
  readonly format?: string;
  readonly example?: string;
};

/** What is wrong with an input value, and what is allowed. `field` is the path from the argument to the value. */
export type InputProblem = {
  readonly reason: InputReason;
  readonly params?: InputParams;
  readonly field?: readonly string[];
};
