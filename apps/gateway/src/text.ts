import { z } from 'zod';

/**
 * What is said, as it can be stored, shown and written as XML 1.0: no control characters but tabs and line breaks, no half of a
 * surrogate pair, and neither of the code points that are no characters in XML.
 */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^(?:[\t\r\n]|[^\p{Cc}\p{Cs}\uFFFE\uFFFF])*$/u, 'must not contain control characters or broken ones');

/** Text that says something. */
export const filledText = (max: number) => text(max).trim().min(1);
