import { expect, it } from 'vitest'
import { normalisePhone, reversedDigits } from './phone.ts'

it.each([
  ['98470 55555', 'IN', '+919847055555'],
  ['09847055555', 'IN', '+919847055555'],
  ['+91 98470-55555', 'IN', '+919847055555'],
  ['0091 98470 55555', 'IN', '+919847055555'],
  ['+977 984-1234567', 'IN', '+9779841234567'],
  ['+44 20 7946 0018', 'IN', '+442079460018'],
  ['(212) 555-0123', 'US', '+12125550123'],
  ['९८४७०५५५५५', 'IN', null],
  ['123', 'IN', null],
  ['98470 55555', 'ZZ', null],
  ['+919847055555', 'ZZ', '+919847055555'],
  ['not a phone', 'IN', null],
  ['', 'IN', null],
])('%j typed in %s is %s', (text, region, phone) => expect(normalisePhone(text, region)).toBe(phone))

it.each([['+91 98470 55555', '555550748919'], ['', ''], ['none', '']])('%j backwards is %j', (phone, digits) => expect(reversedDigits(phone)).toBe(digits))
