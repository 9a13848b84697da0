/** Where workers say what happened to them. */
export type Log = {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
};
