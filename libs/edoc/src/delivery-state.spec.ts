import {
  applyRecall,
  applyRemoval,
  applyStatus,
  applySupersession,
  applyTransport,
  DELIVERY_STATES,
  NEW_DELIVERY,
  progressOf,
  RECALL_STATES,
  type DeliveryProgress,
  type DeliveryState,
  type StatusOutcome,
  type StatusReport,
  type TransportState,
} from './delivery-state';
import { STATUSES, type StatusCode } from './status';

const report = (code: StatusCode) => ({ code, by: STATUSES[code].by, reason: 'nhầm nơi nhận' });
const at = (state: DeliveryState, differing: Partial<DeliveryProgress> = {}): DeliveryProgress => ({
  ...NEW_DELIVERY,
  state,
  ...differing,
});
/** Where a delivery stands after a whole history, statuses that cannot be left out. */
function progressAfter(history: readonly StatusReport[], start: DeliveryProgress = NEW_DELIVERY): DeliveryProgress {
  return history.reduce((progress, status) => {
    const outcome = applyStatus(progress, status);
    return outcome.kind === 'advanced' ? progressOf(outcome) : progress;
  }, start);
}

const BUSINESS: readonly StatusCode[] = ['01', '02', '03', '04', '05', '06'];
const STATES = Object.keys(DELIVERY_STATES) as DeliveryState[];

describe('a status', () => {
  // A: advances, L: late and kept, =: said before, x: impossible.
  it.each<[DeliveryState, string]>([
    //              01 02 03 04 05 06
    ['routed', '     A  A  A  A  A  A'],
    ['available', '  A  A  A  A  A  A'],
    ['failed', '     A  A  A  A  A  A'],
    ['handed_over', 'A  A  A  A  A  A'],
    ['arrived', '    =  A  A  A  A  A'],
    ['refused', '    L  =  x  x  x  x'],
    ['accepted', '   L  x  =  A  A  A'],
    ['assigned', '   L  x  L  =  A  A'],
    ['processing', ' L  x  L  L  =  A'],
    ['completed', '  L  x  L  L  L  ='],
    ['withdrawn', '  x  x  x  x  x  x'],
    ['recalled', '   L  L  L  L  L  L'],
    ['removed', '    L  L  L  L  L  L'],
  ])('does to a delivery that is %s: %s', (state, expected) => {
    const letters = { advanced: 'A', late: 'L', repeated: '=', refused: 'x' };
    const outcomes = BUSINESS.map((code) => letters[applyStatus(at(state), report(code)).kind]);
    expect(outcomes.join('  ')).toBe(expected.trim());
  });

  it('advances to the state it names and leaves the recall alone', () => {
    const current = at('available', { recall: 'asked' });
    expect(BUSINESS.map((code) => applyStatus(current, report(code)))).toEqual(
      ['arrived', 'refused', 'accepted', 'assigned', 'processing', 'completed'].map((state) => ({
        kind: 'advanced',
        ...at(state as DeliveryState, { recall: 'asked' }),
      })),
    );
  });

  it('that cannot be is refused with its code', () => {
    expect(applyStatus(at('refused'), report('06'))).toEqual({ kind: 'refused', code: 'status.impossible' });
  });

  it.each(['02', '13'] as const)('%s needs a reason that says something', (code) => {
    const { by } = STATUSES[code];
    for (const reason of [undefined, '', '  \n'])
      expect(applyStatus(at('arrived'), { code, by, reason })).toEqual({
        kind: 'refused',
        code: 'status.reason_required',
      });
  });

  it('is for its own party to say', () => {
    const wrong = { kind: 'refused', code: 'status.wrong_party' };
    expect(applyStatus(at('arrived'), { code: '03', by: 'sender' })).toEqual(wrong);
    expect(applyStatus(at('arrived'), { code: '13', by: 'receiver', reason: 'nhầm' })).toEqual(wrong);
    expect(applyStatus(at('arrived', { recall: 'asked' }), { code: '15', by: 'sender' })).toEqual(wrong);
  });
});

