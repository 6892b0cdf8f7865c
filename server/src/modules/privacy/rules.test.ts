import { describe, expect, it } from 'vitest'
import { dueOn, dutiesOf, dutyRules, erasureParts, type Notice, openDuties } from './rules.ts'

const discoveredAt = new Date('2026-11-20T10:00:00Z')
const at = (now: string) => new Date(now)
const facts = (change: Partial<Parameters<typeof dutiesOf>[0]> = {}) => ({ regimes: ['dpdp'], risk: null, discoveredAt, affected: 10, now: at('2026-11-21T10:00:00Z'), ...change })
const keys = (change: Parameters<typeof facts>[0]) => dutiesOf(facts(change), []).map((duty) => duty.key)
const due = (key: string, change: Parameters<typeof facts>[0]) => dutiesOf(facts(change), []).find((duty) => duty.key === key)?.dueAt

describe('the clocks of a breach', () => {
  it.each([
    ['cert-in', ['cert-in'], 10, '2026-11-20T16:00:00.000Z'],
    ['dpdp-board', ['dpdp'], 10, '2026-11-23T10:00:00.000Z'],
    ['dpdp-individuals', ['dpdp'], 10, '2026-11-23T10:00:00.000Z'],
    ['gdpr-authority', ['gdpr'], 10, '2026-11-23T10:00:00.000Z'],
    ['hipaa-individuals', ['hipaa'], 10, '2027-01-19T10:00:00.000Z'],
    ['hipaa-secretary-yearly', ['hipaa'], 499, '2027-03-02T00:00:00.000Z'],
    ['hipaa-secretary', ['hipaa'], 500, '2027-01-19T10:00:00.000Z'],
    ['hipaa-media', ['hipaa'], 501, '2027-01-19T10:00:00.000Z'],
  ])('%s ends where the law says', (key, regimes, affected, end) => expect(due(key, { regimes, affected })).toBe(end))

  it.each([
    [499, ['hipaa-individuals', 'hipaa-secretary-yearly']],
    [500, ['hipaa-individuals', 'hipaa-secretary']],
    [501, ['hipaa-individuals', 'hipaa-media', 'hipaa-secretary']],
  ])('of %i people tell those whom the number asks for', (affected, expected) => expect(keys({ regimes: ['hipaa'], affected }).toSorted()).toEqual(expected))

  it('count a risk that is not judged as high, and spare the people at low risk under the GDPR only', () => {
    expect([keys({ regimes: ['gdpr'] }), keys({ regimes: ['gdpr'], risk: 'high' }), keys({ regimes: ['gdpr'], risk: 'low' })].map((list) => list.includes('gdpr-individuals'))).toEqual([true, true, false])
    expect(keys({ regimes: ['dpdp'], risk: 'low' })).toContain('dpdp-individuals')
  })

  it.each<[string, string, Notice | undefined, string]>([
    ['runs', '2026-11-23T10:00:00Z', undefined, 'running'],
    ['is over a moment later', '2026-11-23T10:00:00.001Z', undefined, 'overdue'],
    ['is met in time', '2026-12-30T00:00:00Z', { duty: 'dpdp-board', sent_at: at('2026-11-23T10:00:00Z'), reference: 'R', waived_reason: '' }, 'sent'],
    ['is met late', '2026-12-30T00:00:00Z', { duty: 'dpdp-board', sent_at: at('2026-11-23T10:00:01Z'), reference: '', waived_reason: '' }, 'late'],
    ['is waived', '2026-12-30T00:00:00Z', { duty: 'dpdp-board', sent_at: null, reference: '', waived_reason: 'encrypted' }, 'waived'],
  ])('%s', (_name, now, notice, state) => {
    const duties = dutiesOf(facts({ now: at(now) }), notice === undefined ? [] : [notice])
    const duty = duties.find((one) => one.key === 'dpdp-board')
    expect([duty?.state, openDuties(duties).some((one) => one.key === 'dpdp-board')]).toEqual([state, state === 'running' || state === 'overdue'])
  })

  it('each name their source', () => expect(dutyRules.filter((rule) => !/(Act|Directions|GDPR|CFR)/.test(rule.source))).toEqual([]))
})

describe('what may be erased', () => {
  const record = (change: Partial<Parameters<typeof erasureParts>[0]>) => Object.fromEntries(erasureParts({ today: '2026-11-20', birthDate: '1980-01-01', lastCareOn: '2020-01-01', lastBillOn: null, fiscalYearStartMonth: 4, ...change }).map((part) => [part.what, part.isErasable ? 'now' : part.until]))

  it.each<[string, Parameters<typeof record>[0], Record<string, string>]>([
    ['care is long ago and nothing was billed', {}, { contact: 'now', clinical: 'now', billing: 'now', identity: 'now' }],
    ['care was three years ago to the day', { lastCareOn: '2023-11-20' }, { contact: 'now', clinical: '2026-11-20', billing: '2026-11-20', identity: '2026-11-20' }],
    ['care was a day earlier', { lastCareOn: '2023-11-19' }, { contact: 'now', clinical: 'now', billing: 'now', identity: 'now' }],
    ['the patient was a child', { birthDate: '2010-05-05' }, { contact: 'now', clinical: '2031-05-05', billing: '2031-05-05', identity: '2031-05-05' }],
    ['a bill of March belongs to the year that ends then', { lastBillOn: '2021-03-31' }, { contact: 'now', clinical: '2027-12-31', billing: '2027-12-31', identity: '2027-12-31' }],
    ['a bill of April to the next', { lastBillOn: '2021-04-01' }, { contact: 'now', clinical: '2028-12-31', billing: '2028-12-31', identity: '2028-12-31' }],
    ['the year is the calendar’s', { lastBillOn: '2021-04-01', fiscalYearStartMonth: 1 }, { contact: 'now', clinical: '2027-12-31', billing: '2027-12-31', identity: '2027-12-31' }],
    ['an old bill', { lastBillOn: '2019-03-31' }, { contact: 'now', clinical: 'now', billing: 'now', identity: 'now' }],
    ['born on a leap day', { birthDate: '2008-02-29' }, { contact: 'now', clinical: '2029-02-28', billing: '2029-02-28', identity: '2029-02-28' }],
  ])('%s', (_name, change, expected) => expect(record(change)).toEqual(expected))

  it('requests are answered in their days', () => expect([dueOn('correction', '2026-11-20'), dueOn('erasure', '2026-11-20')]).toEqual(['2027-01-19', '2027-02-18']))
})
