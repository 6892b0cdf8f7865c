import { MultiSelect, Select, SimpleGrid, TextInput } from '@mantine/core'
import { z } from 'zod'
import { access } from '#contract/access.ts'
import { consentScope, giver, purpose, recipientKind } from '#contract/consents.ts'
import { useFormat, type Format } from '../../../kernel/format.ts'
import { useText } from '../../../kernel/i18n.ts'
import { queryClient } from '../../../kernel/query.ts'
import { Form, useAppForm } from '../../../ui/form.tsx'
import { api, type Consent } from '../queries.ts'

interface Values extends Record<string, unknown> {
  purpose: z.output<typeof purpose>
  recipientKind: z.output<typeof recipientKind>
  recipient: string
  scope: z.output<typeof consentScope>[]
  givenBy: z.output<typeof giver>
  givenName: string
  endsAt: string
}

function bodyOf(format: Format, { endsAt, ...rest }: Values) {
  const [date, clock] = endsAt.split('T')
  return { ...rest, ...(date === undefined || clock === undefined ? {} : { endsAt: format.instant(date, clock) }) }
}

/** Records what the patient has just allowed. */
export function GiveConsent({ patientId, onClose }: { patientId: string; onClose: () => void }) {
  const t = useText()
  const format = useFormat()
  const initialValues: Values = { purpose: 'insurance', recipientKind: 'organisation', recipient: '', scope: ['clinical'], givenBy: 'patient', givenName: '', endsAt: '' }
  const form = useAppForm<Values, Consent>({
    initialValues,
    schema: access.giveConsent.body,
    toBody: (values) => bodyOf(format, values),
    submit: (values) => api.giveConsent({ params: { id: patientId }, body: bodyOf(format, values) }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: ['access', 'consents'] })
      onClose()
    },
  })
  const set = form.fields.getInputProps
  const named = (kind: string, values: readonly string[]) => values.map((value) => ({ value, label: t(`access.${kind}.${value}`) }))
  return (
    <Form form={form} submitLabel={t('access.consents.add')} cancel={onClose} labels={{ recipient: t('access.consents.to'), givenName: t('access.consents.givenName'), endsAt: t('access.consents.until') }}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        <TextInput withAsterisk autoFocus autoComplete="off" label={t('access.consents.to')} {...set('recipient')} />
        <Select label={t('access.consents.kind')} data={named('recipientKind', recipientKind.options)} {...set('recipientKind')} />
        <Select label={t('access.consents.for')} data={named('purpose', purpose.options)} {...set('purpose')} />
        <MultiSelect label={t('access.consents.parts')} data={named('scope', consentScope.options)} {...set('scope')} />
        <Select label={t('access.consents.givenBy')} data={named('giver', giver.options)} {...set('givenBy')} />
        {form.fields.values.givenBy === 'patient' ? null : <TextInput withAsterisk autoComplete="off" label={t('access.consents.givenName')} {...set('givenName')} />}
        <TextInput type="datetime-local" label={t('access.consents.until')} description={t('access.consents.untilHint')} {...set('endsAt')} />
      </SimpleGrid>
    </Form>
  )
}
