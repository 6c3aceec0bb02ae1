import { z } from 'zod';
import { toldType } from '../events/event-shapes';
import { filledText } from '../text';

/** What may be wished of any subscription. */
export const types = z.array(toldType).min(1);
export const agencies = z.array(filledText(64)).min(1).max(2000);
export const cursor = z.string().regex(/^(\d{1,15}|now)$/, 'must be a cursor of the feed, or now');
