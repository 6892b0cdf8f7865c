import { useState } from 'react'
import { Button, Group, SimpleGrid, TextInput } from '@mantine/core'
import { useAuth } from '../../../kernel/auth.tsx'
import { useText } from '../../../kernel/i18n.ts'
import { PatientPicker } from '../../../ui/patient-picker.tsx'
import { Witness } from '../../inventory/public.tsx'
import { saysDiscount } from './discount.ts'

export interface Buyer {
  patientId: string
  name: string
  prescriber: string
  taxNumber: string
  /** The state it is delivered to, where it is not carried away. */
  stateCode: string
  witnessId: string
  /** On the whole bill: an amount, or percent. */
  discount: string
}

export const nobody: Buyer = { patientId: '', name: '', prescriber: '', taxNumber: '', stateCode: '', witnessId: '', discount: '' }

/** Who buys, as far as anybody says; only what is said is sent. */
export function buyerBody({ patientId, name, prescriber, taxNumber, stateCode, witnessId }: Buyer) {
  const said = { name: patientId === '' ? name : '', prescriber, taxNumber: taxNumber.toUpperCase(), stateCode: stateCode.toUpperCase() }
  const customer: Partial<typeof said> = Object.fromEntries(Object.entries(said).map(([field, text]) => [field, text.trim()]).filter(([, text]) => text !== ''))
  return { ...(patientId === '' ? {} : { patientId }), ...(witnessId === '' ? {} : { witnessId }), ...(Object.keys(customer).length === 0 ? {} : { customer }) }
}

interface CustomerProps {
  buyer: Buyer
  isControlled: boolean
  errors: Record<string, string>
  onChange: (buyer: Buyer) => void
}

/** Who buys: a patient of the hospital, a name, or nobody; who prescribed it; what is taken off the bill. */
export function Customer({ buyer, isControlled, errors, onChange }: CustomerProps) {
  const t = useText()
  const { can } = useAuth()
  const [isBusiness, setBusiness] = useState(buyer.taxNumber !== '' || buyer.stateCode !== '')
  const set = (change: Partial<Buyer>) => onChange({ ...buyer, ...change })
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
      {can('patients.read') ? <PatientPicker label={t('pharmacy.patient')} value={buyer.patientId} onChange={(patientId) => set({ patientId })} {...(errors['patientId'] === undefined ? {} : { error: errors['patientId'] })} /> : null}
      {buyer.patientId === '' ? <TextInput label={t('pharmacy.customer')} maxLength={120} value={buyer.name} onChange={(event) => set({ name: event.currentTarget.value })} /> : null}
      <TextInput label={t('pharmacy.prescriber')} maxLength={120} value={buyer.prescriber} error={errors['customer.prescriber']} onChange={(event) => set({ prescriber: event.currentTarget.value })} />
      <TextInput label={t('pharmacy.discount.bill')} placeholder={t('pharmacy.discount.hint')} inputMode="decimal" autoComplete="off" maxLength={14} value={buyer.discount} error={saysDiscount(buyer.discount) ? (errors['discount.amount'] ?? errors['discountPercent']) : t('fields.invalid_format')} onChange={(event) => set({ discount: event.currentTarget.value })} />
      {isBusiness ? <TextInput label={t('pharmacy.business.taxNumber')} maxLength={20} autoComplete="off" value={buyer.taxNumber} error={errors['customer.taxNumber']} onChange={(event) => set({ taxNumber: event.currentTarget.value })} /> : null}
      {isBusiness ? <TextInput label={t('pharmacy.business.state')} maxLength={4} autoComplete="off" value={buyer.stateCode} error={errors['customer.stateCode']} onChange={(event) => set({ stateCode: event.currentTarget.value })} /> : null}
      {isControlled ? <Witness value={buyer.witnessId} onChange={(witnessId) => set({ witnessId })} error={errors['witnessId']} /> : null}
      {isBusiness ? null : <Group align="end"><Button variant="subtle" size="compact-sm" onClick={() => setBusiness(true)}>{t('pharmacy.business')}</Button></Group>}
    </SimpleGrid>
  )
}