describe('a recall', () => {
  it('asked and agreed to takes the document back wherever it stood', () => {
    const ended: readonly DeliveryState[] = ['withdrawn', 'recalled', 'removed'];
    for (const state of STATES.filter((known) => !ended.includes(known)))
      expect(progressAfter([report('13'), report('15')], at(state))).toEqual(at('recalled', { recall: 'agreed' }));
  });

  it('asked and declined leaves the delivery where it is, and may be agreed to later', () => {
    const declined = progressAfter([report('01'), report('13'), report('16'), report('03')]);
    expect(declined).toEqual(at('accepted', { recall: 'declined' }));
    expect(progressAfter([report('15')], declined)).toEqual(at('recalled', { recall: 'agreed' }));
  });

  it('is not answered before it is asked', () => {
    for (const code of ['15', '16'] as const)
      expect(applyStatus(at('accepted'), report(code))).toEqual({ kind: 'refused', code: 'status.impossible' });
  });

  it('is not asked for what was withdrawn already', () => {
    expect(applyStatus(at('withdrawn'), report('13')).kind).toBe('refused');
    expect(applyStatus(at('removed'), report('13')).kind).toBe('refused');
  });

  it('withdraws at once what nobody has read', () => {
    for (const policy of ['ask', 'cancel'] as const)
      for (const state of ['routed', 'available', 'failed'] as const)
        expect(applyRecall(at(state), { fetched: false, policy })).toEqual({ kind: 'advanced', ...at('withdrawn') });
  });

  it('asks for what was read, or cancels it by policy', () => {
    for (const state of ['available', 'arrived', 'completed', 'refused'] as const) {
      expect(applyRecall(at(state), { fetched: true, policy: 'ask' })).toEqual({
        kind: 'advanced',
        ...at(state, { recall: 'asked' }),
      });
      expect(applyRecall(at(state), { fetched: true, policy: 'cancel' })).toEqual({
        kind: 'advanced',
        ...at('recalled', { recall: 'cancelled' }),
      });
    }
  });

  it('that is cancelled is so once, also after it was asked for or declined', () => {
    const cancel = { fetched: true, policy: 'cancel' } as const;
    const cancelled = at('recalled', { recall: 'cancelled' });
    expect(applyRecall(at('arrived', { recall: 'asked' }), cancel)).toEqual({ kind: 'advanced', ...cancelled });
    expect(applyRecall(at('arrived', { recall: 'declined' }), cancel)).toEqual({ kind: 'advanced', ...cancelled });
    expect(applyRecall(cancelled, cancel).kind).toBe('late');
    expect(applyRecall(at('withdrawn'), cancel).kind).toBe('refused');
    expect(applyStatus(cancelled, report('16')).kind).toBe('late');
  });
});

describe('an update', () => {
  const asked = at('arrived', { amendment: 'asked' });

  it('is agreed to or declined by 15 and 16, once each, and may be agreed to after all', () => {
    const declined = at('arrived', { amendment: 'declined' });
    const agreed = at('arrived', { amendment: 'agreed' });
    expect(applyStatus(asked, report('16'))).toEqual({ kind: 'advanced', ...declined });
    expect(applyStatus(declined, report('16')).kind).toBe('repeated');
    expect(applyStatus(declined, report('15'))).toEqual({ kind: 'advanced', ...agreed });
    expect(applyStatus(agreed, report('16')).kind).toBe('late');
  });

  it('gives way to a recall that was asked for', () => {
    const both = at('arrived', { amendment: 'asked', recall: 'asked' });
    expect(applyStatus(both, report('15'))).toEqual({
      kind: 'advanced',
      ...at('recalled', { amendment: 'asked', recall: 'agreed' }),
    });
  });

  it('asked twice is asked once', () => {
    expect(applyStatus(at('arrived', { recall: 'asked' }), report('13'))).toEqual({ kind: 'repeated' });
  });
});

describe('a receiver taken off the list', () => {
  it('never sees what it had not read, and keeps the record of what it had', () => {
    for (const state of ['routed', 'available', 'failed'] as const)
      expect(applyRemoval(at(state), { fetched: false })).toEqual({ kind: 'advanced', ...at('withdrawn') });
    for (const state of ['available', 'handed_over', 'refused', 'completed'] as const)
      expect(applyRemoval(at(state), { fetched: true })).toEqual({ kind: 'advanced', ...at('removed') });
  });

  it('is taken off once', () => {
    expect(applyRemoval(at('removed'), { fetched: true }).kind).toBe('repeated');
    for (const state of ['withdrawn', 'recalled'] as const)
      expect(applyRemoval(at(state), { fetched: true }).kind).toBe('refused');
  });
});

