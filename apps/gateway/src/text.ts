import { z } from 'zod';

/** What is said, as it can be stored, shown and written as XML 1.0: no control characters but tabs and line breaks. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^(?:[\t\r\n]|\P{Cc})*$/u, 'must not contain control characters');

/** Text that says something. */
export const filledText = (max: number) => text(max).trim().min(1);