describe('a document that takes the place of another', () => {
  it('withdraws what was not read, and leaves the rest where it stands', () => {
    expect(applySupersession(at('available'), { fetched: false })).toEqual({ kind: 'advanced', ...at('withdrawn') });
    expect(applySupersession(at('available'), { fetched: true }).kind).toBe('late');
    expect(applySupersession(at('processing'), { fetched: false }).kind).toBe('late');
  });
});

describe('transport', () => {
  it('goes from routed to available to handed over', () => {
    expect(applyTransport(at('routed'), 'available')).toEqual({ kind: 'advanced', ...at('available') });
    expect(applyTransport(at('available'), 'handed_over')).toEqual({ kind: 'advanced', ...at('handed_over') });
  });

  it('that gave up yields to a receipt that came late', () => {
    expect(applyTransport(at('failed'), 'handed_over').kind).toBe('advanced');
    expect(applyStatus(at('failed'), report('01')).kind).toBe('advanced');
  });

  it('cannot undo what the receiver has said', () => {
    for (const to of ['available', 'failed', 'handed_over'] as const)
      expect(applyTransport(at('accepted'), to)).toEqual({ kind: 'late' });
  });

  it('withdraws only what nobody has', () => {
    expect(applyTransport(at('available'), 'withdrawn').kind).toBe('advanced');
    expect(applyTransport(at('handed_over'), 'withdrawn')).toEqual({ kind: 'refused', code: 'status.impossible' });
    expect(applyTransport(at('withdrawn'), 'handed_over')).toEqual({ kind: 'refused', code: 'status.impossible' });
  });
});

describe('the current state is the same whatever the order', () => {
  const legal: StatusCode[][] = [
    ...subsets<StatusCode>(['01', '03', '04', '05', '06']),
    ...subsets<StatusCode>(['01', '02']),
  ];
  const recalls: StatusCode[][] = [[], ['13'], ['13', '15'], ['13', '16'], ['13', '16', '15']];

  it('of any legal statuses, an answer after its question', () => {
    for (const statuses of legal) {
      for (const recall of recalls) {
        const orders = permutations([...statuses, ...recall]).filter(asksFirst);
        expect(ends(orders, (order) => order.map(report))).toHaveLength(1);
      }
    }
  });

  it('of statuses that came twice', () => {
    const orders = permutations<StatusCode>(['01', '01', '03', '06', '06', '13', '13']);
    expect(ends(orders, (order) => order.map(report))).toEqual([JSON.stringify(at('completed', { recall: 'asked' }))]);
  });

  it('of statuses among the steps of transport', () => {
    type Step = StatusCode | TransportState;
    const orders = permutations<Step>(['available', 'failed', 'handed_over', '01', '03']);
    const after = orders.map((order) =>
      order.reduce((progress, step) => {
        const outcome = isTransport(step) ? applyTransport(progress, step) : applyStatus(progress, report(step));
        return advance(progress, outcome);
      }, NEW_DELIVERY),
    );
    expect(new Set(after.map((progress) => progress.state))).toEqual(new Set(['accepted']));
  });

  function ends(orders: StatusCode[][], toReports: (order: StatusCode[]) => ReturnType<typeof report>[]): string[] {
    return [...new Set(orders.map((order) => JSON.stringify(progressAfter(toReports(order)))))];
  }
});

it('every state has a label a clerk reads, unlike any other', () => {
  const labels = Object.values(DELIVERY_STATES).map(({ label }) => label);
  expect(new Set(labels).size).toBe(STATES.length);
  expect(Object.values(RECALL_STATES).every(({ label }) => label.length > 0)).toBe(true);
});

it('every state is reached from a new delivery', () => {
  const reached = new Set<DeliveryState>(['routed']);
  for (const state of reached) for (const next of DELIVERY_STATES[state].next) reached.add(next);
  expect(reached).toEqual(new Set(STATES));
});

function isTransport(step: StatusCode | TransportState): step is TransportState {
  return !(step in STATUSES);
}

function advance(progress: DeliveryProgress, outcome: StatusOutcome): DeliveryProgress {
  if (outcome.kind === 'refused') throw new Error('a legal order was refused');
  return outcome.kind === 'advanced' ? outcome : progress;
}

function asksFirst(order: readonly StatusCode[]): boolean {
  const asked = order.indexOf('13');
  return order.every((code, index) => (code !== '15' && code !== '16') || index > asked);
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
